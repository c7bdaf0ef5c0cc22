DELETE FROM case_file
WHERE state = 'closed' AND closed_at < %(before)s
RETURNING id
