"""What is shown: pure functions from the domain to screens, one file a topic."""
