INSERT INTO traffic_model (version, sha256, content, bytes, passages, lines, since, until, author, at, why)
SELECT coalesce(max(version), 0) + 1, %(sha256)s, %(content)s, %(bytes)s, %(passages)s, %(lines)s,
    %(since)s, %(until)s, %(author)s, %(at)s, %(why)s
FROM traffic_model
RETURNING version
