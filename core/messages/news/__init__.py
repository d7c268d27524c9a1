"""Who hears of what happened, a file a topic. Each has the rules of its events and the checks of its notices."""
