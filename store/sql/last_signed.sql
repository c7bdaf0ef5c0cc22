SELECT max(h.until)
FROM hand_over_signature s
JOIN hand_over h ON h.id = s.hand_over
WHERE s.account = %(account)s
