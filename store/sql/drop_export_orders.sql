DELETE FROM export_order WHERE at < %(before)s
