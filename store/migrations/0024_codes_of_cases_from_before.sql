-- Cases out of which something was taken before 0022: TLP, contributors and comment of it hold too.
--
-- 0022 knew the handling code alone. What came in then is looked up where it is still told of: of a
-- vessel the entries that were in force at that moment, of an alert the alert. What cannot be known
-- any more counts as TLP red of a contributor whom nobody is ("unknown"); a supervisor may have the
-- case under the codes of now, with a reason. Codes kept by acts after 0022 on what was taken out
-- after it are exact, and so are those of cases that a supervisor lowered since: they stay.
WITH gone AS (                            -- what came in and was out again before 0022
    SELECT a.number, a.subject AS case_id, a.at, a.details->>'kind' AS kind,
        a.details->>'ref' AS ref, coalesce(a.details->>'handling', '') AS handling
    FROM audit a
    JOIN case_file f ON f.id = a.subject
    WHERE a.action = 'case.add'
        AND EXISTS (
            SELECT FROM audit o
            WHERE o.action = 'case.take_out' AND o.subject = a.subject AND o.number > a.number
                AND o.details->>'kind' = a.details->>'kind'
                AND o.details->>'ref' = a.details->>'ref'
                AND o.at <= (
                    SELECT applied_at FROM schema_migration
                    WHERE version = '0022_codes_of_cases_stay'
                )
        )
        AND NOT EXISTS (
            SELECT FROM audit l WHERE l.action = 'case.lower' AND l.subject = a.subject
        )
),
listed AS (                               -- entries in force as a vessel came in; NULL = erased since
    SELECT g.number, g.handling AS wanted, v.content->>'handling' AS handling,
        v.content->>'tlp' AS tlp, v.content->>'contributor' AS contributor,
        v.content->>'handling_comment' AS comment
    FROM gone g
    JOIN entry_version v ON v.released_at <= g.at AND (v.ended_at IS NULL OR v.ended_at >= g.at)
    WHERE g.kind = 'vessel' AND (
        v.content IS NULL
        -- One under a stricter code did not come in: whoever put the vessel in did not see it.
        OR v.content->>'handling' <= g.handling AND (
            v.content->'mmsi' @> to_jsonb(substring(g.ref from '^\d{1,9}$')::integer)
            OR v.content->'imo' @> to_jsonb(substring(g.ref from '^imo:(\d{1,9})$')::integer)
        )
    )
),
said AS (
    SELECT number, handling, tlp, contributor, comment FROM listed
    UNION ALL
    SELECT g.number, c.codes->>'handling', c.codes->>'tlp', state.name, c.codes->>'comment'
    FROM gone g
    JOIN alert a ON g.kind = 'alert' AND a.id = g.ref
    CROSS JOIN LATERAL (SELECT a.content->'codes' AS codes) AS c
    LEFT JOIN LATERAL json_array_elements_text(c.codes->'contributors') AS state (name) ON true
    UNION ALL
    -- No list stands behind a contact, nor behind a vessel that came in under no code.
    SELECT number, 'H0', 'green', '', '' FROM gone
    WHERE kind = 'contact' OR kind = 'vessel' AND handling = 'H0'
),
told AS (                                 -- one row for each: its codes, or that they are not known
    SELECT g.case_id, g.handling, s.tlp, s.contributors, s.comment,
        coalesce(s.known AND s.handling >= g.handling, false) AS known
    FROM gone g
    LEFT JOIN (
        SELECT number, max(handling) AS handling,
            max(array_position(ARRAY['clear', 'green', 'amber', 'red'], tlp)) AS tlp,
            array_agg(contributor) FILTER (WHERE contributor <> '') AS contributors,
            string_agg(DISTINCT comment, '; ') FILTER (WHERE comment <> '') AS comment,
            bool_and(coalesce(handling IN ('H0', 'H1', 'H2', 'H3')
                AND tlp IN ('clear', 'green', 'amber', 'red'), false)) AS known
        FROM said
        GROUP BY number
    ) AS s ON s.number = g.number
),
strict AS (
    SELECT case_id,
        max(CASE WHEN handling IN ('H0', 'H1', 'H2', 'H3') THEN handling ELSE 'H3' END) AS handling,
        max(CASE WHEN known THEN tlp ELSE 4 END) AS tlp,
        string_agg(DISTINCT comment, '; ') AS comment,
        bool_and(known) AS known
    FROM told
    GROUP BY case_id
)
UPDATE case_file f
SET ever = coalesce(f.ever, '{}') || jsonb_build_object(
    'handling', greatest(s.handling, f.ever->>'handling'),
    'tlp', (ARRAY['clear', 'green', 'amber', 'red'])[greatest(
        s.tlp, array_position(ARRAY['clear', 'green', 'amber', 'red'], f.ever->>'tlp')
    )],
    'comment', concat_ws('; ', nullif(f.ever->>'comment', ''), s.comment),
    'contributors', (
        SELECT coalesce(jsonb_agg(DISTINCT one.name), '[]')
        FROM (
            SELECT jsonb_array_elements_text(f.ever->'contributors') AS name
            UNION
            SELECT unnest(t.contributors) FROM told t WHERE t.case_id = f.id
            UNION
            SELECT 'unknown' WHERE NOT s.known
        ) AS one
    )
)
FROM strict s
WHERE s.case_id = f.id;
