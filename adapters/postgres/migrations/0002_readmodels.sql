-- +goose Up
-- Each edition of a view has a table beside this one, made when it begins.
CREATE SCHEMA readmodels;

CREATE TABLE readmodels.editions (
    view text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    number integer NOT NULL,
    state text NOT NULL CHECK (state IN ('serving', 'filling', 'scratch', 'kept')),
    facets text NOT NULL,
    throttle integer NOT NULL DEFAULT 0,
    position_commit bigint NOT NULL DEFAULT 0,
    position_prepare bigint NOT NULL DEFAULT 0,
    -- At which event it stands still, and why; NULL where it goes on.
    stopped_commit bigint,
    stopped_prepare bigint,
    stopped_type text,
    stopped_reason text,
    stopped_event bytea,
    receipt json,
    PRIMARY KEY (view, version, number)
);
CREATE UNIQUE INDEX one_serves ON readmodels.editions (view, version) WHERE state = 'serving';
CREATE UNIQUE INDEX one_is_filled ON readmodels.editions (view, version) WHERE state = 'filling';
CREATE UNIQUE INDEX one_is_scratch ON readmodels.editions (view, version) WHERE state = 'scratch';

-- Who does what for now: a holder that says nothing in time has lost its work.
CREATE TABLE readmodels.leases (
    work text COLLATE "C" PRIMARY KEY,
    holder bytea NOT NULL,
    until timestamptz NOT NULL
);

-- Which log the rows are made from.
CREATE TABLE readmodels.log (
    one integer PRIMARY KEY CHECK (one = 1),
    mark text NOT NULL
);
