-- The first and the last position; only the first and the newest day are read.
SELECT (SELECT min(time) FROM position WHERE time < %(first_end)s),
    (SELECT max(time) FROM position WHERE time >= %(newest_start)s)
