"""Count what of a score is not in the tune, by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from jazzgram import Dropped
from jazzgram.music import PlayedOrder

from .measure import Measure

_MOST_REASONS = 8
"""Measures and chord symbols that are named one by one; a dozen are no more of use."""


def count_left_out(
    measures: Sequence[Measure], harmonies: Sequence[Measure], order: PlayedOrder, disobeyed: Sequence[str]
) -> list[Dropped]:
    """Count what of a score is not read, and what is never played.

    Parameters
    ----------
    measures : sequence of Measure
        Of the melody's part.
    harmonies : sequence of Measure
        Of the part that has the chord symbols, which may be the same.
    order : PlayedOrder
        Of `measures`.
    disobeyed : sequence of str
        Words that ask for another order, and why they do nothing.

    Returns
    -------
    list of Dropped
        Notes that a melody cannot hold as often as they are played, everything else once.
    """
    notes: Counter[str] = sum(
        (measures[index].dropped for index in order.bars if not measures[index].problem), Counter()
    )
    left_out = [Dropped(reason, notes=count) for reason, count in sorted(notes.items())]
    unread = [measure for measure in measures if measure.problem]
    left_out += [
        Dropped(f"a measure that cannot be read ({measure.problem})", measure.dropped.total(), 1)
        for measure in unread[:_MOST_REASONS]
    ]
    if others := unread[_MOST_REASONS:]:
        count = sum(measure.dropped.total() for measure in others)
        left_out.append(Dropped("other measures that cannot be read", count, len(others)))
    # What cannot be read is reported above, whether it is played or not.
    skipped = replace(order, unplayed=tuple(index for index in order.unplayed if not measures[index].problem))
    chords = [len(harmonies[index].harmonies) if index < len(harmonies) else 0 for index in range(len(measures))]
    left_out += skipped.dropped([len(measure.heads) for measure in measures], chords)
    parts = (measures,) if harmonies is measures else (measures, harmonies)
    found = list(disobeyed)
    found += [reason for part in parts for measure in part for reason in measure.left_out]
    if harmonies is not measures:
        found += [f"the chords of a measure ({measure.problem})" for measure in harmonies if measure.problem]
    reasons = list(dict.fromkeys(found))
    left_out += [Dropped(reason) for reason in reasons[:_MOST_REASONS]]
    if len(reasons) > _MOST_REASONS:
        left_out.append(Dropped(f"{len(reasons) - _MOST_REASONS} other problems of this kind"))
    return left_out
