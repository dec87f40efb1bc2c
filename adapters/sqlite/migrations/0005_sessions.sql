-- A session remembers the credential that it was opened with: it is void when
-- the person signs in with another. Those of before cannot be judged so; who had
-- one signs in again.
DROP TABLE sessions;
CREATE TABLE sessions (
    digest BLOB PRIMARY KEY,
    id BLOB NOT NULL,
    account BLOB NOT NULL,
    person BLOB NOT NULL,
    slot BLOB NOT NULL,
    tenure INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    credential BLOB NOT NULL,
    next_credential BLOB NOT NULL,
    agent TEXT NOT NULL,
    created_at TEXT NOT NULL,
    used_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_person ON sessions (person);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
