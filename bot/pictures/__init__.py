"""What is drawn rather than written."""
