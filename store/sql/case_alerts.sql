-- The alerts of a case as they are now: their codes may have become stricter since.
SELECT a.id, a.content
FROM case_item i
JOIN alert a ON a.id = i.ref
WHERE i.case_id = %(case_id)s AND i.kind = 'alert'
