INSERT INTO api_token (key, account, label, deeds, made_at, ends_at, used_at)
VALUES (%(key)s, %(account)s, %(label)s, %(deeds)s, %(made_at)s, %(ends_at)s, %(used_at)s)
