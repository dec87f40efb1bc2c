-- +goose Up
-- Bulk invitations that go on by themselves, and their rows: those that wait, those that
-- were refused, whose contact is sealed under the batch's key, and those that were
-- invited, of which only the person's id is left.
CREATE TABLE vault.batches (
    batch bytea PRIMARY KEY,
    account bytea NOT NULL,
    command bytea NOT NULL,
    key bytea NOT NULL,
    caller bytea NOT NULL,
    kept_at text COLLATE "C" NOT NULL,
    size bigint NOT NULL,
    invited bigint NOT NULL,
    refused bigint NOT NULL,
    next bigint NOT NULL,
    fence bigint NOT NULL,
    turn bigint NOT NULL,
    until text COLLATE "C" NOT NULL,
    ended_at text COLLATE "C" NOT NULL
);
CREATE INDEX batches_by_account ON vault.batches (account, turn);
CREATE INDEX batches_by_end ON vault.batches (ended_at);
CREATE TABLE vault.batch_rows (
    batch bytea NOT NULL,
    place bigint NOT NULL,
    slot bytea NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'refused', 'invited')),
    person bytea NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (batch, place)
);
CREATE INDEX batch_rows_by_slot ON vault.batch_rows (slot);
