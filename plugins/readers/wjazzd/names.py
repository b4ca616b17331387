"""Names of solos: performer, composition and take, from file names that have no spaces."""

from __future__ import annotations

import re
from typing import NamedTuple

_SEAM = re.compile(
    r"(?<=[a-z0-9])(?<!Mc)(?=[A-Z])"  # BlueTrain
    r"|(?<=[A-Z])(?=[A-Z][a-z])"  # IMeanYou
    r"|(?<=[A-Za-z]\.)(?=[A-Z][a-z])|(?<=[a-z]\.)(?=[A-Z])"  # D.B.Blues, Mr.P.C.
    r"|(?<=n')(?=[A-Z])"  # Walkin'Shoes, not O'Connor
    r"|(?<=[a-z])(?=[\d(&#])|(?<=[,&])(?=\w)"  # Item1,D.I.T.
)


class Name(NamedTuple):
    """Who plays what."""

    performer: str
    work: str
    take: str
    """What distinguishes the solo from others of the same performer over the same work; empty for nothing."""

    @property
    def title(self) -> str:
        """The parts in one line."""
        title = f"{self.performer} - {self.work}" if self.performer else self.work
        return f"{title} ({self.take})" if self.take else title


def name_of(stem: str) -> Name:
    """Read a name as the Jazzomat export writes it: ``Performer_Title``, then perhaps ``_Take`` and ``-SOLO``.

    Examples
    --------
    >>> name_of("CharlieParker_Billie'sBounce").title
    "Charlie Parker - Billie's Bounce"
    >>> name_of("MilesDavis_Eighty=One").work, name_of("SonnyRollins_I'llRememberApril_AlternateTake2-1").take
    ('Eighty-One', 'Alternate Take 2, solo 1')
    """
    whole, dash, number = stem.rpartition("-")
    if not (dash and number.isdecimal()):
        whole, number = stem, ""
    performer, underscore, rest = whole.partition("_")
    if not underscore:
        performer, rest = "", whole
    work, *takes = rest.split("_")
    takes = [_spaced(take) for take in takes if take]
    return Name(_spaced(performer), _spaced(work) or stem, ", ".join(takes + [f"solo {number}"] * bool(number)))


def _spaced(text: str) -> str:
    """Put the spaces in; the export writes ``=`` for a hyphen."""
    return _SEAM.sub(" ", text.replace("=", "-"))
