"""The styles of the band: which players with which options, from ``styles.yaml`` in the data that jazzgram ships."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.hooks.use import Use
from jazzgram.music.time import Meter
from jazzgram.resources.frozen import dataclass
from jazzgram.resources.own_yaml import read_own_yaml
from jazzgram.resources.registry import shipped

SOURCE = "source"
"""In place of a style: the tune's own band where it has one, else the style of the chart."""


@dataclass(frozen=True)
class Style:
    """A style: who plays, with which options, and how eighths are played.

    Parameters
    ----------
    name : str
        As a configuration names it.
    summary : str
        What it sounds like.
    swing : float, ``tempo`` or ``even``
        Ratio of long to short eighth, or what decides it.
    meters : tuple of str
        The meters it has patterns for.
    labels : tuple of str
        How charts name it, in lower case.
    players : tuple of Use
        The accompanists, in order.
    otherwise : str or None
        The style of a chart of this label in another meter.
    """

    name: str
    summary: str
    swing: Literal["tempo", "even"] | float
    meters: tuple[str, ...]
    labels: tuple[str, ...]
    players: tuple[Use, ...]
    otherwise: str | None = None

    @property
    def straight(self) -> bool:
        """Whether eighths are even at every tempo."""
        return self.swing == "even"


@cache
def styles() -> dict[str, Style]:
    """Read every style, by name, in the order of the file."""
    read = read_own_yaml(shipped("styles.yaml").read_text(encoding="utf-8"))
    return {
        name: Style(
            name,
            values.pop("summary"),
            values.pop("swing"),
            tuple(values.pop("meters")),
            tuple(values.pop("labels")),
            tuple(Use(**player) for player in values.pop("players")),
            **values,
        )
        for name, values in read.items()
    }


def find_style(name: str) -> Style:
    """Return the style of a name.

    Raises
    ------
    JazzgramError
        Where there is none; the message names those that there are.
    """
    if name not in (known := styles()):
        hint = did_you_mean(name, known)
        raise JazzgramError(f"there is no style {name!r}{hint}; styles: {', '.join(known)}; or {SOURCE}")
    return known[name]


def style_of_label(label: str, meter: Meter) -> Style | None:
    """Return the style that a chart's own label means in a meter.

    Parameters
    ----------
    label : str
        For example ``Bossa Nova``, ``Medium Up Swing``, ``HARDBOP``; empty for none.
    meter : Meter
        Swing in 3/4 is a waltz, in 6/8 and 12/8 it is afro.

    Returns
    -------
    Style or None
        None for a label that is not empty and that no style knows.

    Examples
    --------
    >>> [style_of_label(label, Meter()).name for label in ("Bossa Nova", "Medium Up Swing", "Jazz Waltz", "")]
    ['bossa', 'swing', 'swing', 'swing']
    >>> style_of_label("Medium Swing", Meter(3, 4)).name, style_of_label("Afro", Meter(12, 8)).name
    ('waltz', 'afro')
    >>> style_of_label("Polka", Meter()) is None
    True
    """
    words = f" {' '.join(re.findall('[a-z0-9]+', label.lower()))} "
    known = styles()
    fitting = [(len(own), style) for style in known.values() for own in style.labels if f" {own} " in words]
    if not fitting and words.strip():
        return None
    found = max(fitting, key=lambda pair: pair[0])[1] if fitting else known["swing"]
    if str(meter) not in found.meters and found.otherwise:
        found = known[found.otherwise]
    if found.name == "swing":
        return known["waltz" if str(meter) == "3/4" else "afro" if meter.is_compound else "swing"]
    return found


def swing_ratio(tempo: float, style: Style | str) -> float:
    """Return how unevenly a band plays eighths.

    The ratio falls linearly from 2.2 at 120 quarter notes a minute, and below, to 1 at 300, and above: as the ride
    cymbal's does in Friberg & Sundström, "Swing ratios and ensemble timing in jazz performance" (Music Perception
    19(3), 2002), and Honing & de Haas, "Swing once more" (Music Perception 25(5), 2008), but less: at slow tempi the
    cymbals that they measured reach 3.5, the soloists beside them about 2.

    Parameters
    ----------
    tempo : float
        Quarter notes per minute.
    style : Style or str
        A style, or its name.

    Returns
    -------
    float
        Long to short eighth, 1 (even) to 2.2, or the style's own.

    Examples
    --------
    >>> [round(swing_ratio(tempo, "swing"), 2) for tempo in (80, 120, 210, 320)], swing_ratio(120, "bossa")
    ([2.2, 2.2, 1.6, 1.0], 1.0)
    """
    found = find_style(style) if isinstance(style, str) else style
    if isinstance(found.swing, float):
        return found.swing
    return 1.0 if found.straight else min(2.2, max(1.0, 2.2 - 1.2 * (tempo - 120) / 180))
