"""E-mail by SMTP: the last rung of the ladder."""
