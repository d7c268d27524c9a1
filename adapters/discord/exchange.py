"""One interaction from its arrival to its answer, given where the person looks.

A press on a screen that only its reader sees changes that screen. Everything else is answered with a message
of its own, which in a community only the actor sees unless the screen is public.
"""

from typing import Final

import discord

from adapters.discord.incoming import Interaction
from adapters.discord.modal import modal
from adapters.discord.render import Rendered, render, shows_subject
from adapters.discord.shown import Spot
from adapters.discord.words import PlainWords
from core import chat
from core.ports import Catalogue

PRESSES: Final = (discord.InteractionType.component, discord.InteractionType.modal_submit)


class Exchange:
    def __init__(self, interaction: Interaction, catalogue: Catalogue) -> None:
        self._interaction = interaction
        self._catalogue = catalogue
        message = interaction.message
        self._in_community = interaction.guild_id is not None
        self.edits = message is not None and (not self._in_community or message.flags.ephemeral)

    @property
    def takes_form(self) -> bool:
        """A modal is a first answer, and never one to a modal."""
        is_submit = self._interaction.type is discord.InteractionType.modal_submit
        return not is_submit and not self._interaction.response.is_done()

    @property
    def edits_subject(self) -> int | None:
        """The message about to be changed, where the door remembers it for its subject."""
        message = self._interaction.message
        return message.id if self.edits and message and shows_subject(message) else None

    async def hold(self) -> None:
        """Says that the answer is under way."""
        await self._interaction.response.defer(thinking=not self.edits, ephemeral=self._in_community)

    async def show(self, reply: chat.Reply) -> Spot | None:
        """Answers; where the answer stands, if it can be edited later."""
        screen = reply.screen
        if screen.form and self.takes_form:
            await self._interaction.response.send_modal(
                modal(screen.form, PlainWords(self._catalogue, reply.reader))
            )
            return None
        only_theirs = self._in_community and (screen.private or self._interaction.type in PRESSES)
        return await self._put(render(screen, reply.reader, self._catalogue), ephemeral=only_theirs)

    async def apologise(self, rendered: Rendered) -> None:
        if self._interaction.response.is_done():
            await self._interaction.followup.send(view=rendered.view, ephemeral=self._in_community)
        else:
            await self._interaction.response.send_message(view=rendered.view, ephemeral=self._in_community)

    async def _put(self, rendered: Rendered, *, ephemeral: bool) -> Spot | None:
        response, view, files = self._interaction.response, rendered.view, rendered.files
        if response.is_done():
            message = await self._interaction.edit_original_response(view=view, attachments=files)
            return self._spot(message.id, ephemeral=message.flags.ephemeral)
        if self.edits and self._interaction.message:
            await response.edit_message(view=view, attachments=files)
            return self._spot(self._interaction.message.id, ephemeral=self._in_community)
        sent = await response.send_message(view=view, files=files, ephemeral=ephemeral)
        return self._spot(sent.message_id, ephemeral=ephemeral)

    def _spot(self, message: int | None, *, ephemeral: bool) -> Spot | None:
        channel = self._interaction.channel_id
        if message is None or channel is None or (self._in_community and not ephemeral):
            return None
        return Spot(channel, message, self._interaction.token if ephemeral else None)
