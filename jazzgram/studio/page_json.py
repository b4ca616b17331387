"""The page's JSON, in and out: finite numbers and whole characters only."""

from __future__ import annotations

import json
import math
from typing import Any

from jazzgram.errors import JazzgramError


def read_json(text: str | bytes) -> Any:
    """Read what the page sent.

    Raises
    ------
    JazzgramError
        Where it is no JSON, or has NaN, an infinity or a lone surrogate: no file can have them.
    """
    try:
        value = json.loads(text, parse_float=_finite, parse_constant=_finite)
        _check_text(value)
    except (ValueError, RecursionError):
        raise JazzgramError("the page sent something that is no JSON; reload it") from None
    return value


def write_json(value: Any) -> bytes:
    """Write JSON; lone surrogates, of file names that are no UTF-8, as JSON's own escapes."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def _finite(text: str) -> float:
    """Read a number; JSON has neither NaN nor infinity, though Python reads them, and 1e999 too."""
    if not math.isfinite(number := float(text)):
        raise JazzgramError(f"the page sent {text[:20]}, which is no number to play with; enter another one")
    return number


def _check_text(value: Any) -> None:
    """Refuse lone surrogates."""
    if isinstance(value, dict):
        for each in value.items():
            _check_text(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _check_text(each)
    elif isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise JazzgramError("the page sent half a character (a lone surrogate); type that text again") from None
