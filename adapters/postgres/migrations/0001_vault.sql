-- +goose Up
-- Ids, digests and keys are bytes; times that order rows are kept to the
-- nanosecond, as text of one length in UTC, which PostgreSQL's own cannot.
CREATE SCHEMA vault;

CREATE TABLE vault.installation (
    one integer PRIMARY KEY CHECK (one = 1),
    id bytea NOT NULL
);

CREATE TABLE vault.lookup_keys (
    account bytea PRIMARY KEY,
    key bytea NOT NULL
);

CREATE TABLE vault.link_keys (
    number integer PRIMARY KEY CHECK (number BETWEEN 1 AND 255),
    key bytea NOT NULL
);

-- A person without a key has no row; a key that was erased has left NULL.
CREATE TABLE vault.data_keys (
    person bytea PRIMARY KEY,
    key bytea
);

CREATE TABLE vault.credentials (
    id bytea PRIMARY KEY,
    hash text NOT NULL,
    at text COLLATE "C" NOT NULL
);

CREATE TABLE vault.sessions (
    digest bytea PRIMARY KEY,
    account bytea NOT NULL,
    person bytea NOT NULL,
    slot bytea NOT NULL,
    tenure integer NOT NULL,
    epoch integer NOT NULL,
    expires_at text COLLATE "C" NOT NULL
);
CREATE INDEX sessions_by_person ON vault.sessions (person);
CREATE INDEX sessions_by_expiry ON vault.sessions (expires_at);

CREATE TABLE vault.requests (
    account bytea NOT NULL,
    scope text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    digest bytea NOT NULL,
    command bytea NOT NULL,
    at text COLLATE "C" NOT NULL,
    status integer NOT NULL DEFAULT 0,
    answer bytea,
    PRIMARY KEY (account, scope, key)
);
CREATE INDEX requests_by_time ON vault.requests (at);

CREATE TABLE vault.policies (
    name text COLLATE "C" PRIMARY KEY,
    position_commit bigint NOT NULL,
    position_prepare bigint NOT NULL
);

-- Texts have {link} and {password} where the secrets belong.
CREATE TABLE vault.messages (
    id bytea PRIMARY KEY,
    account bytea NOT NULL,
    person bytea NOT NULL,
    slot bytea NOT NULL,
    tenure integer NOT NULL,
    channel text NOT NULL,
    address text NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    link_purpose text NOT NULL,
    link_counter bigint NOT NULL,
    password_counter integer NOT NULL,
    at text COLLATE "C" NOT NULL
);
CREATE INDEX messages_newest ON vault.messages (account, at, id);
CREATE INDEX messages_by_person ON vault.messages (person);

-- Which log the checkpoints belong to.
CREATE TABLE vault.log (
    one integer PRIMARY KEY CHECK (one = 1),
    mark text NOT NULL
);
