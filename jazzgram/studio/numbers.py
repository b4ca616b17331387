"""The metrics of a take against real solos, and its copied runs."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jazzgram.evaluation.copying import CorpusRuns
    from jazzgram.evaluation.reference import Statistic
    from jazzgram.music.solo import Solo

_METRICS = ("harmony", "pitch", "rhythm", "form")
"""Metrics of single values; copying is reported for each note."""


def numbers(solo: Solo, runs: CorpusRuns | None) -> dict[str, Any]:
    """Measure a take.

    Parameters
    ----------
    solo : Solo
        May have no notes.
    runs : CorpusRuns or None
        The index of the training tunes; None where it was not searched.

    Returns
    -------
    dict
        ``aims`` and ``others``: rows of name, value, mean and standard deviation of real solos, and z, the distance to
        their mean in standard deviations; None where one is not defined. z needs a reference with excerpts as long as
        the take: ``bars``. ``copied``: index, length, tune and bar of each note in a long copied run. ``sentence``:
        on the longest one; empty without `runs`.
    """
    from jazzgram.evaluation.metrics import AIMS, load_metrics, measure_solos
    from jazzgram.evaluation.reference import find_reference
    from jazzgram.music.tune import Corpus
    from jazzgram.pages.report.page import copied_notes, copied_sentence

    reference = find_reference()
    real = reference.style()
    (measured,) = measure_solos([solo], Corpus(()), load_metrics(_METRICS))
    rows = {name: _row(name, value, real.get(name), solo.bars == reference.bars) for name, value in measured.items()}
    copies = () if runs is None else runs.by_note(solo)
    return {
        "bars": reference.bars,
        "aims": [rows[name] for name in AIMS],
        "others": [row for name, row in rows.items() if name not in AIMS],
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
