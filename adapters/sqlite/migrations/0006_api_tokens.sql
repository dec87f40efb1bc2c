-- API tokens, found by the digest of their secret. Whether one lives, and what it
-- is for, its person's stream says.
CREATE TABLE api_tokens (
    digest BLOB PRIMARY KEY,
    id BLOB NOT NULL,
    account BLOB NOT NULL,
    person BLOB NOT NULL,
    slot BLOB NOT NULL,
    tenure INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    used_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX api_tokens_by_person ON api_tokens (person);
CREATE INDEX api_tokens_by_expiry ON api_tokens (expires_at);
