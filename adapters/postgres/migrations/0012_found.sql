-- +goose Up
-- What was found out of the log.
CREATE TABLE readmodels.found (
    name text PRIMARY KEY,
    mark text NOT NULL,
    text text NOT NULL
);
