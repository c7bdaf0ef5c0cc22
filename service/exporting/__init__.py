"""What leaves as a file: asked for, chosen, checked, written, and kept in the audit."""
