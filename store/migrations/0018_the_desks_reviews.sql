-- Each office reads its own report of trends: counted from what it may know, of what it is told.

ALTER TABLE trend_report ADD COLUMN office text NOT NULL DEFAULT '';  -- '' = the desk, all of it
ALTER TABLE trend_report DROP CONSTRAINT trend_report_pkey;
ALTER TABLE trend_report ADD PRIMARY KEY (until, office);

-- A saved question ends unless somebody says from time to time that it is needed.

ALTER TABLE saved_question ADD COLUMN reviewed_by text, ADD COLUMN reviewed_at timestamptz;
