-- Bulk invitations that go on by themselves, and their rows: those that wait, those that
-- were refused, whose contact is sealed under the batch's key, and those that were
-- invited, of which only the person's id is left.
CREATE TABLE batches (
    batch BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    command BLOB NOT NULL,
    key BLOB NOT NULL,
    caller BLOB NOT NULL,
    kept_at TEXT NOT NULL,
    size INTEGER NOT NULL,
    invited INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    next INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    until TEXT NOT NULL,
    ended_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX batches_by_account ON batches (account, turn);
CREATE INDEX batches_by_end ON batches (ended_at);
CREATE TABLE batch_rows (
    batch BLOB NOT NULL,
    place INTEGER NOT NULL,
    slot BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'refused', 'invited')),
    person BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (batch, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_rows_by_slot ON batch_rows (slot);
