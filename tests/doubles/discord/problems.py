"""Discord's answers to a bad request: error codes, and the tree of "Invalid Form Body"."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .reading import Path

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """One request that was answered with an error, or one thing the double itself said wrongly."""

    method: str
    path: str
    status: int
    code: int
    message: str
    errors: Json = field(default_factory=dict)
    body: Any = None


@dataclass
class ApiError(Exception):
    """An answer of 4xx; `blame` says whether the caller broke a rule (and a test should fail for it)."""

    status: int
    code: int
    message: str
    errors: Json = field(default_factory=dict)
    blame: bool = False

    def body(self) -> Json:
        return {"message": self.message, "code": self.code} | ({"errors": self.errors} if self.errors else {})


def unauthorized() -> ApiError:
    return ApiError(401, 0, "401: Unauthorized", blame=True)


def unknown(code: int, what: str, *, blame: bool = False) -> ApiError:
    return ApiError(404, code, f"Unknown {what}", blame=blame)


def missing_permissions() -> ApiError:
    return ApiError(403, 50013, "Missing Permissions")


def missing_access() -> ApiError:
    return ApiError(403, 50001, "Missing Access")


def closed_dms() -> ApiError:
    return ApiError(403, 50007, "Cannot send messages to this user")


class Problems:
    """Collects what is wrong with a body; each has a path, Discord's code and Discord's sentence."""

    def __init__(self) -> None:
        self.found: list[tuple[Path, str, str]] = []

    def add(self, path: Path, code: str, message: str) -> None:
        self.found.append((path, code, message))

    def length(self, path: Path, value: object, least: int, most: int) -> None:
        """A text that must be there when `least` is above zero."""
        if value is None or value == "" or (isinstance(value, str) and not value.strip()):
            if least:
                self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif not isinstance(value, str):
            self.add(path, "BASE_TYPE_BAD_TYPE", "Could not convert to string.")
        elif least > 0 and not least <= len(value) <= most:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        elif len(value) > most:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")

    def count(self, path: Path, value: object, least: int, most: int) -> None:
        size = len(value) if isinstance(value, list) else 0
        if not least <= size <= most:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")

    def within(self, path: Path, value: object, least: int, most: int) -> None:
        if value is not None and not (isinstance(value, int) and least <= value <= most):
            self.add(path, "NUMBER_TYPE_MIN_MAX", f"int value should be between {least} and {most}.")

    def choice(self, path: Path, value: object, allowed: tuple[int, ...]) -> None:
        if value not in allowed:
            listed = ", ".join(map(str, allowed))
            self.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")

    def raise_if_any(self) -> None:
        if self.found:
            raise ApiError(400, 50035, "Invalid Form Body", self.tree(), blame=True)

    def tree(self) -> Json:
        root: Json = {}
        for path, code, message in self.found:
            node = root
            for key in path:
                node = node.setdefault(str(key), {})
            node.setdefault("_errors", []).append({"code": code, "message": message})
        return root
