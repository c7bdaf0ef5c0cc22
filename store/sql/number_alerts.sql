-- Give each change that can be seen its number. One at a time, until it is committed: whoever sees
-- a number sees every smaller one too. One statement: nobody can stop in the middle of it.
WITH turn AS MATERIALIZED (
    SELECT pg_advisory_xact_lock(%(lock)s)
), taken AS (
    DELETE FROM alert_turn USING turn RETURNING alert, office
)
INSERT INTO alert_number (alert, office, version, number)
SELECT t.alert, t.office, a.version, nextval('alert_numbers')
FROM (SELECT DISTINCT alert, office FROM taken) AS t JOIN alert a ON a.id = t.alert
WHERE a.raised
ON CONFLICT (alert, office) DO UPDATE SET version = excluded.version, number = excluded.number
-- An office is told for the first time once; a version that two turns found has one number.
WHERE alert_number.office = '' AND alert_number.version <> excluded.version
