-- An edition counts as old from when the next one was published.
UPDATE edition
SET content = NULL
WHERE content IS NOT NULL AND EXISTS (
    SELECT FROM edition AS next
    WHERE next.what = edition.what AND next.version = edition.version + 1 AND next.at < %(before)s
)
