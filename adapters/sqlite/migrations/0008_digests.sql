-- The digest of a row, over its table's name and its columns, and of each table
-- how many rows it has and the sum of the first bytes of their digests.
ALTER TABLE lookup_keys ADD COLUMN row_digest BLOB;
ALTER TABLE link_keys ADD COLUMN row_digest BLOB;
ALTER TABLE data_keys ADD COLUMN row_digest BLOB;
ALTER TABLE credentials ADD COLUMN row_digest BLOB;
ALTER TABLE sessions ADD COLUMN row_digest BLOB;
ALTER TABLE api_tokens ADD COLUMN row_digest BLOB;
ALTER TABLE requests ADD COLUMN row_digest BLOB;
ALTER TABLE policies ADD COLUMN row_digest BLOB;
ALTER TABLE stops ADD COLUMN row_digest BLOB;
ALTER TABLE log ADD COLUMN row_digest BLOB;
ALTER TABLE installation ADD COLUMN row_digest BLOB;
ALTER TABLE moved ADD COLUMN row_digest BLOB;
CREATE TABLE sums (
    name TEXT PRIMARY KEY,
    rows INTEGER NOT NULL,
    sum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
