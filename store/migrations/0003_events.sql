-- What the detectors said: every version of every event, as it was told.

CREATE TABLE event (
    number     bigint GENERATED ALWAYS AS IDENTITY,  -- the order in which they were committed
    run_id     integer NOT NULL,                     -- 0 = live
    id         text NOT NULL,                        -- alerts.events.event_id
    version    integer NOT NULL CHECK (version > 0),
    kind       text NOT NULL,
    state      text NOT NULL CHECK (state IN ('open', 'updated', 'closed', 'retracted')),
    lane       text NOT NULL CHECK (lane IN ('sar', 'law', 'infrastructure')),
    severity   text NOT NULL CHECK (severity IN ('info', 'low', 'medium', 'high', 'critical')),
    mmsis      integer[] NOT NULL,
    zone       text,
    started_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    ended_at   timestamptz,
    lon        double precision,
    lat        double precision,
    content    json NOT NULL,                        -- alerts.events.Event.frozen, to the letter
    committed  timestamptz NOT NULL DEFAULT now(),
    grown      boolean NOT NULL DEFAULT false,       -- has been given to the alerts
    PRIMARY KEY (run_id, id, version)                -- serves also: the versions of an event
);
-- Serves: what has not become part of an alert yet.
CREATE INDEX event_not_grown ON event (number) WHERE run_id = 0 AND NOT grown;
-- Serves: what a vessel did.
CREATE INDEX event_mmsis ON event USING gin (mmsis);
-- Serves: what happened in a span; retention; the deletion of a run.
CREATE INDEX event_time ON event (run_id, started_at);

-- Where the receivers hear whom: the picture of the newest minute, replaced as a whole.
CREATE TABLE coverage_cell (
    lon_deg     real NOT NULL,            -- middle of the cell
    lat_deg     real NOT NULL,
    heard_per_h real NOT NULL,            -- reports an hour
    receivers   integer NOT NULL,         -- that hear there now
    p99_gap_s   real,                     -- 99 of 100 silences are shorter; NULL = not known
    watches     real NOT NULL             -- how much the figures rest on, ten minutes each
);
