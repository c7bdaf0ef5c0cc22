-- What was written while something strict was in a case stays under its codes when it is taken out.

ALTER TABLE case_file ADD COLUMN ever jsonb;  -- the strictest codes that it ever held; NULL = as now

-- Of cases out of which something was taken, the audit knows under which handling code it came in.
UPDATE case_file f
SET ever = jsonb_build_object('handling', strict.handling, 'contributors', '[]'::jsonb)
FROM (
    SELECT subject, max(details->>'handling') AS handling
    FROM audit
    WHERE action = 'case.add'
      AND details->>'handling' IN ('H0', 'H1', 'H2', 'H3')
      AND subject IN (SELECT subject FROM audit WHERE action = 'case.take_out')
    GROUP BY subject
) AS strict
WHERE strict.subject = f.id;
