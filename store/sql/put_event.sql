-- Writes one version of an event; a version that is there stays.
INSERT INTO event (run_id, id, version, kind, state, lane, severity, mmsis, zone, started_at,
    updated_at, ended_at, lon, lat, content)
VALUES (%(run_id)s, %(id)s, %(version)s, %(kind)s, %(state)s, %(lane)s, %(severity)s, %(mmsis)s,
    %(zone)s, %(started_at)s, %(updated_at)s, %(ended_at)s, %(lon)s, %(lat)s, %(content)s)
ON CONFLICT DO NOTHING
