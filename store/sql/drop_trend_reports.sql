DELETE FROM trend_report
WHERE made_at < %(before)s AND until < (SELECT max(until) FROM trend_report)
