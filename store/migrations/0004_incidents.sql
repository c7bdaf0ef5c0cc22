-- Incidents: what events grow into, what people did with them, and who was told how often.

-- One row per incident of the live service. content is the alert as it is now; the columns beside
-- it are what it is searched by.
CREATE TABLE alert (
    id            text PRIMARY KEY,
    version       integer NOT NULL CHECK (version > 0),  -- optimistic lock: one more per change
    subject       text NOT NULL,
    raised        boolean NOT NULL,          -- shown and told; false = it smoulders
    state         text NOT NULL CHECK (state IN
        ('new', 'acknowledged', 'assigned', 'escalated', 'resolved', 'retracted')),
    lane          text NOT NULL CHECK (lane IN ('sar', 'law', 'infrastructure')),
    severity      text NOT NULL CHECK (severity IN ('info', 'low', 'medium', 'high', 'critical')),
    kind          text NOT NULL,
    mmsis         integer[] NOT NULL,
    score         real NOT NULL,
    started_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,      -- of its newest event
    changed_at    timestamptz NOT NULL,      -- of its newest version
    snoozed_until timestamptz,
    verdict       text CHECK (verdict IN ('true', 'false alarm', 'explained')),
    content       json NOT NULL,             -- alerts.notices.alert_json; json: digits are kept
    CHECK (state <> 'resolved' OR verdict IS NOT NULL)
) WITH (fillfactor = 70);
-- Serves: the incidents that an event may join; an event names its vessels.
CREATE INDEX alert_open_mmsis ON alert USING gin (mmsis)
    WHERE state NOT IN ('resolved', 'retracted');
-- Serves: outages and rescues that are or were just going on; the list of a lane.
CREATE INDEX alert_lane_updated ON alert (lane, updated_at);
-- Serves: the list of alerts, newest first.
CREATE INDEX alert_changed ON alert (changed_at);

-- The newest version of each event of an incident, as it was judged.
CREATE TABLE alert_event (
    alert    text NOT NULL REFERENCES alert ON DELETE CASCADE,
    event    text NOT NULL,
    number   integer NOT NULL,               -- the order in which they joined
    version  integer NOT NULL,
    kind     text NOT NULL,
    state    text NOT NULL CHECK (state IN ('open', 'updated', 'closed', 'retracted')),
    muted_by text,                           -- what explains it; NULL = it counts
    content  text NOT NULL,                  -- alerts.events.Event.frozen, to the letter
    PRIMARY KEY (alert, event)               -- serves also: the events of an incident
);
-- Serves: the incident that holds an earlier version of an event.
CREATE INDEX alert_event_event ON alert_event (event);

-- Every version of every incident: who, when, why. Never changed, never removed but with its alert.
CREATE TABLE alert_change (
    alert   text NOT NULL REFERENCES alert ON DELETE CASCADE,
    version integer NOT NULL,
    at      timestamptz NOT NULL,
    who     text NOT NULL,                   -- vedetta = the service
    action  text NOT NULL,
    why     text NOT NULL,
    state   text NOT NULL,
    score   real NOT NULL,
    details json NOT NULL,
    PRIMARY KEY (alert, version)
);
CREATE TRIGGER alert_change_only_added BEFORE UPDATE ON alert_change
    FOR EACH STATEMENT EXECUTE FUNCTION only_added();

-- Messages by office: what its budget of the hour was spent on, and what waits for its digest.
CREATE TABLE alert_told (
    alert    text NOT NULL REFERENCES alert ON DELETE CASCADE,
    version  integer NOT NULL,
    office   text NOT NULL,
    lane     text NOT NULL,
    at       timestamptz NOT NULL,
    held     boolean NOT NULL,
    digested timestamptz,                    -- when a digest took what was held
    PRIMARY KEY (alert, version, office)
);
-- Serves: what was spent in the last hour.
CREATE INDEX alert_told_at ON alert_told (at) WHERE NOT held;
-- Serves: what waits for an office's digest.
CREATE INDEX alert_told_held ON alert_told (office, at) WHERE held AND digested IS NULL;
