"""Who the bot says it is: its name, its descriptions and the commands in the menu, per scope and language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from . import payloads
from .calls import Call, method
from .chats import Chat
from .problems import bad

if TYPE_CHECKING:
    from .server import TelegramServer
    from .world import User

Json = dict[str, Any]
MOST_COMMANDS = 100
GENERAL = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
LIMITS = {"name": 64, "description": 512, "short_description": 120}


@method("getMe", returns="User")
def get_me(call: Call) -> Json:
    return payloads.me(call.server.bot)


@method("logOut")
@method("close")
def leave_server(call: Call) -> bool:
    return True


# --- commands -----------------------------------------------------------------------------------


@method("setMyCommands")
def set_commands(call: Call) -> bool:
    given = call.json("commands")
    if not isinstance(given, list) or len(given) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    call.server.commands[_key(call)] = [_command(each) for each in given]
    return True


@method("getMyCommands", returns="Array of BotCommand")
def get_commands(call: Call) -> list[Json]:
    return call.server.commands.get(_key(call), [])


@method("deleteMyCommands")
def delete_commands(call: Call) -> bool:
    call.server.commands.pop(_key(call), None)
    return True


def offered(server: TelegramServer, chat: Chat, user: User) -> dict[str, str]:
    """What Telegram's rules of scopes and languages put into somebody's menu."""
    is_admin = not chat.is_private and chat.member(user).is_admin
    scopes = [f"chat_member:{chat.id}:{user.id}"]
    scopes += [f"chat_administrators:{chat.id}"] if is_admin else []
    scopes += [f"chat:{chat.id}"]
    scopes += ["all_chat_administrators"] if is_admin else []
    scopes += ["all_private_chats" if chat.is_private else "all_group_chats", "default"]
    language = (user.language or "").partition("-")[0]
    for scope in scopes:
        for key in ((scope, language), (scope, "")):
            if found := server.commands.get(key):
                return {each["command"]: each["description"] for each in found}
    return {}


def _key(call: Call) -> tuple[str, str]:
    scope = call.json("scope") or {"type": "default"}
    kind = str(scope.get("type"))
    parts = [str(scope[name]) for name in ("chat_id", "user_id") if name in scope]
    needed = {"chat": 1, "chat_administrators": 1, "chat_member": 2}.get(kind, 0)
    if (kind not in GENERAL and not needed) or len(parts) != needed:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    return ":".join([kind, *parts]), _language(call)


def _language(call: Call) -> str:
    language = call.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad("invalid language code specified")
    return language


def _command(given: Json) -> Json:
    name, about = str(given.get("command", "")).removeprefix("/"), str(given.get("description", ""))
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad("BOT_COMMAND_INVALID")
    if not about.strip():
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID" if about else "command description must be non-empty")
    if len(about) > 256:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": about}


# --- names --------------------------------------------------------------------------------------


def _about(call: Call, what: str) -> bool:
    text = call.text(what)
    if len(text) > LIMITS[what]:
        raise bad(f"BOT_{what.removeprefix('short_').upper()}_TOO_LONG")
    call.server.about[what, _language(call)] = text
    return True


def _told(call: Call, what: str) -> Json:
    about = call.server.about
    return {what: about.get((what, _language(call))) or about.get((what, ""), "")}


@method("setMyName")
def set_name(call: Call) -> bool:
    return _about(call, "name")


@method("getMyName", returns="BotName")
def get_name(call: Call) -> Json:
    told = _told(call, "name")
    return told if told["name"] else {"name": call.server.bot.first_name}


@method("setMyDescription")
def set_description(call: Call) -> bool:
    return _about(call, "description")


@method("getMyDescription", returns="BotDescription")
def get_description(call: Call) -> Json:
    return _told(call, "description")


@method("setMyShortDescription")
def set_short_description(call: Call) -> bool:
    return _about(call, "short_description")


@method("getMyShortDescription", returns="BotShortDescription")
def get_short_description(call: Call) -> Json:
    return _told(call, "short_description")


@method("setChatMenuButton")
def set_menu_button(call: Call) -> bool:
    button = call.json("menu_button") or {"type": "default"}
    if button.get("type") not in ("commands", "web_app", "default"):
        raise bad("MenuButton has unsupported type")
    return True


@method("getChatMenuButton", returns="MenuButton")
def get_menu_button(call: Call) -> Json:
    return {"type": "commands"}
