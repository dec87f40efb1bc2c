-- Where the vault is now, if it was copied there to be served there: this one
-- is left behind then.
CREATE TABLE moved (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    place TEXT NOT NULL
) STRICT;
