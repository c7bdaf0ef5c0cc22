-- What was told, for replay and for the vessel's panel.

-- Serves: the alerts of a vessel, those that are over too.
CREATE INDEX alert_mmsis ON alert USING gin (mmsis);
-- Serves: the alerts that were going on at a time of replay.
CREATE INDEX alert_going_on ON alert (started_at) WHERE state NOT IN ('resolved', 'retracted');
