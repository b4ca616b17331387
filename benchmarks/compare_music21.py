"""The order in which bars are played, beside music21's own expansion, of every MusicXML and ABC file that it ships.

Of MusicXML the measures of the first part are compared, of ABC the notes of each tune, in the order in which they are
played: by their positions on the page, so that nothing but the order counts. A tune of which both do not find the same
measures or notes on the page has no order to compare. With the folder that ``JAZZGRAM_SHARED`` names come the lead
sheets of the Weimar Jazz Database. Every file and every tune has a time limit; ABC is sampled (``--every``).

    nice python benchmarks/compare_music21.py [--only MusicXML ABC] [--every 20] [--seconds 600] [--limit 20]
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import music21
from jazzgram_plugins.readers import abc, musicxml
from jazzgram_plugins.readers._tunebook import read_text
from jazzgram_plugins.readers.abc.music import AbcTune
from jazzgram_plugins.readers.musicxml.file import open_score
from jazzgram_plugins.readers.musicxml.marks import repeat_marks
from jazzgram_plugins.readers.musicxml.part import read_part

from jazzgram import JazzgramError
from jazzgram.music import RepeatMarks, follow_repeats

SHIPPED = Path(music21.__file__).parent
SHARED = Path(os.environ.get("JAZZGRAM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
Order = list[int]


@dataclass(frozen=True)
class Page:
    """A page as we read it: marks, order of the bars, and for each bar what is compared (itself, or its notes)."""

    marks: Sequence[RepeatMarks]
    order: Order
    items: list[list[int]]
    has_part_order: bool = False

    @property
    def length(self) -> int:
        """How many are compared."""
        return sum(map(len, self.items))

    def played(self, bars: Iterable[int]) -> Order:
        """Return what is played with bars."""
        return [item for bar in bars for item in self.items[bar]]


Item = tuple[str, Callable[[], Page], Callable[[], tuple[Order, int]]]
"""A file or tune: its name, what returns our page, and music21's order with the length of its page."""
KINDS = (
    "an order of parts, which music21 does not read",
    "D.C., D.S. or coda, which music21 does not play",
    "a pick-up, which music21 repeats where there is no room for it",
    "back to the very beginning, where a repeat has no sign to go back to",
    "another difference",
)
OUTCOMES = (
    "same, nothing repeated",
    "same",
    "different",
    "another page",
    "refused here",
    "refused by music21",
    "too slow",
)


class TooSlow(BaseException):
    """Raised by the alarm; not an Exception, so that music21 does not take it for an error of the file."""


def too_slow(*_: object) -> None:
    """End what takes longer than its time."""
    raise TooSlow


def scores() -> Iterator[Item]:
    """Yield the MusicXML files, the lead sheets and then the shortest first."""
    for folder in (SHARED / "data", SHIPPED):
        files = musicxml.list_files(folder) if folder.is_dir() else ()
        for file in sorted(files, key=lambda file: file.stat().st_size):
            yield str(file.relative_to(folder)), lambda file=file: our_score(file), lambda file=file: their_score(file)


def our_score(file: Path) -> Page:
    """Read the first part's measures and their order."""
    parts = open_score(file).findall("part")
    if not parts:
        raise JazzgramError("no part")
    marks, _ = repeat_marks(parts, read_part(parts[0], "1"))
    return Page(marks, list(follow_repeats(marks).bars), [[index] for index in range(len(marks))])


def their_score(file: Path) -> tuple[Order, int]:
    """Return music21's order of the measures of the first part."""
    part = music21.converter.parse(str(file), forceSource=True).parts[0]
    measures = list(part.getElementsByClass("Measure"))
    for index, measure in enumerate(measures):
        measure.editorial.index = index
    expanded = part.expandRepeats().getElementsByClass("Measure")
    return [measure.editorial.index for measure in expanded], len(measures)


def tunes(every: int) -> Iterator[Item]:
    """Yield every so many of the ABC tunes."""
    number = 0
    for file in abc.list_files(SHIPPED):
        for lines in abc._split(read_text(file, 8 << 20), []):
            number += 1
            if number % every == 0:
                name = f"{file.relative_to(SHIPPED)}:{lines[0][0]}"
                yield name, lambda lines=lines: our_tune(lines), lambda lines=lines: their_tune(lines)


def our_tune(lines: list[tuple[int, str]]) -> Page:
    """Read a tune's notes and the order of its measures."""
    tune = AbcTune(lines, [])
    marks = [measure.marks for measure in tune.measures]
    order, _ = tune.parts.playing(marks)
    items: list[list[int]] = []
    count, tied = 0, False
    for measure in tune.measures:
        items.append([])
        for event in measure.events:
            # Only what is struck: music21 cuts measures that are too long, and ties what it cuts.
            if event.pitch is not None and not tied:
                items[-1].append(count)
                count += 1
            tied = event.tied if event.duration else tied
    return Page(marks, list(order.bars), items, bool(tune.parts.text))


def their_tune(lines: list[tuple[int, str]]) -> tuple[Order, int]:
    """Return music21's order of the notes of a tune."""
    # It loses notes under a fermata (H); between the halves of a broken rhythm it wants neither slurs nor ornaments.
    plain = [re.sub(r"\((?!\d)|[)H~]", "", text) if text[1:2] != ":" else text for _, text in lines]
    score = music21.converter.parse("%abc-2.1\n" + "\n".join(plain), format="abc", forceSource=True)
    part = score.parts[0]
    notes = [
        note
        for note in part.recurse().notes
        if "ChordSymbol" not in note.classes
        and not note.duration.isGrace
        and (note.tie is None or note.tie.type == "start")
    ]
    for index, note in enumerate(notes):
        note.editorial.index = index
    expanded = part.expandRepeats().recurse().notes
    return [note.editorial.index for note in expanded if "index" in note.editorial], len(notes)


def compare(item: Item, limit: int) -> tuple[str, str]:
    """Return an outcome, and for a difference what it is."""
    _, ours, theirs = item
    signal.alarm(limit)
    try:
        page = ours()
        own = page.played(page.order)
    except JazzgramError as error:
        return "refused here", f"{error!s:.120}"
    except TooSlow:
        return "too slow", "here"
    finally:
        signal.alarm(0)
    signal.alarm(limit)
    try:
        their, other_length = theirs()
    except TooSlow:
        return "too slow", "music21"
    except Exception as error:  # it raises whatever comes
        return "refused by music21", f"{type(error).__name__}: {error!s:.100}; here {spans(own)} of {page.length}"
    finally:
        signal.alarm(0)
    if page.length != other_length:
        return "another page", f"{page.length} here, {other_length} there"
    if own == their:
        return "same" if own != list(range(page.length)) else "same, nothing repeated", ""
    return "different", f"{kind(page, their)}: here {spans(own)}; music21 {spans(their)}; of {page.length}"


def kind(page: Page, theirs: Order) -> str:
    """Name the kind of a difference."""
    if page.has_part_order:
        return KINDS[0]
    plain = [replace(mark, sounds={}) for mark in page.marks]
    if any(mark.sounds for mark in page.marks) and page.played(follow_repeats(plain).bars) == theirs:
        return KINDS[1]
    without_pickup = [replace(mark, short=False) for mark in page.marks]
    if page.played(follow_repeats(without_pickup).bars) == theirs:
        return KINDS[2]
    back = any(page.played(_to_the_beginning(page.marks, once)) == theirs for once in (False, True))
    return KINDS[3] if back else KINDS[4]


def _to_the_beginning(marks: Sequence[RepeatMarks], once: bool) -> Order:
    """Repeat everything since the last sign to go back to (which counts once, or until the next), as music21 does.

    What is repeated includes repeats; jumps are left out.
    """
    order: Order = []
    start = first_ending = 0
    for index, mark in enumerate(marks):
        if mark.forward:
            start = len(order)
        if mark.ending is not None and 1 in mark.ending:
            first_ending = len(order)
        order.append(index)
        if mark.times:
            again = order[start:first_ending] if first_ending > start else order[start:]
            order += again * (mark.times - 1)
            start, first_ending = 0 if once else start, 0
    return order


def spans(order: Sequence[int]) -> str:
    """Format an order as spans, from 1: ``1-8 1-7 9``.

    >>> spans([0, 1, 2, 0, 1, 3])
    '1-3 1-2 4'
    """
    found: list[list[int]] = []
    for index in order:
        if found and found[-1][1] == index - 1:
            found[-1][1] = index
        else:
            found.append([index, index])
    return " ".join(f"{first + 1}-{last + 1}" if first != last else f"{first + 1}" for first, last in found[:12])


def main() -> int:
    """Print the differences and a table; return 1 where nothing was compared."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=("MusicXML", "ABC"), default=["MusicXML", "ABC"])
    parser.add_argument("--every", type=int, default=20, help="of ABC every so many tunes")
    parser.add_argument("--seconds", type=int, default=600, help="for each format, after which the rest is not read")
    parser.add_argument("--limit", type=int, default=20, help="seconds for a file or tune")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, too_slow)
    table: dict[str, Counter[str]] = {}
    kinds: Counter[tuple[str, str]] = Counter()
    for name in asked.only:
        counts: Counter[str] = Counter()
        items = list(scores() if name == "MusicXML" else tunes(asked.every))
        begun = time.monotonic()
        for item in items:
            if time.monotonic() - begun > asked.seconds:
                break
            outcome, what = compare(item, asked.limit)
            counts[outcome] += 1
            if outcome == "different":
                kinds[name, what.partition(":")[0]] += 1
            if what:
                print(f"{name}: {item[0]}: {outcome}: {what}", flush=True)
        print(f"{name}: {counts.total()} of {len(items)} read", flush=True)
        table[name] = counts
    print(f"| | {' | '.join(OUTCOMES)} |\n|---|{'---:|' * len(OUTCOMES)}")
    for name, counts in table.items():
        print(f"| {name} | {' | '.join(f'{counts[outcome]:,}' for outcome in OUTCOMES)} |")
    for (name, what), count in kinds.most_common():
        print(f"{count:5} {name}: {what}")
    return int(not all(counts.total() for counts in table.values()))


if __name__ == "__main__":
    sys.exit(main())
