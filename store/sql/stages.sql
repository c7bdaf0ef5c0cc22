-- Tables of the session that a writer fills by COPY and then merges; they empty at each commit.
CREATE TEMPORARY TABLE stage_latest (LIKE latest) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE stage_vessel (LIKE vessel) ON COMMIT DELETE ROWS;
