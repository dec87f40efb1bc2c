-- +goose Up
-- Where the vault is now, if it was copied there to be served there: this one
-- is left behind then.
CREATE TABLE vault.moved (
    one integer PRIMARY KEY CHECK (one = 1),
    place text NOT NULL
);
