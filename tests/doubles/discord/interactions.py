"""The life of an interaction: one answer within three seconds, then fifteen minutes of follow-ups."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from . import events, forms, messages, payloads
from .places import Channel
from .posts import EPHEMERAL, LOADING, Message
from .problems import ApiError, Problems, unknown
from .rest import Call, route
from .world import User

Json = dict[str, Any]
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
ANSWER_WITHIN, TOKEN_LIFE = timedelta(seconds=3), timedelta(minutes=15)
MAY_ANSWER = {
    COMMAND: (MESSAGE, DEFERRED, MODAL),
    COMPONENT: (MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL),
    AUTOCOMPLETE: (CHOICES,),
    MODAL_SUBMIT: (MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE),
}


@dataclass(eq=False)
class Exchange:
    """One thing a person did, and all that the bot answered to it."""

    id: int
    token: str
    kind: int
    actor: User
    place: Channel
    data: Json
    source: Message | None
    created_at: datetime
    deliveries: int = 0
    response: int | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] | None = None
    source_revision: int = 0

    @property
    def is_settled(self) -> bool:
        """Nothing is left that the person waits for: no spinner on the screen."""
        match self.response:
            case None:
                return False
            case 5:
                return self.original is not None and not self.original.loading
            case 6:
                changed = self.source is not None and self.source.revision > self.source_revision
                return changed or bool(self.followups)
        return True

    @property
    def shown(self) -> Message | None:
        """The message that the person looks at after the answer."""
        if self.response == DEFERRED_UPDATE and self.source and self.source.revision == self.source_revision:
            return self.followups[-1] if self.followups else self.source
        if self.original and self.original.deleted and self.followups:
            return self.followups[-1]
        return self.original

    def metadata(self) -> Json:
        home = self.place.guild
        owners = {"0": str(home.id) if home else "0"}
        shown: Json = {"id": str(self.id), "type": self.kind, "user": payloads.user(self.actor)}
        shown["authorizing_integration_owners"] = owners
        if self.kind == COMMAND:
            shown["name"] = self.data["name"]
        if self.kind == COMPONENT and self.source:
            shown["interacted_message_id"] = str(self.source.id)
        if self.kind == MODAL_SUBMIT:
            shown["triggering_interaction_metadata"] = shown | {"type": COMMAND, "name": "modal"}
        return shown


def _exchange(call: Call) -> Exchange:
    """The interaction a webhook token belongs to, while it lives and after it was answered."""
    found = call.server.exchange_of_token.get(call.params["webhook_token"])
    if found is None or call.id("webhook_id") != call.server.bot.id:
        raise ApiError(404, 10015, "Unknown Webhook", blame=True)
    if call.server.clock.now() - found.created_at > TOKEN_LIFE:
        raise ApiError(401, 50027, "Invalid Webhook Token")
    if found.response is None:
        raise ApiError(404, 10015, "Unknown Webhook", blame=True)
    return found


@route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", needs_token=False)
def callback(call: Call) -> Json | None:
    found = call.server.exchanges.get(call.id("interaction_id"))
    if found is None or found.token != call.params["interaction_token"]:
        raise unknown(10062, "interaction", blame=True)
    if found.response is not None:
        message = "Interaction has already been acknowledged."
        was_repeated = found.deliveries > 1 or str(found.id) in call.server.gateway.repeated
        raise ApiError(400, 40060, message, blame=not was_repeated)
    if call.server.clock.now() - found.created_at > ANSWER_WITHIN:
        raise unknown(10062, "interaction", blame=not call.server.clock.ahead)
    _answer(call, found)
    if call.query.get("with_response", "").lower() not in ("1", "true"):
        return None
    result = _result(call, found)
    events.vouch(call.server, "CallbackResult", result)
    return result


def _answer(call: Call, found: Exchange) -> None:
    kind, data = call.body.get("type"), call.body.get("data") or {}
    problems = Problems()
    allowed = [t for t in MAY_ANSWER[found.kind] if found.source or t not in (DEFERRED_UPDATE, UPDATE)]
    problems.choice(("type",), kind, tuple(allowed))
    problems.raise_if_any()
    match kind:
        case 4:
            found.original = _compose(call, found, data, path=("data",), first=True)
        case 5:
            found.original = _spinner(call, found, ephemeral=bool((data.get("flags") or 0) & EPHEMERAL))
        case 6:
            found.original = found.source
        case 7:
            assert found.source
            messages.revise(call.server, found.source, data, call.files, path=("data",))
            found.original = found.source
        case 8:
            forms.autocomplete(problems, data)
            problems.raise_if_any()
            found.choices = data.get("choices") or []
        case 9:
            forms.modal(problems, data)
            problems.raise_if_any()
            found.modal = data
    found.response = kind


def _compose(
    call: Call, found: Exchange, data: Json, *, path: tuple[str, ...] = (), first: bool = False
) -> Message:
    hidden = found.actor if (data.get("flags") or 0) & EPHEMERAL else None
    return messages.compose(
        call.server,
        found.place,
        data,
        call.files,
        path=path,
        ephemeral_for=hidden,
        interaction=found.metadata(),
        kind=20 if first and found.kind == COMMAND else 0,
    )


def _spinner(call: Call, found: Exchange, *, ephemeral: bool) -> Message:
    world = call.server.world
    flags = LOADING | (EPHEMERAL if ephemeral else 0)
    kind = 20 if found.kind == COMMAND else 0
    spinner = Message(world.new_id(), found.place, world.bot, world.clock.now(), flags=flags, type=kind)
    spinner.interaction = found.metadata()
    spinner.ephemeral_for = found.actor if ephemeral else None
    messages.keep(call.server, spinner)
    return spinner


def _result(call: Call, found: Exchange) -> Json:
    about: Json = {"id": str(found.id), "type": found.kind}
    if found.original is None:
        return {"interaction": about}
    about["response_message_id"] = str(found.original.id)
    about["response_message_loading"] = found.original.loading
    about["response_message_ephemeral"] = bool(found.original.ephemeral_for)
    resource: Json = {"type": found.response}
    if found.response != DEFERRED_UPDATE:
        resource["message"] = payloads.message(found.original, call.server.cdn)
    return {"interaction": about, "resource": resource}


@route("POST", "/webhooks/{webhook_id}/{webhook_token}", needs_token=False)
def follow_up(call: Call) -> Json:
    """The first follow-up of a deferred answer takes the place of its spinner, as Discord does."""
    found, body = _exchange(call), call.body or {}
    if found.original and found.original.loading and not found.original.deleted:
        messages.revise(call.server, found.original, body, call.files)
        return payloads.message(found.original, call.server.cdn)
    posted = _compose(call, found, body)
    found.followups.append(posted)
    return payloads.message(posted, call.server.cdn)


def _target(call: Call) -> Message:
    found = _exchange(call)
    if call.params.get("message_id") is None:
        target = found.original
    else:
        mine = [each for each in (found.original, *found.followups) if each]
        target = next((each for each in mine if each.id == call.id("message_id")), None)
    if target is None or target.deleted:
        raise unknown(10008, "Message")
    return target


@route("GET", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", needs_token=False)
@route("GET", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", needs_token=False)
def look(call: Call) -> Json:
    return payloads.message(_target(call), call.server.cdn)


@route("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", needs_token=False)
@route("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", needs_token=False)
def edit(call: Call) -> Json:
    target = _target(call)
    messages.revise(call.server, target, call.body or {}, call.files)
    return payloads.message(target, call.server.cdn)


@route("DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", needs_token=False)
@route("DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", needs_token=False)
def delete(call: Call) -> None:
    messages.delete(call.server, _target(call))
