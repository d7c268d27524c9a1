"""Roles that the bot makes in a server, and which of them a member has. It asks Discord about one member at a time,
which takes no privileged intent.
"""

from typing import Final

import discord

from adapters.discord.connection import Line
from adapters.discord.outgoing import deliverable, snowflake

LONGEST_NAME: Final = 100
NOT_THERE: Final = (10007, 10013)
"""No member of this server; nobody at all."""


class Badges:
    """`within` is how many seconds Discord has for one answer."""

    def __init__(self, *, within: float) -> None:
        self._within = within

    async def make(self, line: Line, place: str, name: str) -> str:
        """A role that allows nothing and that nobody can mention. One of this name that allows nothing is taken
        as it is: the bot made it, and the answer was lost."""
        guild, name = snowflake(place, "community"), name[:LONGEST_NAME]
        async with deliverable(self._within):
            for role in await line.http.get_roles(guild):
                if role["name"] == name and role["permissions"] == "0" and not role["managed"]:
                    return str(role["id"])
            made = await line.http.create_role(guild, name=name, permissions=0, mentionable=False)
        return str(made["id"])

    async def of(self, line: Line, place: str, account: str) -> frozenset[str] | None:
        guild, person = snowflake(place, "community"), snowflake(account, "account")
        async with deliverable(self._within):
            try:
                found = await line.http.get_member(guild, person)
            except discord.NotFound as error:
                if error.code in NOT_THERE:
                    return None
                raise
        return frozenset(str(role) for role in found["roles"])
