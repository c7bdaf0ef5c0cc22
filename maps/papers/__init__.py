"""Documents for people: one model of the content, drawn as PDF and as HTML."""
