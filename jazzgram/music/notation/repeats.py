"""The order in which notated bars are played: repeats, endings, da capo, dal segno, coda, fine.

The one engine of all readers. A reader fills in a `RepeatMarks` for each bar; `follow_repeats` returns the order and
what it leaves out. The rules are in ``docs/played-order.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jazzgram.errors import JazzgramError
from jazzgram.music.notation.endings import has_beginning
from jazzgram.music.notation.repeat_marks import MOST_BARS, RepeatMarks
from jazzgram.music.notation.walk import TOO_MANY, Walk
from jazzgram.music.tune import Dropped
from jazzgram.resources.frozen import dataclass

_NEVER_PLAYED = "never reached by the repeats and jumps"
_NOWHERE = "a jump with nowhere to go in notated bar {}"


@dataclass(frozen=True, slots=True)
class PlayedOrder:
    """The bars as they are played, and what is left out.

    Parameters
    ----------
    bars : tuple of int
        Indices of notated bars.
    unplayed : tuple of int
        The notated bars that are never played.
    unheeded : tuple of int
        The notated bars with a jump that has nowhere to go: a dal segno without a segno, a to-coda without a coda, *al
        2nd ending* where there is none.
    """

    bars: tuple[int, ...]
    unplayed: tuple[int, ...] = ()
    unheeded: tuple[int, ...] = ()

    def dropped(self, notes: Sequence[int] = (), chords: Sequence[int] = ()) -> tuple[Dropped, ...]:
        """Return what is left out as a tune reports it.

        Parameters
        ----------
        notes : sequence of int
            How many melody notes each notated bar has; empty for bars without a melody.
        chords : sequence of int
            How many chord symbols each notated bar has; empty where they are not counted.

        Returns
        -------
        tuple of Dropped
            Empty where nothing is left out.

        Examples
        --------
        >>> PlayedOrder((0, 1), unplayed=(2,)).dropped([4, 4, 3], [1, 1, 2])
        (Dropped(reason='never reached by the repeats and jumps', notes=3, bars=1, chords=2),)
        """
        lost, silent = (sum(counts[index] for index in self.unplayed) if counts else 0 for counts in (notes, chords))
        reports = [Dropped(_NEVER_PLAYED, lost, len(self.unplayed), silent)] if self.unplayed else []
        return (*reports, *(Dropped(_NOWHERE.format(index + 1)) for index in self.unheeded))


def follow_repeats(marks: Sequence[RepeatMarks], sections: Iterable[range] | None = None) -> PlayedOrder:
    """Return the bars in the order in which they are played, and those that never are.

    Parameters
    ----------
    marks : sequence of RepeatMarks
        Of each notated bar. May be empty.
    sections : iterable of range or None
        The order of the sections where the notation writes one out, as ABC's ``P:`` does: the bars of each, as often as
        it is played. Repeats, endings and jumps are followed within a section, each time anew. None for one section
        of all bars.

    Returns
    -------
    PlayedOrder
        Every notated bar is in `bars` or in `unplayed`.

    Raises
    ------
    JazzgramError
        Where the repeats make more than `MOST_BARS`, or all bars are in endings that have nothing to repeat.

    Examples
    --------
    Two bars with a first and a second ending:

    >>> first = RepeatMarks(times=2, ending=frozenset({1}))
    >>> second = RepeatMarks(ending=frozenset({2}), ending_stops=True)
    >>> follow_repeats([RepeatMarks(), first, second, RepeatMarks(sounds={"fine": ""})]).bars
    (0, 1, 0, 2, 3)

    ABA, as ``P:ABA`` has it:

    >>> follow_repeats([RepeatMarks(), RepeatMarks()], [range(1), range(1, 2), range(1)]).bars
    (0, 1, 0)
    """
    if sections is None and not has_beginning(marks):
        raise JazzgramError("none of its bars is ever played: an ending such as 2. needs a repeat before it")
    bars: list[int] = []
    unheeded: set[int] = set()
    walks: dict[range, Walk] = {}
    for section in [range(len(marks))] if sections is None else sections:
        if section not in walks:
            walks[section] = Walk(marks[section.start : section.stop])
            walks[section].run()
        walk = walks[section]
        bars += [section.start + index for index in walk.order]
        unheeded |= {section.start + index for index in walk.unheeded}
        if len(bars) > MOST_BARS:
            raise JazzgramError(TOO_MANY)
    played = set(bars)
    return PlayedOrder(
        tuple(bars), tuple(index for index in range(len(marks)) if index not in played), tuple(sorted(unheeded))
    )
