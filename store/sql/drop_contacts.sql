-- Whole contacts, by their newest sighting: a track is not cut. One in an open case is still needed.
DELETE FROM contact_version
WHERE contact IN (
    SELECT contact FROM contact_version GROUP BY contact HAVING max(at) < %(before)s
)
    AND NOT EXISTS (
        SELECT FROM case_item AS item JOIN case_file AS held ON held.id = item.case_id
        WHERE item.kind = 'contact' AND item.ref = contact_version.contact AND held.state = 'open'
    )
