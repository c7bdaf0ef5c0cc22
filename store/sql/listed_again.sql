-- Rescues that an office was told in a list before %(before)s, and that nobody has taken on.
SELECT content
FROM alert
WHERE state IN ('new', 'escalated') AND id IN (
    SELECT alert FROM delivery
    WHERE office = %(office)s AND listed_at IS NOT NULL
    GROUP BY alert
    HAVING max(listed_at) <= %(before)s
)
ORDER BY changed_at DESC, id
LIMIT %(limit)s
