UPDATE account
SET display = %(display)s, role = %(role)s, member_state = %(member_state)s, office = %(office)s,
    clearance = %(clearance)s, password = %(password)s, password_until = %(password_until)s,
    totp = %(totp)s, totp_step = %(totp_step)s, state = %(state)s, changed_by = %(who)s,
    changed_at = %(at)s, changed_why = %(why)s
WHERE id = %(id)s
