-- What runs by the clock, who was called, what came back, and what offices were written.

-- Every run of every job: one row per time at which it was due.
CREATE TABLE job_run (
    job         text NOT NULL,
    due_at      timestamptz NOT NULL,
    attempt     integer NOT NULL,
    worker      text NOT NULL,
    state       text NOT NULL CHECK (state IN ('running', 'done', 'failed', 'lost')),
    started_at  timestamptz NOT NULL,
    finished_at timestamptz,
    note        json NOT NULL DEFAULT '{}',  -- what it did, or the fault
    PRIMARY KEY (job, due_at),               -- serves also: the newest run of a job
    CHECK ((state IN ('running', 'lost')) = (finished_at IS NULL))
);
-- Serves: retention.
CREATE INDEX job_run_started ON job_run (started_at);

-- Each time that an office was told again, or the next person was called.
CREATE TABLE escalation (
    alert  text NOT NULL,
    office text NOT NULL,
    number integer NOT NULL,                 -- from 1, per alert and office
    at     timestamptz NOT NULL,
    person text NOT NULL,                    -- who was called; empty = the office as a whole
    PRIMARY KEY (alert, office, number)
);

-- Each answer of another system or through a link; the same one twice is one row.
CREATE TABLE receipt (
    channel     text NOT NULL CHECK (channel IN ('link', 'cap', 'cise')),
    id          text NOT NULL,               -- of the answer, as its sender names it
    reference   text NOT NULL,               -- what it answers
    alert       text,                        -- NULL = it answers nothing that we sent
    taken       boolean NOT NULL,
    good        boolean NOT NULL,
    who         text NOT NULL,
    said        text NOT NULL,
    at          timestamptz,                 -- as its sender says
    received_at timestamptz NOT NULL,
    PRIMARY KEY (channel, id)
);
-- Serves: the answers to an alert.
CREATE INDEX receipt_alert ON receipt (alert) WHERE alert IS NOT NULL;

-- What an office was written by the clock, and the time that it covers.
CREATE TABLE digest (
    office  text NOT NULL,
    kind    text NOT NULL CHECK (kind IN ('daily', 'weekly', 'heartbeat')),
    due_at  timestamptz NOT NULL,
    since   timestamptz NOT NULL,
    content text NOT NULL,
    sent_at timestamptz,                     -- NULL = not yet; tried again until it is
    PRIMARY KEY (office, kind, due_at)       -- serves also: until when the last one went
);
