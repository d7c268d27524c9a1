"""When mentors can be booked."""
