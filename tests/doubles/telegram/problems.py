"""Telegram's answers to a bad request, in Telegram's own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """One request that was answered with an error, or one thing that Telegram would not say so."""

    method: str
    status: int
    description: str
    params: Json = field(default_factory=dict)


@dataclass
class ApiError(Exception):
    """An answer of 4xx; `blame` says whether the caller broke a rule (and a test should fail for it)."""

    status: int
    description: str
    parameters: Json = field(default_factory=dict)
    blame: bool = False

    def body(self) -> Json:
        said: Json = {"ok": False, "error_code": self.status, "description": self.description}
        return said | ({"parameters": self.parameters} if self.parameters else {})


def bad(reason: str, *, blame: bool = True, **parameters: Any) -> ApiError:
    return ApiError(400, f"Bad Request: {reason}", parameters, blame)


def forbidden(reason: str) -> ApiError:
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    return ApiError(409, f"Conflict: {reason}")


def too_many(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def unknown_chat() -> ApiError:
    return bad("chat not found", blame=False)


def gone(verb: str) -> ApiError:
    return bad(f"message to {verb} not found", blame=False)


NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current"
    " content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
