"""An interaction as what a person said. Its sender may have forged all of it but who, where and with what rights."""

from typing import Any, Final, TypeAlias, cast

import discord

from adapters.discord import modal, permissions
from adapters.discord.ids import route_of
from core import chat

PLATFORM: Final = "discord"
Interaction: TypeAlias = "discord.Interaction[discord.AutoShardedClient]"
Json = dict[str, Any]
STRING_SELECT: Final = discord.ComponentType.select.value
CHANNEL_SELECT: Final = discord.ComponentType.channel_select.value
RESOLVED: Final = {
    discord.ComponentType.role_select.value: "roles",
    discord.ComponentType.channel_select.value: "channels",
}


def read(interaction: Interaction) -> chat.Incoming:
    route, answers = _said(interaction)
    user, guild = interaction.user, interaction.guild_id
    vouched = interaction.permissions
    roles = user.roles if isinstance(user, discord.Member) else []
    return chat.Incoming(
        account=chat.Account(PLATFORM, str(user.id), user.display_name),
        route=route,
        key=str(interaction.id),
        place=place(interaction.guild) if guild and interaction.guild else None,
        answers=answers,
        locale=interaction.locale.value,
        may_manage=bool(guild) and (vouched.manage_guild or vouched.administrator),
        roles=frozenset(str(role.id) for role in roles if role.id != guild),
    )


def place(guild: discord.Guild) -> chat.Place:
    return chat.Place(PLATFORM, str(guild.id), guild.name or "")


def typed(interaction: Interaction) -> tuple[str, str]:
    """The option a person is typing in, and what they typed so far."""
    for option in _data(interaction).get("options", []):
        if option.get("focused"):
            return option["name"], str(option.get("value", ""))
    return "", ""


def _said(interaction: Interaction) -> tuple[chat.Route, dict[str, str]]:
    data = _data(interaction)
    match interaction.type:
        case discord.InteractionType.component:
            return _chosen(data, interaction.guild)
        case discord.InteractionType.modal_submit:
            return route_of(data["custom_id"]), modal.answers(data.get("components", []))
    options = {option["name"]: str(option.get("value", "")) for option in data.get("options", [])}
    return chat.Route(data["name"]), options


def _chosen(data: Json, guild: discord.Guild | None) -> tuple[chat.Route, dict[str, str]]:
    kind, values = data["component_type"], data.get("values") or []
    if kind == STRING_SELECT and values:
        return route_of(values[0]), {}
    if kind in RESOLVED and values:
        resolved = data.get("resolved", {}).get(RESOLVED[kind], {}).get(values[0], {})
        picked = {"key": str(values[0]), "name": resolved.get("name", "")}
        if kind == CHANNEL_SELECT and guild and (lacks := permissions.lacking(guild, int(values[0]))):
            picked["lacks"] = " ".join(lacks)
        return route_of(data["custom_id"]), picked
    return route_of(data["custom_id"]), {}


def _data(interaction: Interaction) -> Json:
    return cast(Json, interaction.data or {})
