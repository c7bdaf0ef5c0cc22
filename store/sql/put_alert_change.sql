INSERT INTO alert_change (alert, version, at, who, action, why, state, score, details)
VALUES (%(alert)s, %(version)s, %(at)s, %(who)s, %(action)s, %(why)s, %(state)s, %(score)s,
    %(details)s)
