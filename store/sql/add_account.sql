INSERT INTO account (id, name, folded, display, role, member_state, office, clearance, password,
    password_until, totp, totp_step, state, created_by, created_at, created_why, changed_by,
    changed_at, changed_why)
VALUES (%(id)s, %(name)s, %(folded)s, %(display)s, %(role)s, %(member_state)s, %(office)s,
    %(clearance)s, %(password)s, %(password_until)s, %(totp)s, %(totp_step)s, %(state)s, %(who)s,
    %(at)s, %(why)s, %(who)s, %(at)s, %(why)s)
