"""What the check of a configuration says of a mistake, in a musician's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from jazzgram.errors import did_you_mean

_EXPECTED = {
    "greater_than_equal": "at least {ge}",
    "greater_than": "more than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
    "finite_number": "a finite number",
    "literal_error": "{expected}",
    "enum": "{expected}",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "text",
    "list": "a list",
    "tuple": "a list",
    "dict": "keys and values",
    "mapping": "keys and values",
    "model": "keys and values",
}
"""What was expected, by pydantic's type of error, or by its first word."""


def value_message(detail: Mapping[str, Any]) -> str:
    """Return one of pydantic's error details as a sentence, with the value that was found.

    Examples
    --------
    >>> value_message({"type": "less_than_equal", "msg": "Input should be ...", "input": 999, "ctx": {"le": 400}})
    'expected at most 400 (got 999)'
    >>> value_message({"type": "list_type", "msg": "Input should be a valid list", "input": "mp3"})
    "expected a list, such as [mp3] (got 'mp3')"
    >>> value_message({"type": "value_error", "msg": "Value error, not a meter: '4'", "input": "4"})
    "not a meter: '4'"
    >>> value_message({"type": "value_error", "msg": "Value error, expected a bar from 1 (got 'x')", "input": ["x"]})
    "expected a bar from 1 (got 'x')"
    """
    message, got = _message(detail), short(detail["input"])
    if detail["type"] == "list_type" and isinstance(detail["input"], str):
        message = f"{message}, such as [{shown(detail['input'])}]"
    told = detail["type"] == "value_error" and (got in message or (message.endswith(")") and "(got " in message))
    return message if told else f"{message} (got {got})"


def _message(detail: Mapping[str, Any]) -> str:
    kind = str(detail["type"])
    is_of_type = kind.endswith(("_type", "_parsing", "_from_float"))
    expected = _EXPECTED.get(kind) or (_EXPECTED.get(kind.partition("_")[0]) if is_of_type else None)
    if expected is not None:
        limits = {name: _number(limit) for name, limit in detail.get("ctx", {}).items()}
        return f"expected {expected.format(**limits)}"
    return str(detail["msg"]).removeprefix("Value error, ").replace("Input should be ", "expected ")


def _number(limit: Any) -> Any:
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit


def unknown_key(model: type[BaseModel], key_path: tuple[str | int, ...]) -> str:
    """Return what is wrong with a key that a section does not know, and where a key of that name belongs.

    Parameters
    ----------
    model : type
        The section, or an options class.
    key_path : tuple of str or int
        The key, from the section.
    """
    known, key = field_names(model, key_path[:-1]), str(key_path[-1])
    below = [f"{name}.{key}" for name, section in _subsections(model) if key in field_names(section, ())]
    hint = f" (did you mean {below[0]}?)" if below and len(key_path) == 1 else did_you_mean(key, known)
    return f"unknown key{hint}; known: {', '.join(known)}"


def field_names(model: Any, key_path: tuple[str | int, ...]) -> list[str]:
    """List the keys that a section or an options class knows at a key path inside it."""
    for part in key_path:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part) if isinstance(model, type) and issubclass(model, BaseModel) else None
        model = next(_sections(field.annotation), None) if field is not None else None
    if model is None:
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _subsections(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the sections of a section that are no lists, those of what is played first."""
    for name, field in sorted(model.model_fields.items(), key=lambda item: item[0] != "improvise"):
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield name, field.annotation


def _sections(annotation: Any) -> Iterator[type[BaseModel]]:
    """Find the sections in an annotation such as ``list[str | Use]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _sections(inner)


def short(value: Any) -> str:
    """Return a value as Python writes it, at most 60 characters."""
    return shown(repr(value))


def shown(text: str) -> str:
    """Return at most 60 characters of a text."""
    return text if len(text) <= 60 else text[:57] + "..."
