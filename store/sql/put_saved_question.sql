INSERT INTO saved_question (id, name, question, given, rule, state, author, at, why)
SELECT 'r-' || to_char(nextval('saved_question_id'), 'FM000000'), %(name)s, %(question)s,
    %(given)s, NULL, 'saved', %(author)s, %(at)s, %(why)s
RETURNING id
