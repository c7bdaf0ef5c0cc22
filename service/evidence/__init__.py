"""Evidence packages: what an alert rests on, so that anybody can prove it and run it again."""
