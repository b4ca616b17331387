"""Search spaces of options, from the schema of their plugin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf, nextafter
from typing import Any, Protocol

from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.hooks.options import Options

Value = bool | int | float | str
_DECADES = 100
"""Bounds further apart than this factor are searched on a logarithmic scale."""


class Suggests(Protocol):
    """The methods of an Optuna trial that a space uses."""

    def suggest_int(self, name: str, low: int, high: int, *, log: bool = ...) -> int: ...
    def suggest_float(self, name: str, low: float, high: float, *, log: bool = ...) -> float: ...
    def suggest_categorical(self, name: str, choices: Any) -> Any: ...


@dataclass(frozen=True)
class Dimension:
    """The values that one option may have.

    Parameters
    ----------
    name : str
        The option's name.
    low, high : int or float
        Its bounds, both allowed: whole numbers where both are int. Unused where there are choices.
    choices : tuple
        Its values, where they are a list.
    """

    name: str
    low: float = 0
    high: float = 0
    choices: tuple[Value, ...] = ()

    @property
    def log(self) -> bool:
        """Whether small values are searched as finely as large ones: the bounds span more than two decades."""
        return not self.choices and self.low > 0 and self.high / self.low > _DECADES

    def contains(self, value: Any) -> bool:
        """Return whether a value lies within."""
        if self.choices:
            return value in self.choices
        return isinstance(value, int | float) and not isinstance(value, bool) and self.low <= value <= self.high

    def suggest(self, trial: Suggests, prefix: str = "") -> Value:
        """Return the value that a trial suggests, under a name that begins with `prefix`."""
        name = prefix + self.name
        if self.choices:
            chosen: Value = trial.suggest_categorical(name, self.choices)
            return chosen
        if isinstance(self.low, int) and isinstance(self.high, int):
            return trial.suggest_int(name, self.low, self.high, log=self.log)
        return trial.suggest_float(name, self.low, self.high, log=self.log)


def space(options: type[Options]) -> list[Dimension]:
    """Return the dimensions of a plugin's options: literals, flags, and numbers with both bounds.

    Parameters
    ----------
    options : type of Options
        The plugin's class.

    Returns
    -------
    list of Dimension
        In the order of the class. What has a single value, or fewer than two bounds, is left out.
    """
    schema = options.model_json_schema()
    found = (_dimension(name, field, schema.get("$defs", {})) for name, field in schema.get("properties", {}).items())
    return [dimension for dimension in found if dimension is not None]


def _dimension(name: str, field: Mapping[str, Any], shared: Mapping[str, Any]) -> Dimension | None:
    if "$ref" in field:
        field = shared[field["$ref"].rpartition("/")[2]]
    if "anyOf" in field:
        branches = [branch for branch in field["anyOf"] if branch.get("type") != "null"]
        # Where None is what is meant by default, a number says something else altogether.
        return (
            _dimension(name, branches[0], shared) if len(branches) == 1 and field.get("default") is not None else None
        )
    if "enum" in field:
        return Dimension(name, choices=tuple(field["enum"])) if len(field["enum"]) > 1 else None
    if field.get("type") == "boolean":
        return Dimension(name, choices=(False, True))
    if field.get("type") not in ("integer", "number"):
        return None
    low, high = _bounds(field)
    return Dimension(name, low, high) if -inf < low < high < inf else None


def _bounds(field: Mapping[str, Any]) -> tuple[float, float]:
    whole = field["type"] == "integer"
    low, high = field.get("minimum", -inf), field.get("maximum", inf)
    if (above := field.get("exclusiveMinimum")) is not None:
        low = max(low, above + 1 if whole else nextafter(above, inf))
    if (below := field.get("exclusiveMaximum")) is not None:
        high = min(high, below - 1 if whole else nextafter(below, -inf))
    if whole:
        return (int(low) if low > -inf else low), (int(high) if high < inf else high)
    return float(low), float(high)


def chosen(options: type[Options], texts: Iterable[str]) -> list[Dimension]:
    """Return the dimensions that a user names.

    Parameters
    ----------
    options : type of Options
        The plugin's class.
    texts : iterable of str
        ``units=32:512`` (bounds), ``units=32,64,128`` (values) or ``units`` (bounds of the schema); empty for all
        that `space` finds.

    Raises
    ------
    JazzgramError
        Where there is no such option, or its values are none.
    """
    known = {dimension.name: dimension for dimension in space(options)}
    named = [_chosen(options, text, known) for text in texts]
    return named or list(known.values())


def _chosen(options: type[Options], text: str, known: Mapping[str, Dimension]) -> Dimension:
    name, given, values = text.partition("=")
    if name not in options.model_fields:
        names = list(options.model_fields)
        raise JazzgramError(
            f"--option {text}: no option {name!r}{did_you_mean(name, names)}; there are {', '.join(names)}"
        )
    if not given:
        if name not in known:
            raise JazzgramError(f"--option {name}: it has no bounds of its own; name some, such as {name}=1:10")
        return known[name]
    separator = ":" if ":" in values else ","
    parts = [_valid(options, name, part, text) for part in values.split(separator)]
    if separator == ",":
        return Dimension(name, choices=tuple(dict.fromkeys(parts)))
    if len(parts) != 2 or any(isinstance(part, bool | str) for part in parts) or not parts[0] < parts[1]:  # type: ignore[operator]
        raise JazzgramError(f"--option {text}: expected two numbers, the lower one first, such as {name}=1:10")
    return Dimension(name, parts[0], parts[1])  # type: ignore[arg-type]


def _valid(options: type[Options], name: str, text: str, whole: str) -> Value:
    from pydantic import ValidationError

    try:
        value: Value = getattr(options.model_validate_strings({name: text}), name)
    except ValidationError as error:
        problems = [detail["msg"] for detail in error.errors() if detail["loc"][:1] == (name,)]
        raise JazzgramError(f"--option {whole}: {text!r}: {'; '.join(problems) or error}") from None
    return value
