"""Monthly plans: what they include, who has one, and what their provider says."""
