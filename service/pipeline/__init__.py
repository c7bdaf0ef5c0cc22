"""The one path of the data: blocks of lines in, committed rows out."""
