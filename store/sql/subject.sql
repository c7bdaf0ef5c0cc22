-- What may be about somebody, table by table: terms are looked for as parts of words, in lower
-- case; mmsi is NULL where none was given. Positions are counted by the minute: who is listed is
-- stored with every report. tie and tied: the entry or alert on which it rests.
WITH term AS (SELECT unnest(%(terms)s::text[]) AS term)
(SELECT 'entry_version', entry || ' version ' || version, at, state, 'entry', entry
FROM entry_version WHERE EXISTS (
    SELECT FROM term WHERE strpos(lower(concat_ws(' ', content::text, why)), term) > 0)
ORDER BY at DESC LIMIT %(limit)s)
UNION ALL
(SELECT 'entry_person', entry || ' person ' || number, at, concat_ws(': ', role, name, nullif(note, '')),
    'entry', entry
FROM entry_person WHERE EXISTS (
    SELECT FROM term WHERE strpos(lower(concat_ws(' ', name, note)), term) > 0)
ORDER BY at DESC LIMIT %(limit)s)
UNION ALL
(SELECT 'alert', id, started_at, lane || ', ' || state, 'alert', id
FROM alert WHERE %(mmsi)s::integer = ANY(mmsis) OR EXISTS (
    SELECT FROM term WHERE strpos(lower(content::text), term) > 0)
ORDER BY started_at DESC LIMIT %(limit)s)
UNION ALL
(SELECT 'alert_event', alert || ' ' || event, NULL, state, 'alert', alert
FROM alert_event WHERE EXISTS (SELECT FROM term WHERE strpos(lower(content), term) > 0)
ORDER BY alert DESC, number LIMIT %(limit)s)
UNION ALL
(SELECT 'alert_change', alert || ' version ' || version, at, concat_ws(': ', action, nullif(why, '')),
    'alert', alert
FROM alert_change WHERE EXISTS (
    SELECT FROM term WHERE strpos(lower(concat_ws(' ', who, why, details::text)), term) > 0)
ORDER BY at DESC LIMIT %(limit)s)
UNION ALL
(SELECT 'delivery', number::text, enqueued_at, concat_ws(', ', office, channel, state), 'alert', alert
FROM delivery WHERE EXISTS (
    SELECT FROM term WHERE strpos(lower(concat_ws(' ', notice, said, acknowledged_by)), term) > 0)
ORDER BY enqueued_at DESC LIMIT %(limit)s)
UNION ALL
(SELECT 'receipt', channel || ' ' || id, received_at, concat_ws(': ', who, nullif(said, '')), 'alert',
    coalesce(alert, '')
FROM receipt WHERE EXISTS (
    SELECT FROM term WHERE strpos(lower(concat_ws(' ', who, said)), term) > 0)
ORDER BY received_at DESC LIMIT %(limit)s)
UNION ALL
(SELECT 'escalation', alert || ' to ' || office, at, 'called', 'alert', alert
FROM escalation WHERE EXISTS (SELECT FROM term WHERE strpos(lower(person), term) > 0)
ORDER BY at DESC LIMIT %(limit)s)
UNION ALL
(SELECT 'digest', office || ' ' || kind, due_at, 'written', 'desk', ''
FROM digest WHERE EXISTS (SELECT FROM term WHERE strpos(lower(content), term) > 0)
ORDER BY due_at DESC LIMIT %(limit)s)
UNION ALL
(SELECT 'contact_version', contact || ' version ' || version, at, state, 'contact', contact
FROM contact_version WHERE EXISTS (
    SELECT FROM term WHERE strpos(lower(concat_ws(' ', content::text, author, why)), term) > 0)
ORDER BY at DESC LIMIT %(limit)s)
UNION ALL
(SELECT 'audit', 'row ' || number, at, concat_ws(': ', action, subject), 'audit', ''
FROM audit WHERE EXISTS (
    SELECT FROM term
    WHERE strpos(lower(concat_ws(' ', who, subject, why, details::text)), term) > 0)
ORDER BY number DESC LIMIT %(limit)s)
UNION ALL
(SELECT 'zone_version', zone || ' version ' || version, at, state, '', ''
FROM zone_version WHERE EXISTS (
    SELECT FROM term WHERE strpos(lower(concat_ws(' ', author, why)), term) > 0)
ORDER BY at DESC LIMIT %(limit)s)
UNION ALL
(SELECT 'account', id, created_at, concat_ws(', ', name, display, role, state), '', ''
FROM account WHERE EXISTS (
    SELECT FROM term WHERE strpos(lower(concat_ws(' ', name, display)), term) > 0)
ORDER BY created_at LIMIT %(limit)s)
UNION ALL
(SELECT 'session', account.id, made_at, 'signed in from ' || address, '', ''
FROM session JOIN account ON account.id = session.account WHERE EXISTS (
    SELECT FROM term WHERE strpos(lower(concat_ws(' ', name, display)), term) > 0)
ORDER BY made_at DESC LIMIT %(limit)s)
UNION ALL
(SELECT 'static_report', 'MMSI ' || mmsi, max(received),
    count(*) || ' × reported as ' || string_agg(DISTINCT concat_ws(' ', name, call_sign), ', '), '', ''
FROM static_report WHERE mmsi = %(mmsi)s::integer OR EXISTS (
    SELECT FROM term WHERE strpos(lower(concat_ws(' ', name, call_sign)), term) > 0)
GROUP BY mmsi ORDER BY mmsi LIMIT %(limit)s)
UNION ALL
(SELECT 'vessel', 'MMSI ' || mmsi, received, concat_ws(', ', name, call_sign), '', ''
FROM vessel WHERE mmsi = %(mmsi)s::integer OR EXISTS (
    SELECT FROM term WHERE strpos(lower(concat_ws(' ', name, call_sign)), term) > 0)
ORDER BY mmsi LIMIT %(limit)s)
UNION ALL
(SELECT 'position', 'MMSI ' || mmsi, date_trunc('minute', max(time)),
    count(DISTINCT date_trunc('minute', time)) || ' min heard since ' || min(time)::date, '', ''
FROM position WHERE mmsi = %(mmsi)s::integer GROUP BY mmsi)
UNION ALL
(SELECT 'run_position', 'MMSI ' || mmsi, date_trunc('minute', max(time)),
    count(DISTINCT date_trunc('minute', time)) || ' min in replays', '', ''
FROM run_position WHERE mmsi = %(mmsi)s::integer GROUP BY mmsi)
UNION ALL
(SELECT 'latest', 'MMSI ' || mmsi, max(time), count(*) || ' × tracked', '', ''
FROM latest WHERE mmsi = %(mmsi)s::integer GROUP BY mmsi)
UNION ALL
(SELECT 'last_seen', 'MMSI ' || mmsi, time, 'one place', '', ''
FROM last_seen WHERE mmsi = %(mmsi)s::integer)
UNION ALL
(SELECT 'zone_visit', 'MMSI ' || mmsi, max(time), count(*) || ' × coming or going', '', ''
FROM zone_visit WHERE mmsi = %(mmsi)s::integer GROUP BY mmsi)
UNION ALL
(SELECT 'watchlist_hit', 'MMSI ' || mmsi, max(received), count(*) || ' × answered to ' || entry, 'entry', entry
FROM watchlist_hit WHERE mmsi = %(mmsi)s::integer OR EXISTS (
    SELECT FROM term WHERE strpos(lower(concat_ws(' ', name, call_sign)), term) > 0)
GROUP BY mmsi, entry ORDER BY mmsi, entry LIMIT %(limit)s)
UNION ALL
(SELECT 'event', 'MMSI ' || %(mmsi)s::integer, max(started_at), count(*) || ' × seen by detectors', 'desk', ''
FROM event WHERE mmsis @> ARRAY[%(mmsi)s::integer] HAVING count(*) > 0)
