"""Who there is: people, communities, mentors."""
