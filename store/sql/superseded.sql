-- Whether its office was told news of the alert after the message called %(name)s. Calls that only
-- repeat (….rN), and that somebody took it on, are no news.
SELECT EXISTS (
    SELECT 1
    FROM delivery AS told
    JOIN delivery AS newer ON newer.alert = told.alert AND newer.office = told.office
    WHERE (told.notice_id = %(name)s OR told.reference = %(name)s)
        AND newer.number > told.number AND newer.notice_id <> told.notice_id
        AND newer.change <> 'ack' AND newer.notice_id !~ '\.r[0-9]+$'
)
