"""The front desk: what can be said, and where all is plugged together."""
