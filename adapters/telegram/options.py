"""A command's options as they were typed: what has to be said and is not clear is asked for with what may be meant."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from adapters.telegram import marks
from core import chat, ports
from core.chat import _

CHOOSE: Final = _("Choose one")


async def understood(
    router: ports.Router, said: chat.Incoming, command: chat.Command, answers: Mapping[str, str]
) -> chat.Screen | dict[str, str]:
    """The answers for the router, a label for its value; or a screen to choose the first that is needed and not
    clear."""
    clear = dict(answers)
    for option in command.options:
        typed = clear.get(option.name, "")
        if not option.suggests or not (typed or option.required):
            continue
        found = await router.suggest(replace(said, answers=clear), option.name, typed)
        exact = [one for one in found if typed.casefold() in (one.label.casefold(), one.value.casefold())]
        likely = exact or (found if option.required else ())
        if typed and len(likely) == 1:
            clear[option.name] = likely[0].value
        elif option.required and (screen := _choices(command, option, likely)):
            return screen
    return clear


def _choices(
    command: chat.Command, option: chat.CommandOption, found: Sequence[chat.Suggestion]
) -> chat.Screen | None:
    """What may be meant, to be tapped; what no button could carry is left out."""
    options = tuple(
        chat.Option(_("{name}", name=one.label), chat.Route(data))
        for one in found
        if marks.fits(data := marks.choose(command.name, option.name, one.value))
    )
    if not options:
        return None
    return chat.Screen(option.description, controls=(chat.Choice(CHOOSE, options),))
