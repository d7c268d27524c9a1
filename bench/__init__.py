"""What the house can do, as ratios to floors that are measured in the same run."""
