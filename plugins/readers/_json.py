"""Read the JSON files of datasets: what is not as expected is one line with the file and the key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jazzgram import JazzgramError

_LARGEST = 256 << 20


def read_json(source: Path) -> Any:
    """Read a JSON file.

    Raises
    ------
    JazzgramError
        Where it cannot be read, is larger than 256 MB, or is no JSON.
    """
    try:
        if source.stat().st_size > _LARGEST:
            raise JazzgramError(f"{source}: has more than the {_LARGEST >> 20} MB that are read")
        return json.loads(source.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise JazzgramError(f"{source}: cannot be read ({error.strerror or error})") from None
    except (ValueError, RecursionError) as error:
        raise JazzgramError(f"{source}: is no JSON ({str(error)[:80]}); get an intact copy") from None


def number(row: Any, key: str, low: float, high: float) -> float:
    """Return a number of a JSON object.

    Raises
    ------
    ValueError
        Where it is missing, no number, or outside of its range.

    Examples
    --------
    >>> number({"midi_pitch": 60}, "midi_pitch", 0, 127)
    60.0
    """
    value = row.get(key) if isinstance(row, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"{key} is {str(value)[:40]!r} (expected a number from {low:g} to {high:g})")
    return float(value)
