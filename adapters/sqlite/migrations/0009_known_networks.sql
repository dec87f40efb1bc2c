-- From which networks somebody has signed in: keyed digests, another for each
-- person, so that they name neither a network nor people who share one.
CREATE TABLE known_networks (
    person BLOB NOT NULL,
    network BLOB NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (person, network)
) STRICT, WITHOUT ROWID;
CREATE INDEX known_networks_by_age ON known_networks (seen_at);
