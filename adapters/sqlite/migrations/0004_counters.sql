-- How much is used of a limit until it clears. Keys are keyed digests: nobody
-- learns from them who or what is limited.
CREATE TABLE counters (
    key BLOB PRIMARY KEY,
    used INTEGER NOT NULL,
    until TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX counters_by_end ON counters (until);
