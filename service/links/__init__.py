"""Links: who is tied to whom, asked for within bounds, gathered as the reader may see it, told."""
