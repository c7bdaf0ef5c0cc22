INSERT INTO alert (id, version, subject, raised, state, lane, severity, kind, mmsis, score,
    started_at, updated_at, changed_at, snoozed_until, verdict, content)
VALUES (%(id)s, %(version)s, %(subject)s, %(raised)s, %(state)s, %(lane)s, %(severity)s, %(kind)s,
    %(mmsis)s, %(score)s, %(started_at)s, %(updated_at)s, %(changed_at)s, %(snoozed_until)s,
    %(verdict)s, %(content)s)
ON CONFLICT (id) DO UPDATE SET
    version = excluded.version, raised = excluded.raised, state = excluded.state,
    severity = excluded.severity, kind = excluded.kind, mmsis = excluded.mmsis,
    score = excluded.score, started_at = excluded.started_at, updated_at = excluded.updated_at,
    changed_at = excluded.changed_at, snoozed_until = excluded.snoozed_until,
    verdict = excluded.verdict, content = excluded.content
WHERE alert.version = excluded.version - 1
