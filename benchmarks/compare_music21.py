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
import signal
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import music21
from jazzgram_plugins.readers import abc, musicxml
from jazzgram_plugins.readers._tunebook import read_text
from jazzgram_plugins.readers.abc.music import AbcTune
from jazzgram_plugins.readers.musicxml.file import open_score
from jazzgram_plugins.readers.musicxml.marks import repeat_marks
from jazzgram_plugins.readers.musicxml.part import read_part

from jazzgram import JazzgramError
from jazzgram.music import follow_repeats

SHIPPED = Path(music21.__file__).parent
SHARED = Path(os.environ.get("JAZZGRAM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
Order = list[int]
Item = tuple[str, Callable[[], tuple[Order, int]], Callable[[], tuple[Order, int]]]
"""A file or tune: its name, and what returns our order and music21's, each with the length of the page."""
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
    """Yield the MusicXML files."""
    for folder in (SHIPPED, SHARED / "data"):
        for file in musicxml.list_files(folder) if folder.is_dir() else ():
            yield str(file.relative_to(folder)), lambda file=file: our_score(file), lambda file=file: their_score(file)


def our_score(file: Path) -> tuple[Order, int]:
    """Return the order of the measures of the first part."""
    parts = open_score(file).findall("part")
    if not parts:
        raise JazzgramError("no part")
    marks, _ = repeat_marks(parts, read_part(parts[0], "1"))
    return list(follow_repeats(marks).bars), len(marks)


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


def our_tune(lines: list[tuple[int, str]]) -> tuple[Order, int]:
    """Return the order of the notes of a tune."""
    tune = AbcTune(lines, [])
    order, _ = tune.parts.playing([measure.marks for measure in tune.measures])
    numbered: list[list[int]] = []
    count, tied = 0, False
    for measure in tune.measures:
        numbered.append([])
        for event in measure.events:
            # Only what is struck: music21 cuts measures that are too long, and ties what it cuts.
            if event.pitch is not None and not tied:
                numbered[-1].append(count)
                count += 1
            tied = event.tied if event.duration else tied
    return [note for index in order.bars for note in numbered[index]], count


def their_tune(lines: list[tuple[int, str]]) -> tuple[Order, int]:
    """Return music21's order of the notes of a tune."""
    score = music21.converter.parse("%abc-2.1\n" + "\n".join(text for _, text in lines), format="abc", forceSource=True)
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
        own, length = ours()
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
        return "refused by music21", f"{type(error).__name__}: {error!s:.100}; here {spans(own)} of {length}"
    finally:
        signal.alarm(0)
    if length != other_length:
        return "another page", f"{length} here, {other_length} there"
    if own == their:
        return "same" if own != list(range(length)) else "same, nothing repeated", ""
    return "different", f"here {spans(own)}; music21 {spans(their)}; of {length}"


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
    for name in asked.only:
        counts: Counter[str] = Counter()
        items = list(scores() if name == "MusicXML" else tunes(asked.every))
        begun = time.monotonic()
        for item in items:
            if time.monotonic() - begun > asked.seconds:
                break
            outcome, what = compare(item, asked.limit)
            counts[outcome] += 1
            if what:
                print(f"{name}: {item[0]}: {outcome}: {what}", flush=True)
        print(f"{name}: {counts.total()} of {len(items)} read", flush=True)
        table[name] = counts
    print(f"| | {' | '.join(OUTCOMES)} |\n|---|{'---:|' * len(OUTCOMES)}")
    for name, counts in table.items():
        print(f"| {name} | {' | '.join(f'{counts[outcome]:,}' for outcome in OUTCOMES)} |")
    return int(not all(counts.total() for counts in table.values()))


if __name__ == "__main__":
    sys.exit(main())
