"""What is wrong with a configuration, as one line that names the key and never quotes its value."""

from collections.abc import Iterable, Mapping
from typing import Final, get_args

from pydantic import BaseModel, ValidationError
from rapidfuzz import fuzz, process

SIMILAR: Final = 60

REASONS: Final = {
    "missing": "is missing",
    "too_short": "is empty",
    "string_type": "should be text in quotes",
    "bool_type": "should be true or false",
    "bool_parsing": "should be true or false",
    "model_type": "should be a section",
    "model_attributes_type": "should be a section",
}


def first(error: ValidationError, settings: type[BaseModel], variables: Iterable[str]) -> str:
    """The mistake to mend first; `variables` are the environment's, so that the one to change can be named."""
    mistakes = error.errors(include_url=False, include_input=False)
    # A key that is spelt wrong is often also one that is missing.
    mistake = min(mistakes, key=lambda mistake: mistake["type"] != "extra_forbidden")
    path = tuple(str(step) for step in mistake["loc"])
    variable = "NEARPEER__" + "__".join(path).upper()
    named = next((name for name in variables if name == variable or name.startswith(f"{variable}__")), "")
    key = ".".join(path) + (f" ({named})" if named else "")
    return f"{key}: {_reason(mistake['type'], path, settings, mistake.get('ctx', {}), mistake['msg'])}"


def _reason(
    kind: str, path: tuple[str, ...], settings: type[BaseModel], facts: Mapping[str, object], said: str
) -> str:
    match kind:
        case "extra_forbidden":
            return _unknown(path[-1], _section(settings, path[:-1]))
        case "value_error":
            return str(facts["error"])
        case "literal_error":
            return f"should be {facts['expected']}"
    return REASONS.get(kind, said)


def _unknown(word: str, section: type[BaseModel]) -> str:
    nearest = process.extractOne(word, list(section.model_fields), scorer=fuzz.ratio, score_cutoff=SIMILAR)
    if nearest:
        return f"is not known; did you mean {nearest[0]}?"
    return f"is not known; there are {', '.join(section.model_fields)}"


def _section(settings: type[BaseModel], path: tuple[str, ...]) -> type[BaseModel]:
    for step in path:
        annotation = settings.model_fields[step].annotation
        kinds = (annotation, *get_args(annotation))
        settings = next(kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel))
    return settings
