UPDATE export_order
SET state = %(state)s, said = %(said)s, sidecar = %(sidecar)s, ready_at = %(ready_at)s,
    expires_at = %(expires_at)s
WHERE id = %(id)s AND state = 'waiting'
