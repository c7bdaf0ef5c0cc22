-- A further call for each of many alerts, to one office.
INSERT INTO escalation (alert, office, number, at, person)
SELECT
    alert,
    %(office)s,
    1 + coalesce(
        (
            SELECT max(number)
            FROM escalation AS before
            WHERE before.alert = one.alert AND before.office = %(office)s
        ),
        0
    ),
    %(at)s,
    %(person)s
FROM unnest(%(alerts)s::text[]) AS one (alert)
ON CONFLICT DO NOTHING
