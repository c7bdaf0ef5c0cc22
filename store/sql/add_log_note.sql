INSERT INTO log_note (at, author, text, corrects, mmsi, alert, place)
VALUES (%(at)s, %(author)s, %(text)s, %(corrects)s, %(mmsi)s, %(alert)s, %(place)s)
RETURNING number
