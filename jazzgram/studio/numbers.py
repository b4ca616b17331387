"""The metrics of a take against real solos, and its copied runs."""

from __future__ import annotations

from math import isnan, sqrt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jazzgram.evaluation.copying import CorpusRuns
    from jazzgram.evaluation.reference import Statistic
    from jazzgram.music.solo import Solo
    from jazzgram.studio.traded import Played

_METRICS = ("harmony", "pitch", "rhythm", "form")
"""Metrics of single values; copying is reported for each note."""


def numbers(solo: Solo, runs: CorpusRuns | None, played: Played | None = None) -> dict[str, Any]:
    """Measure a take.

    Parameters
    ----------
    solo : Solo
        May have no notes.
    runs : CorpusRuns or None
        The index of the training tunes; None where it was not searched.
    played : Played or None
        The session of a traded take: of each player their own turns are measured, in a row.

    Returns
    -------
    dict
        ``aims`` and ``others``: rows of name, value, mean and standard deviation of real solos, z (the distance to
        their mean in standard deviations), mark and definition; None where one is not defined. z needs a reference with
        excerpts as long as the take: ``bars``. A mark is as of `mark_of`. ``copied``: index, length, tune and bar of
        each note in a long copied run. ``sentence``: on the longest one; empty without `runs`. ``measured``: the bars
        that were measured. ``you``: the ``aims`` and ``others`` of the musician in a traded take, else None.
    """
    from jazzgram.evaluation.definitions import value_definitions
    from jazzgram.evaluation.metrics import AIMS, load_metrics, measure_solos
    from jazzgram.evaluation.reference import find_reference
    from jazzgram.live.turns import MACHINE, MUSICIAN
    from jazzgram.music.tune import Corpus
    from jazzgram.pages.report.page import copied_notes, copied_sentence

    reference = find_reference()
    real = reference.style()
    metrics = load_metrics(_METRICS)
    meanings = {
        f"{metric.plugin.name}.{name}": text
        for metric in metrics
        for name, text in value_definitions(metric.plugin.module.__doc__ or "").items()
    }
    solos = [solo] if played is None else [played.own_turns(MACHINE), played.own_turns(MUSICIAN)]
    tables = []
    for each, measured in zip(solos, measure_solos(solos, Corpus(()), metrics), strict=True):
        share = each.bars / reference.bars
        rows = {
            name: [*_row(name, value, real.get(name), share, is_mean=name in AIMS), meanings.get(name, "")]
            for name, value in measured.items()
        }
        others = [row for name, row in rows.items() if name not in AIMS]
        tables.append({"aims": [rows[name] for name in AIMS], "others": others})
    copies = () if runs is None else runs.by_note(solo)
    return {
        "bars": reference.bars,
        **tables[0],
        "measured": solos[0].bars,
        "you": tables[1] if played is not None else None,
        "copied": copied_notes(copies),
        "sentence": copied_sentence(copies),
    }


def _row(name: str, value: float, real: Statistic | None, share: float, *, is_mean: bool) -> list[Any]:
    mean, deviation = (None, None) if real is None else (real.mean, real.sd)
    z = None if real is None else real.z(value)
    numbers = (value, mean, deviation, z if share == 1 else None)
    return [
        name.partition(".")[2].replace("_", " "),
        *(None if number is None or isnan(number) else number for number in numbers),
        "" if z is None or isnan(z) else mark_of(z, share, is_mean=is_mean),
    ]


def mark_of(z: float, share: float, *, is_mean: bool) -> str:
    """Return how far a value is from real solos, as a word for musicians.

    Parameters
    ----------
    z : float
        The distance to their mean, in standard deviations of their excerpts.
    share : float
        The take's bars, as a share of the bars of an excerpt.
    is_mean : bool
        Whether the value is a mean over bars, whose standard deviation over excerpts of a share of the bars is at most
        ``sqrt(1 / share)`` times as large (that of independent bars). Of other values only takes as long as the
        excerpts are marked.

    Returns
    -------
    str
        ``far above`` and ``far below`` from 2 standard deviations, ``above`` and ``below`` from 1; empty for less.

    Examples
    --------
    >>> mark_of(3.7, 1.0, is_mean=True), mark_of(-1.2, 1.0, is_mean=False), mark_of(0.4, 1.0, is_mean=True)
    ('far above', 'below', '')

    In an eighth of the bars, twice the distance is half as far:

    >>> mark_of(4.0, 0.125, is_mean=True), mark_of(9.0, 0.125, is_mean=False)
    ('above', '')
    """
    if share != 1 and not is_mean:
        return ""
    distance = z * min(1.0, sqrt(share))
    if abs(distance) < 1:
        return ""
    word = "above" if distance > 0 else "below"
    return f"far {word}" if abs(distance) >= 2 else word
