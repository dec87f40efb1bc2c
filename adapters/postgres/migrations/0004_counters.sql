-- +goose Up
-- How much is used of a limit until it clears. Keys are keyed digests: nobody
-- learns from them who or what is limited.
CREATE TABLE vault.counters (
    key bytea PRIMARY KEY,
    used bigint NOT NULL,
    until text COLLATE "C" NOT NULL
);
CREATE INDEX counters_by_end ON vault.counters (until);
