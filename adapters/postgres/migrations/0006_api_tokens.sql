-- +goose Up
-- API tokens, found by the digest of their secret. Whether one lives, and what it
-- is for, its person's stream says.
CREATE TABLE vault.api_tokens (
    digest bytea PRIMARY KEY,
    id bytea NOT NULL,
    account bytea NOT NULL,
    person bytea NOT NULL,
    slot bytea NOT NULL,
    tenure integer NOT NULL,
    epoch integer NOT NULL,
    made_at text COLLATE "C" NOT NULL,
    used_at text COLLATE "C" NOT NULL,
    expires_at text COLLATE "C" NOT NULL
);
CREATE INDEX api_tokens_by_person ON vault.api_tokens (person);
CREATE INDEX api_tokens_by_expiry ON vault.api_tokens (expires_at);
