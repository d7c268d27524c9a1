"""The Telegram door, on python-telegram-bot as it comes."""
