-- +goose Up
-- Each version of a view has a table beside this one, made when it is first used.
CREATE SCHEMA readmodels;

CREATE TABLE readmodels.views (
    name text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    facets text NOT NULL,
    position_commit bigint NOT NULL DEFAULT 0,
    position_prepare bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (name, version)
);
