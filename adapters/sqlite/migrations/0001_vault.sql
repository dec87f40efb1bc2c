-- Ids, digests and keys are bytes; times are text in UTC, ordered as they are.

CREATE TABLE installation (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    id BLOB NOT NULL
) STRICT;

CREATE TABLE lookup_keys (
    account BLOB PRIMARY KEY,
    key BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE link_keys (
    number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 255),
    key BLOB NOT NULL
) STRICT;

-- A person without a key has no row; a key that was erased has left NULL.
CREATE TABLE data_keys (
    person BLOB PRIMARY KEY,
    key BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE credentials (
    id BLOB PRIMARY KEY,
    hash TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    digest BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    person BLOB NOT NULL,
    slot BLOB NOT NULL,
    tenure INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_person ON sessions (person);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE requests (
    account BLOB NOT NULL,
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    digest BLOB NOT NULL,
    command BLOB NOT NULL,
    at TEXT NOT NULL,
    status INTEGER NOT NULL DEFAULT 0,
    answer BLOB,
    PRIMARY KEY (account, scope, key)
) STRICT;
CREATE INDEX requests_by_time ON requests (at);

CREATE TABLE policies (
    name TEXT PRIMARY KEY,
    position_commit INTEGER NOT NULL,
    position_prepare INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Texts have {link} and {password} where the secrets belong.
CREATE TABLE messages (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    person BLOB NOT NULL,
    slot BLOB NOT NULL,
    tenure INTEGER NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    link_purpose TEXT NOT NULL,
    link_counter INTEGER NOT NULL,
    password_counter INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX messages_newest ON messages (account, at, id);
CREATE INDEX messages_by_person ON messages (person);
