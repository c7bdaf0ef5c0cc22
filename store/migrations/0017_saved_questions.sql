-- Questions to the sea that somebody saved. One that may watch is a rule once it is released; what
-- is in force is an edition («rules»).
CREATE SEQUENCE saved_question_id;

CREATE TABLE saved_question (
    id          text PRIMARY KEY,         -- r-000001
    name        text NOT NULL,
    question    text NOT NULL,            -- a name in service.finding.questions
    given       jsonb NOT NULL,           -- its fields, as they were asked
    rule        jsonb,                    -- alerts.rules.Rule; NULL = only asked, watches nothing
    state       text NOT NULL CHECK (state IN ('saved', 'proposed', 'released', 'withdrawn')),
    author      text NOT NULL,
    at          timestamptz NOT NULL,
    why         text NOT NULL,
    released_by text,
    released_at timestamptz,
    ended_by    text,
    ended_at    timestamptz,
    CHECK (state <> 'proposed' OR rule IS NOT NULL),
    CHECK (state <> 'released' OR (rule IS NOT NULL AND released_by IS NOT NULL))
);
