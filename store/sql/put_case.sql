INSERT INTO case_file (id, title, basis, reference, reason, handling, comment, tlp, contributor,
    state, review_by, opened_by, opened_at)
VALUES (%(id)s, %(title)s, %(basis)s, %(reference)s, %(reason)s, %(handling)s, %(comment)s,
    %(tlp)s, %(contributor)s, 'open', %(review_by)s, %(opened_by)s, %(opened_at)s)
