"""The ports of core, made real: one folder a port, one file a vendor. Never imports the bot."""
