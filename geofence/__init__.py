"""Where it is: zones, their index, visits, distance to shore."""
