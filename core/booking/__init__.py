"""Reservations and their whole life."""
