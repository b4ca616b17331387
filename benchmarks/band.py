"""What the band plays, counted, over every bundled tune and every changes of the Weimar Jazz Database.

Usage: python benchmarks/band.py [STYLE ...]

Prints the tables of docs/band.md; all styles where none is named. The bundled tunes take seconds, the 402 changes a few
minutes for each style; they need data/wjazzd in the folder that ``JAZZGRAM_SHARED`` names (default: the folder
``shared`` beside the checkout) and are left out without it. At the end: the time of 32 bars, and its ratio to a chorus
of `markov` through the default chain, which they play beneath.

A clash is a bass note on beats 1 to 3, longer than a fifth of a beat, that is a semitone from root, third or fifth of
the chord and none of these itself (a bass that the symbol writes behind its slash is none). Rubs are such notes that
are no tone of the chord, a semitone from a tone of the piano that sounds with them. Repeats are groups of four bars in
which the piano plays what it played in the four before.
"""

from __future__ import annotations

import sys
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import mean, median

from jazzgram_plugins.readers import jazzgram_text, wjazzd
from weimar import SOLOS

from jazzgram import Chord, Meter, Note, Pipeline, Solo, Track, Tune
from jazzgram.config.styles import find_style, styles
from jazzgram.improvisation.accompaniment.band import Band, style_players
from jazzgram.music import symbol_of, voice_movement
from jazzgram.music.chord import join_bars
from jazzgram.resources.registry import shipped

HEADINGS = (
    *("bars", "bass notes on beats 1–3", "clashes", "rubs with the piano", "root met", "chord tones on strong beats"),
    *("voice movement", "leaps of the top", "with 9 or 13", "repeats", "drum bars alike"),
)


@dataclass
class Counts:
    """What is counted over many performances."""

    bars: int = 0
    bass: int = 0
    clashes: int = 0
    rubs: int = 0
    chords: int = 0
    met: int = 0
    strong: int = 0
    strong_chord: int = 0
    movements: list[float] = field(default_factory=list)
    leaps: int = 0
    voicings: int = 0
    colored: int = 0
    groups: int = 0
    repeats: int = 0
    alike: list[float] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)

    def row(self) -> list[str]:
        """Return the cells under `HEADINGS`."""
        return [
            f"{self.bars:,}",
            f"{self.bass:,}",
            str(self.clashes),
            str(self.rubs),
            f"{self.met / max(self.chords, 1):.1%}",
            f"{self.strong_chord / max(self.strong, 1):.1%}",
            f"{mean(self.movements or [0]):.2f}",
            str(self.leaps),
            f"{self.colored / max(self.voicings, 1):.0%}",
            f"{self.repeats} of {self.groups:,}",
            f"{mean(self.alike or [0]):.2f}",
        ]


def plain(chord: Chord) -> set[int]:
    """Return root, third and fifth of a chord, as `first_listen` reads its symbol."""
    symbol = symbol_of(chord)
    if symbol.root is None:
        return set()
    third = 3 if 3 in symbol.intervals and 4 not in symbol.intervals else 4
    fifth = 6 if 6 in symbol.intervals and 7 not in symbol.intervals else 7
    return {(symbol.root + step) % 12 for step in (0, third, fifth)}


def count(counts: Counts, solo: Solo, band: tuple[Track, ...]) -> None:
    """Add a performance."""
    found = {track.name: track.notes for track in band}
    onsets = [chord.onset for chord in solo.chords]

    def chord_at(tick: int) -> Chord | None:
        index = bisect_right(onsets, tick + 20) - 1
        return solo.chords[index] if index >= 0 and solo.chords[index].pitches else None

    counts.bars += solo.bars
    piano, bass = found.get("Piano", ()), found.get("Bass", ())
    _count_bass(counts, solo, bass, piano, chord_at)
    for chord in solo.chords:
        first = next((note for note in bass if note.onset >= chord.onset), None)
        if not chord.pitches or chord.duration < solo.meter.beat or chord.onset % solo.meter.beat:
            continue
        symbol = symbol_of(chord)
        lowest = symbol.root if symbol.bass is None else symbol.bass
        counts.chords += 1
        counts.met += first is not None and first.onset < chord.onset + 30 and first.pitch % 12 == lowest
    _count_piano(counts, solo, piano, chord_at)
    drums = by_bar(found.get("Drums", ()), solo, 12)
    counts.alike.append(max(Counter(drums).values(), default=0) / max(len(drums), 1))


def _count_bass(counts: Counts, solo: Solo, bass: tuple[Note, ...], piano: tuple[Note, ...], chord_at) -> None:  # type: ignore[no-untyped-def]
    beat = solo.meter.beat
    beats = solo.meter.bar // beat
    for note in bass:
        chord = chord_at(note.onset)
        if chord is None:
            continue
        position = note.onset % solo.meter.bar / beat
        symbol = symbol_of(chord)
        if solo.meter.strength(round(position) * beat) >= 0.5 and abs(position - round(position)) < 0.06:
            counts.strong += 1
            counts.strong_chord += note.pitch % 12 in symbol.pitch_classes | {symbol.bass}
        if position >= (3 if beats == 4 else beats) or note.duration <= 0.2 * beat or note.pitch % 12 == symbol.bass:
            continue
        counts.bass += 1
        tones = plain(chord)
        if note.pitch % 12 in tones:
            continue
        if near(note.pitch, tones):
            counts.clashes += 1
            counts.examples.append(f"{solo.title}: {note.pitch} under {chord.symbol}, beat {position:.2f}")
        sounding = {other.pitch % 12 for other in piano if other.onset < note.end - 30 and other.end > note.onset + 30}
        if note.pitch % 12 not in symbol.pitch_classes and near(note.pitch, sounding):
            counts.rubs += 1
            counts.examples.append(f"{solo.title}: {note.pitch} under {chord.symbol} {sorted(sounding)}")


def near(pitch: int, tones: Iterable[int]) -> bool:
    """Return whether a pitch is a semitone from a tone."""
    return any((pitch - tone) % 12 in (1, 11) for tone in tones)


def _count_piano(counts: Counts, solo: Solo, piano: tuple[Note, ...], chord_at) -> None:  # type: ignore[no-untyped-def]
    struck: dict[int, list[int]] = {}
    for note in piano:
        struck.setdefault(note.onset, []).append(note.pitch)
    chords = [(onset, tuple(sorted(pitches))) for onset, pitches in sorted(struck.items())]
    for (_, before), (_, after) in pairwise(chords):
        if before != after:
            counts.movements.append(voice_movement(before, after))
            counts.leaps += abs(before[-1] - after[-1]) > 7
    for onset, pitches in chords:
        chord = chord_at(onset + solo.meter.beat // 2)
        if chord is not None and (root := symbol_of(chord).root) is not None:
            counts.voicings += 1
            counts.colored += bool({(pitch - root) % 12 for pitch in pitches} & {1, 2, 3, 9} - {3})
    bars = by_bar(piano, solo, 4)
    for start in range(4, solo.bars - 3, 4):
        counts.groups += 1
        counts.repeats += bars[start : start + 4] == bars[start - 4 : start] and any(bars[start : start + 4])


def by_bar(notes: tuple[Note, ...], solo: Solo, cells: int) -> list[tuple[tuple[int, int], ...]]:
    """Return what is struck in each bar: onset in cells of a beat, and pitch."""
    found: list[list[tuple[int, int]]] = [[] for _ in range(solo.bars)]
    for note in notes:
        if (bar := note.onset // solo.meter.bar) < solo.bars:
            found[bar].append((round(note.onset % solo.meter.bar / solo.meter.beat * cells), note.pitch))
    return [tuple(sorted(bar)) for bar in found]


def solos(tunes: Iterable[Tune], times: int) -> Iterator[Solo]:
    """Yield the bars of each tune in its own meter, so many times: changes and melody."""
    for tune in tunes:
        meter = Counter(bar.meter for bar in tune.bars).most_common(1)[0][0]
        bars = [bar for bar in tune.bars if bar.meter == meter] * times
        chords = join_bars([bar.chords for bar in bars], meter.bar)
        notes = tuple(
            Note(note.pitch, note.onset + number * meter.bar, note.duration)
            for number, bar in enumerate(bars)
            for note in bar.notes
        )
        yield Solo(notes, chords, len(bars), meter=meter, tempo=tune.tempo, title=tune.title)


def in_meter(solo: Solo, meter: Meter) -> Solo:
    """Return the changes of a solo in four in another meter, beat 3 on its second beat; no bars for one in three."""
    if solo.meter.bar != 1920:
        return Solo((), (), 0)
    beats = [0, 1, 1, 2] if meter.bar // meter.beat == 3 else [0, 1, 2, 3]

    def moved(tick: int) -> int:
        return tick // 1920 * meter.bar + beats[tick % 1920 // 480] * meter.beat

    spans = [(chord, moved(chord.onset), moved(chord.end)) for chord in solo.chords]
    chords = tuple(Chord(chord.pitches, onset, end - onset, chord.symbol) for chord, onset, end in spans if end > onset)
    return Solo((), chords, solo.bars, meter=meter, tempo=solo.tempo, title=solo.title)


def table(label: str, tunes: list[Tune], names: list[str], times: int) -> None:
    """Print a row for each style over the tunes in its meters."""
    print(f"\n{label}\n\n| style | tunes | {' | '.join(HEADINGS)} |\n|{'---|' * (len(HEADINGS) + 2)}")
    for name in names:
        style, counts, played = find_style(name), Counts(), 0
        band = Band(style, style_players(style))
        for seed, solo in enumerate(solos(tunes, times)):
            solo = solo if str(solo.meter) in style.meters else in_meter(solo, Meter.parse(style.meters[0]))
            if solo.bars:
                count(counts, solo, band.play(solo, seed))
                played += 1
        print(f"| `{name}` | {played} | {' | '.join(counts.row())} |", flush=True)
        for example in counts.examples[:3]:
            print(f"  {example}", file=sys.stderr)


def speed(names: list[str]) -> None:
    """Print the time of 32 bars of each style, and its ratio to the solo that it accompanies."""
    pipeline = Pipeline.load("blues", settings=["model={use: markov}", "improvise.bars=32", "improvise.choruses=null"])
    grammar = pipeline.sample([1])[0]
    solo = pipeline.play(grammar)
    chorus = _time(lambda: pipeline.play(pipeline.sample([1])[0]))
    print(f"\n| style | 32 bars, ms | of a chorus of `markov` ({chorus:.0f} ms) |\n|---|---|---|")
    for name in names:
        style = find_style(name)
        band = Band(style, style_players(style))
        meter = Meter.parse(style.meters[0])
        chords = tuple(Chord(c.pitches, c.onset * meter.bar // 1920, c.duration, c.symbol) for c in solo.chords)
        over = Solo(solo.notes, chords, solo.bars, meter=meter, tempo=solo.tempo)
        taken = _time(lambda band=band, over=over: band.play(over, 1))  # type: ignore[misc]
        print(f"| `{name}` | {taken:.1f} | {taken / chorus:.2f} |")


def _time(call) -> float:  # type: ignore[no-untyped-def]
    """Return the median processor time of fifteen calls, in ms, after one that fills the caches."""
    call()
    times = []
    for _ in range(15):
        begun = time.process_time()
        call()
        times.append(1000 * (time.process_time() - begun))
    return median(times)


if __name__ == "__main__":
    chosen = sys.argv[1:] or list(styles())
    bundled = [
        tune for path in sorted(shipped("bundled").glob("*.txt")) for tune in jazzgram_text.read_corpus(path).tunes
    ]
    table("The bundled tunes, three times each", bundled, chosen, 3)
    if SOLOS.is_dir():
        options = wjazzd.Options()
        files = sorted(wjazzd.list_files(SOLOS))
        table(
            "The changes of the Weimar Jazz Database, as long as the solos over them",
            [tune for file in files for tune in wjazzd.read_corpus(file, options).tunes],
            chosen,
            1,
        )
    speed(chosen)
