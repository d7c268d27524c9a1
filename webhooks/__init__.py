"""The letterbox: HTTP edges that authenticate, store and answer. No business is done here."""
