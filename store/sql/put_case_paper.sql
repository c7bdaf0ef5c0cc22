INSERT INTO case_paper (id, case_id, name, ending, media, size, sha256, note, codes, author, at)
VALUES (%(id)s, %(case_id)s, %(name)s, %(ending)s, %(media)s, %(size)s, %(sha256)s, %(note)s,
    %(codes)s, %(author)s, %(at)s)
