INSERT INTO session (key, account, step, pending, made_at, used_at, ends_at, address, agent)
VALUES (%(key)s, %(account)s, %(step)s, %(pending)s, %(made_at)s, %(used_at)s, %(ends_at)s,
    %(address)s, %(agent)s)
