SELECT t.key, t.account, t.label, t.deeds, t.made_at, t.ends_at, t.used_at,
    a.name, a.display, a.role, a.member_state, a.office, a.clearance, a.password,
    a.password_until, a.totp, a.totp_step, a.state, a.id
FROM api_token t JOIN account a ON a.id = t.account
WHERE t.key = %(key)s AND t.ends_at > %(now)s AND a.state = 'active'
