"""What the bot itself may not do in a channel, told from what Discord says of roles and channels."""

from typing import Final

import discord

TEXT_CHANNEL: Final = "text_channel"
ASKED: Final = (
    "view_channel",
    "send_messages",
    "create_private_threads",
    "send_messages_in_threads",
    "manage_threads",
)
"""What somebody may need who appoints a channel, by the library's names, which are Discord's own."""


def lacking(guild: discord.Guild, channel: int) -> list[str]:
    """Permissions that the bot does not have there, and `text_channel` where threads cannot be private."""
    found = guild.get_channel(channel)
    has_private = isinstance(found, discord.TextChannel) and not found.is_news()
    held = found.permissions_for(guild.me) if found else discord.Permissions.none()
    missing = [each for each in ASKED if not getattr(held, each)]
    return missing if has_private else [TEXT_CHANNEL, *missing]
