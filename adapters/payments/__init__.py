"""Ways to be paid by link."""
