"""The metrics of a take against real solos, and its copied runs."""

from __future__ import annotations

from math import isnan
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
        ``aims`` and ``others``: rows of name, value, mean and standard deviation of real solos, and z, the distance to
        their mean in standard deviations; None where one is not defined. z needs a reference with excerpts as long as
        the take: ``bars``. ``copied``: index, length, tune and bar of each note in a long copied run. ``sentence``:
        on the longest one; empty without `runs`. ``measured``: the bars that were measured. ``you``: the ``aims`` and
        ``others`` of the musician in a traded take, else None.
    """
    from jazzgram.evaluation.metrics import AIMS, load_metrics, measure_solos
    from jazzgram.evaluation.reference import find_reference
    from jazzgram.live.session import MACHINE, MUSICIAN
    from jazzgram.music.tune import Corpus
    from jazzgram.pages.report.page import copied_notes, copied_sentence

    reference = find_reference()
    real = reference.style()
    solos = [solo] if played is None else [played.own_turns(MACHINE), played.own_turns(MUSICIAN)]
    tables = []
    for each, measured in zip(solos, measure_solos(solos, Corpus(()), load_metrics(_METRICS)), strict=True):
        rows = {
            name: _row(name, value, real.get(name), each.bars == reference.bars) for name, value in measured.items()
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


def _row(name: str, value: float, real: Statistic | None, as_long: bool) -> list[Any]:
    mean, deviation = (None, None) if real is None else (real.mean, real.sd)
    z = real.z(value) if real is not None and as_long else None
    return [
        name.partition(".")[2].replace("_", " "),
        *(None if number is None or isnan(number) else number for number in (value, mean, deviation, z)),
    ]
