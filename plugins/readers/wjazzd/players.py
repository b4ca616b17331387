"""Facts about the soloists of the Weimar Jazz Database: style and instrument, which its CSV export does not name.

They are this project's, from general knowledge, in ``data/reference/players.json``: of each soloist, and of the works
on which one plays another instrument or, over a long career, in different styles.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jazzgram.music import INSTRUMENTS

PLAYERS = Path(str(files("jazzgram_data"))) / "reference" / "players.json"
"""The table."""
CHECKSUM = "7f103427c56fcc86"
"""The first digits of the table's sha256: with another table this module is other code, and solos are read again."""


def facts_of(performer: str, work: str) -> dict[str, Any]:
    """Return style, instrument and program of a solo, as far as they are known.

    Examples
    --------
    >>> facts_of("John Coltrane", "Blue Train")
    {'style': 'HARDBOP', 'instrument': 'tenor sax', 'program': 66}
    >>> facts_of("John Coltrane", "My Favorite Things")["instrument"], facts_of("Nobody", "Nothing")
    ('soprano sax', {})
    """
    styles, instruments = (_by_performer(kind) for kind in ("styles", "instruments"))
    style = _of_work("styles", performer, work) or styles.get(performer)
    instrument = _of_work("instruments", performer, work) or instruments.get(performer)
    known: dict[str, Any] = {} if style is None else {"style": style}
    return (
        known if instrument is None else known | {"instrument": instrument, "program": INSTRUMENTS[instrument].program}
    )


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(PLAYERS.read_text("utf-8"))
    return table


@cache
def _by_performer(kind: str) -> dict[str, str]:
    return {performer: name for name, performers in _table()[kind].items() for performer in performers}


def _of_work(kind: str, performer: str, work: str) -> str | None:
    of_works = _table()[f"{kind}_of_works"].get(performer, {})
    return next((name for name, works in of_works.items() if work in works), None)
