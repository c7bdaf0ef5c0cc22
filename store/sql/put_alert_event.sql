INSERT INTO alert_event (alert, event, number, version, kind, state, muted_by, content)
VALUES (%(alert)s, %(event)s, %(number)s, %(version)s, %(kind)s, %(state)s, %(muted_by)s,
    %(content)s)
ON CONFLICT (alert, event) DO UPDATE SET version = excluded.version, state = excluded.state,
    muted_by = excluded.muted_by, content = excluded.content
