-- Which log the positions in this file belong to.
CREATE TABLE log (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    mark TEXT NOT NULL
) STRICT;
