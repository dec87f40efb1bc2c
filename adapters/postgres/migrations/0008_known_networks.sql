-- +goose Up
-- From which networks somebody has signed in: keyed digests, another for each
-- person, so that they name neither a network nor people who share one.
CREATE TABLE vault.known_networks (
    person bytea NOT NULL,
    network bytea NOT NULL,
    seen_at text COLLATE "C" NOT NULL,
    PRIMARY KEY (person, network)
);
CREATE INDEX known_networks_by_age ON vault.known_networks (seen_at);
