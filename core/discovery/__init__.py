"""How students find mentors."""
