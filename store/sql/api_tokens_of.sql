SELECT key, account, label, deeds, made_at, ends_at, used_at
FROM api_token
WHERE account = %s
ORDER BY label
