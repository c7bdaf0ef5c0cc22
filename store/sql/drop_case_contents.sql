DELETE FROM case_content c
WHERE NOT EXISTS (SELECT 1 FROM case_paper p WHERE p.sha256 = c.sha256)
