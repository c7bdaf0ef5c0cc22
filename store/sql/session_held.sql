SELECT s.key, s.account, s.step, s.made_at, s.used_at, s.ends_at, s.pending, s.address, s.agent,
    a.name, a.display, a.role, a.member_state, a.office, a.clearance, a.password,
    a.password_until, a.totp, a.totp_step, a.state, a.id
FROM session s JOIN account a ON a.id = s.account
WHERE s.key = %(key)s AND s.ends_at > %(now)s AND s.used_at > %(since)s AND a.state <> 'disabled'
