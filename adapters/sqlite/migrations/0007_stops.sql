-- At which events policies are stopped; one can be at several, of different
-- streams. What is not behind the policy's checkpoint is over.
CREATE TABLE stops (
    policy TEXT NOT NULL,
    event BLOB NOT NULL,
    position_commit INTEGER NOT NULL,
    position_prepare INTEGER NOT NULL,
    type TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (policy, event)
) STRICT, WITHOUT ROWID;
