-- +goose Up
-- A session remembers the credential that it was opened with: it is void when
-- the person signs in with another. Those of before cannot be judged so; who had
-- one signs in again.
DROP TABLE vault.sessions;
CREATE TABLE vault.sessions (
    digest bytea PRIMARY KEY,
    id bytea NOT NULL,
    account bytea NOT NULL,
    person bytea NOT NULL,
    slot bytea NOT NULL,
    tenure integer NOT NULL,
    epoch integer NOT NULL,
    credential bytea NOT NULL,
    next_credential bytea NOT NULL,
    agent text NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    used_at text COLLATE "C" NOT NULL,
    expires_at text COLLATE "C" NOT NULL
);
CREATE INDEX sessions_by_person ON vault.sessions (person);
CREATE INDEX sessions_by_expiry ON vault.sessions (expires_at);
