DELETE FROM trend_report old
WHERE made_at < %(before)s
    AND until < (SELECT max(until) FROM trend_report new WHERE new.office = old.office)
