"""What changed at sea between the last weeks and the weeks before, by an honest test of counts."""
