"""Rooms to meet in."""
