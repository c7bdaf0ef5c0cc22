-- Who of some vessels was heard before a time, however long ago: a look into each day for all of
-- them. A look for each of them into thousands of days would take minutes.
SELECT DISTINCT mmsi FROM position WHERE mmsi = ANY(%(mmsis)s) AND time < %(end)s
