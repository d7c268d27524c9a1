"""What was asked, paid and given back."""
