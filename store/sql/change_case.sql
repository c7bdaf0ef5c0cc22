UPDATE case_file
SET title = %(title)s, basis = %(basis)s, reference = %(reference)s, reason = %(reason)s,
    handling = %(handling)s, comment = %(comment)s, tlp = %(tlp)s, contributor = %(contributor)s,
    state = %(state)s, review_by = %(review_by)s, closed_at = %(closed_at)s,
    closed_why = %(closed_why)s
WHERE id = %(id)s
