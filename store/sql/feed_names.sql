SELECT code, name FROM feed WHERE run_id = 0
