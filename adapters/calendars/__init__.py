"""Calendars to write to."""
