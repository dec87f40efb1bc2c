-- +goose Up
-- At which events policies are stopped; one can be at several, of different
-- streams. What is not behind the policy's checkpoint is over.
CREATE TABLE vault.stops (
    policy text COLLATE "C" NOT NULL,
    event bytea NOT NULL,
    position_commit bigint NOT NULL,
    position_prepare bigint NOT NULL,
    type text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (policy, event)
);
