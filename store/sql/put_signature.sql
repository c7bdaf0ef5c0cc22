INSERT INTO hand_over_signature (hand_over, side, account, name, display, at, sha256)
VALUES (%(hand_over)s, %(side)s, %(account)s, %(name)s, %(display)s, %(at)s, %(sha256)s)
