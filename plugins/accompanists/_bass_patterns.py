"""Bass patterns, a character for each cell of a bar.

``R`` the root (or the tone after the slash), ``5``, ``8``, ``3``, ``7`` the other tones, ``n`` the root to come,
``g`` a dead note; ``-`` holds what stands before it, ``.`` is a rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from jazzgram import Form, Meter

from ._changes import Changes, Harmony
from ._feel import Stroke
from ._lines import RANGE, is_last_of_four
from ._patterns import struck_cells

PATTERNS: dict[str, tuple[str, ...]] = {
    "bossa": ("R--55--n", "R--5R--5", "R--R5--5", "R-.55-.n", "R--55-5n", "R--58--5", "R-R.5--n"),
    "funk": (
        "R-.R..7.R-..5.8.",
        "R--.R.8..g7.R.5.",
        "R.g.R-..8.7.5.R.",
        "R-.g..R.R-..g.n.",
        "R-..g.R-..8.7.5.",
        "R.R-..g.5-..8.7.",
        "R--.....g.R-..n.",
    ),
    "afro": (
        "R-.5-.8-.5-.",
        "R--..5R-...n",
        "R-.R-.5-.8-.",
        "R----.5-.8-.",
        "R-.5-.R-.5.n",
        "R--5--8.75..",
    ),
}
_LOW, _HIGH = 34, 42
"""What most roots are near to, and what the other tones are near to at most: B flat 1 and F sharp 2."""


def plain(meter: Meter) -> tuple[str, ...]:
    """Return patterns for a meter without one: root on one, fifth or root in the middle of the bar.

    Examples
    --------
    >>> plain(Meter(7, 4))
    ('R---5--', 'R---R--', 'R---8--')
    """
    beats = meter.bar // meter.beat
    middle = (beats + 1) // 2
    first, second = "R" + "-" * (middle - 1), "-" * (beats - middle - 1)
    return tuple(first + tone + second for tone in "5R8") if beats > 1 else ("R",)


def pattern_strokes(
    changes: Changes, meter: Meter, form: Form, patterns: Sequence[str], rng: Random
) -> Iterator[Stroke]:
    """Yield the notes of drawn patterns; a new chord begins with its root, and nothing of a chord outlasts it."""
    drawn, last, root = "", 38, _LOW
    for bar in range(form.bars):
        start = bar * meter.bar
        if start >= changes.playing:
            break
        others = [pattern for pattern in patterns if pattern != drawn] or list(patterns)
        # Only the first pattern, the plainest, comes twice in a row.
        drawn = rng.choice(others) if drawn != patterns[0] or rng.random() < 0.6 else patterns[0]
        for onset, length, sign in _cells(changes, drawn, start, meter):
            if onset >= changes.playing:
                continue
            harmony = changes.harmony(onset)
            tone = _tone(changes, harmony, sign, onset, meter)
            if tone is None:
                continue
            low = sign == "R" and rng.random() < 0.7
            pitch = _pitch(tone, root + 12 if sign == "8" else _LOW if low else min(last, _HIGH))
            stop = min(onset + length, max(changes.until(changes.at(onset)), onset + 1), changes.playing)
            if sign == "g":
                yield Stroke(onset, 30, last, 40)
                continue
            strong = onset in (start, *changes.onsets)
            yield Stroke(onset, (stop - onset) * 9 // 10 or 1, pitch, 82 if strong else 72)
            last = pitch if sign != "8" else last
            root = pitch if sign == "R" else root
    if changes.final is not None and (tone := changes.harmony(changes.final).bass) is not None:
        yield Stroke(changes.final, changes.end - changes.final, _pitch(tone, _LOW), 88)


def _cells(changes: Changes, pattern: str, start: int, meter: Meter) -> list[tuple[int, int, str]]:
    """Return onset, duration and sign of a bar's notes; a chord that begins in the bar gets its root on time."""
    cell = meter.bar // len(pattern)
    found = {start + index * cell: (length * cell, sign) for index, sign, length in struck_cells(pattern)}
    for onset in changes.onsets:
        if start <= onset < start + meter.bar:
            length = found[onset][0] if onset in found else meter.beat
            found[onset] = (length, "R")
    order = sorted(found)
    return [
        (onset, min(found[onset][0], following - onset), found[onset][1])
        for onset, following in zip(order, [*order[1:], start + meter.bar], strict=True)
    ]


def _tone(changes: Changes, harmony: Harmony, sign: str, onset: int, meter: Meter) -> int | None:
    """Return the pitch class of a sign; the root where the chord has no such tone that may be played."""
    if sign == "n":
        following = changes.harmony(onset - onset % meter.bar + meter.bar).bass
        ahead = following in harmony.calm or is_last_of_four(onset, meter)
        return following if following is not None and ahead else harmony.bass
    named = {"5": harmony.fifth, "3": harmony.third, "7": harmony.seventh}.get(sign)
    return harmony.bass if named is None else named


def _pitch(tone: int, near: int) -> int:
    """Return the pitch of a pitch class in the bass's range that is nearest to another, the lower of two."""
    return min((pitch for pitch in RANGE if pitch % 12 == tone), key=lambda pitch: (abs(pitch - near), pitch))
