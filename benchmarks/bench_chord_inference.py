"""Measure how often `infer_chords` finds the chords that are known, and how long it takes.

Prints a Markdown table, which is the one in ``docs/chord-inference.md``. What is compared, by time:

- root: the root is right;
- family: root and kind are right: major, minor, dominant, half-diminished, diminished, suspended;
- majmin, sevenths: as in MIREX (Harte, *Towards automatic extraction of harmony information*, 2010; mir_eval, Raffel et
  al. 2014): root and triad, over the time whose chord has a major or minor triad; root and all tones up to the
  seventh, over the time whose chord is one of C, Cm, Cmaj7, C7, Cm7;
- exact: the set of pitch classes is right, tensions and all.

Time for which the source says "no chord" is left out. Needs the Weimar Jazz Database as CSV and its 13 lead sheets as
MusicXML, in ``data/wjazzd`` of the folder that ``JAZZGRAM_SHARED`` names (default: ``shared`` beside the checkout).
"""

from __future__ import annotations

import csv
import json
import os
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path

import symusic

from jazzgram import TICKS_PER_QUARTER, Chord, Meter, Note, Solo
from jazzgram.improvisation.accompaniment.band import band_of
from jazzgram.music.harmony.analysis import infer_chords
from jazzgram.music.harmony.symbols import ChordSymbol, parse_symbol, voicing

SHARED = Path(os.environ.get("JAZZGRAM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
WJAZZD = SHARED / "data" / "wjazzd"
BUNDLED = Path(__file__).resolve().parents[1] / "data" / "bundled_midi"
FIGURES = ("root", "family", "majmin", "sevenths", "exact")

_KINDS = {
    **{"dominant": "7", "minor-seventh": "m7", "major-seventh": "maj7", "major": "", "major-sixth": "6"},
    **{"augmented-seventh": "7#5", "minor-sixth": "m6", "minor": "m", "diminished-seventh": "dim7"},
    **{"diminished": "dim", "suspended-fourth": "sus4", "major-minor": "mMaj7", "augmented": "aug"},
    **{"half-diminished": "m7b5", "none": "NC"},
}


@dataclass(frozen=True, slots=True)
class Known:
    """A tune whose chords are known: they follow each other without gaps, onsets from the first bar."""

    name: str
    bars: tuple[Meter, ...]
    chords: tuple[Chord, ...]
    melody: tuple[Note, ...]
    bass: tuple[Note, ...] = ()

    def accompaniment(self, tracks: slice = slice(None)) -> list[Note]:
        """Play the changes on piano (track 0) and bass (1); nothing where the meter changes."""
        meters = set(self.bars)
        solo = Solo((), self.chords, len(self.bars), meter=self.bars[0])
        parts = band_of(solo)[:2] if len(meters) == 1 else ()
        return [note for track in parts[tracks] for note in track.notes]

    def held(self) -> list[Note]:
        """Hold every chord for its length, in root position."""
        return [Note(pitch, chord.onset, chord.duration) for chord in self.chords for pitch in chord.pitches]


def names(part: str) -> list[str]:
    """Name the solos of a part of the split, ``train`` or ``validation``."""
    return list(json.loads((WJAZZD / "split.json").read_text(encoding="utf-8"))[part])


def read_solo(name: str) -> Known:
    """Read a solo of the Weimar Jazz Database: symbols and bass by beats, the melody by tatums."""
    bars: list[Meter] = []
    changes: list[tuple[int, int, str]] = []
    bass: list[Note] = []
    starts: dict[int, int] = {}
    end = 0
    for row in _rows(WJAZZD / "beats" / f"{name}.csv"):
        bar = int(row["bar"])
        if bar not in starts:
            starts[bar] = end
            bars.append(Meter(int(row["period"]), int(row["signature"].strip("'").split("/")[1])))
            end += bars[-1].bar
        beat = 4 * TICKS_PER_QUARTER // bars[-1].denominator
        onset = starts[bar] + (int(row["beat"]) - 1) * beat
        changes.append((onset, onset + beat, row["chord"]))
        if row.get("bass"):
            bass.append(Note(int(float(row["bass"])), onset, beat))
    melody: list[Note] = []
    for row in _rows(WJAZZD / "melody" / f"{name}.csv"):
        if int(row["bar"]) in starts:
            beat = 4 * TICKS_PER_QUARTER // int(row["signature"].strip("'\"").split("/")[1])
            place = int(row["beat"]) - 1 + Fraction(int(row["tatum"]) - 1, int(row["division"]))
            length = float(row["duration"]) / float(row["beat_duration"])
            melody.append(Note(int(row["pitch"]), starts[int(row["bar"])] + round(place * beat), round(length * beat)))
    return Known(name, tuple(bars), _join(changes), tuple(melody), tuple(bass))


def read_lead_sheet(path: Path) -> Known:
    """Read melody and harmony of a MusicXML file with one part, one voice and no repeats."""
    bars: list[Meter] = []
    changes: list[tuple[int, int, str]] = []
    melody: list[Note] = []
    meter, divisions, start, sounding = Meter(), 1, 0, "NC"
    for measure in ElementTree.parse(path).getroot().iter("measure"):
        place = Fraction(0)
        last = Fraction(0)
        begun = [(0, sounding)]
        for element in measure:
            if element.tag == "attributes":
                divisions = int(element.findtext("divisions", str(divisions)))
                beats, unit = element.findtext("time/beats"), element.findtext("time/beat-type")
                meter = Meter(int(beats), int(unit)) if beats and unit else meter
            elif element.tag == "harmony":
                sounding = _symbol(element)
                begun.append((round(place * TICKS_PER_QUARTER), sounding))
            elif element.tag in ("backup", "forward"):
                moved = Fraction(element.findtext("duration", "0")) / divisions
                place += moved if element.tag == "forward" else -moved
            elif element.tag == "note" and element.find("grace") is None:
                length = Fraction(element.findtext("duration", "0")) / divisions
                last, place = (last, place) if element.find("chord") is not None else (place, place + length)
                if element.find("pitch") is not None:
                    onset = start + round(last * TICKS_PER_QUARTER)
                    melody.append(Note(_pitch(element), onset, round(length * TICKS_PER_QUARTER)))
        edges = [onset for onset, _ in begun[1:]] + [meter.bar]
        changes += [
            (start + onset, start + end, symbol)
            for (onset, symbol), end in zip(begun, edges, strict=True)
            if end > onset
        ]
        bars.append(meter)
        start += meter.bar
    return Known(path.stem, tuple(bars), _join(changes), tuple(melody))


def read_bundled(path: Path) -> Known:
    """Read a tune of the bundled MIDI files, whose markers are its symbols."""
    score = symusic.Score(str(path))
    signature = score.time_signatures[0]
    meter = Meter(signature.numerator, signature.denominator)
    melody = tuple(Note(note.pitch, note.time, note.duration) for note in score.tracks[0].notes)
    marks = [(marker.time, marker.text) for marker in score.markers]
    total = -(-max(note.end for track in score.tracks for note in track.notes) // meter.bar) * meter.bar
    ends = [onset for onset, _ in marks[1:]] + [total]
    changes = [(onset, end, symbol) for (onset, symbol), end in zip(marks, ends, strict=True)]
    return Known(path.stem, (meter,) * (total // meter.bar), _join(changes), melody)


def compare(tune: Known, found: Sequence[Chord]) -> dict[str, tuple[int, int]]:
    """Return for each of `FIGURES` the ticks that are right and those that count, "no chord" left out."""
    sums = {figure: [0, 0] for figure in FIGURES}
    for truth, guess, ticks in _together(tune.chords, found):
        if truth.root is None:
            continue
        root = guess.root == truth.root
        sixth, triad = _tones(truth, 11), _tones(truth, 7)
        compared = {
            "root": root,
            "family": root and family(guess) == family(truth),
            "exact": guess.pitch_classes == truth.pitch_classes,
        }
        if triad in ({0, 4, 7}, {0, 3, 7}):
            compared["majmin"] = root and _tones(guess, 7) == triad
        if sixth in ({0, 4, 7}, {0, 3, 7}, {0, 4, 7, 11}, {0, 4, 7, 10}, {0, 3, 7, 10}):
            compared["sevenths"] = root and _tones(guess, 11) == sixth
        for figure, right in compared.items():
            sums[figure][0] += ticks * right
            sums[figure][1] += ticks
    return {figure: (right, counted) for figure, (right, counted) in sums.items()}


def family(chord: ChordSymbol) -> str:
    """Return the kind of a chord: by its third, its fifth where that is flat, its seventh where the third is major."""
    tones = _tones(chord, 11)
    if 4 in tones:
        return "dominant" if 10 in tones or (8 in tones and 11 not in tones) else "major"
    if 3 in tones:
        return "minor" if 7 in tones else "half-diminished" if 10 in tones else "diminished"
    return "suspended"


def end_to_end(found: Sequence[tuple[Chord, ...]], bars: Sequence[Meter]) -> list[Chord]:
    """Lay the chords of bars end to end."""
    chords: list[Chord] = []
    start = 0
    for bar, meter in zip(found, bars, strict=True):
        chords += [Chord(chord.pitches, start + chord.onset, chord.duration, chord.symbol) for chord in bar]
        start += meter.bar
    return chords


def main() -> None:
    """Print the table and the time of a long tune."""
    if not WJAZZD.is_dir():
        sys.exit(f"bench_chord_inference: {WJAZZD} is not there; JAZZGRAM_SHARED names the folder that holds data/")
    sheets = [read_lead_sheet(path) for path in sorted((WJAZZD / "musicxml").glob("*.musicxml"))]
    solos = [read_solo(name) for name in names("validation")]
    bundled = [read_bundled(path) for path in sorted(BUNDLED.glob("*.mid"))]
    unseen = sorted({sheet.name for sheet in sheets} - set(names("train")))
    print(f"of the lead sheets not among the training solos: {', '.join(unseen) or 'none'}\n")
    rows: list[tuple[str, str, list[tuple[Known, list[Note]]]]] = [
        ("12 bundled MIDI files", "chords held, root position", [(tune, tune.held()) for tune in bundled]),
        ("", "chords and melody", [(tune, [*tune.held(), *tune.melody]) for tune in bundled]),
    ]
    for label, tunes in ((f"{len(sheets)} lead sheets", sheets), (f"{len(solos)} validation solos", solos)):
        rows += [
            (label, "piano and walking bass made from the changes", [(tune, tune.accompaniment()) for tune in tunes]),
            ("", "that piano alone: rootless voicings", [(tune, tune.accompaniment(slice(1))) for tune in tunes]),
            ("", "that bass alone", [(tune, tune.accompaniment(slice(1, None))) for tune in tunes]),
            ("", "the melody alone", [(tune, list(tune.melody)) for tune in tunes]),
        ]
    played = [tune for tune in solos if tune.bass]
    rows += [
        (
            f"{len(played)} of them with bass",
            "annotated bass and the solo",
            [(it, [*it.bass, *it.melody]) for it in played],
        ),
        ("", "annotated bass alone", [(tune, list(tune.bass)) for tune in played]),
    ]
    print("| known chords | evidence | bars | " + " | ".join(FIGURES) + " |\n|---|---|---|" + "---|" * len(FIGURES))
    for label, evidence, cases in rows:
        counted = [case for case in cases if case[1]]
        results = [compare(it, end_to_end(infer_chords(notes, it.bars), it.bars)) for it, notes in counted]
        shares = [sum(r[f][0] for r in results) / max(1, sum(r[f][1] for r in results)) for f in FIGURES]
        bars = sum(len(tune.bars) for tune, _ in counted)
        print(f"| {label} | {evidence} | {bars} | " + " | ".join(f"{100 * share:.1f} %" for share in shares) + " |")
    tune = max((it for it in solos if set(it.bars) == {Meter()}), key=lambda it: len(it.bars))
    repeats = -(-300 // len(tune.bars))
    notes = [
        Note(note.pitch, note.onset + turn * len(tune.bars) * Meter().bar, note.duration)
        for turn in range(repeats)
        for note in tune.accompaniment()
    ]
    infer_chords(notes, [Meter()] * 300)
    times = []
    for _ in range(20):
        begun = time.process_time()
        infer_chords(notes, [Meter()] * 300)
        times.append(time.process_time() - begun)
    print(f"\n300 bars, piano and bass ({len(notes)} notes): {1000 * min(times):.0f} ms of processor time, best of 20")


def _together(known: Sequence[Chord], found: Sequence[Chord]) -> Iterator[tuple[ChordSymbol, ChordSymbol, int]]:
    """Go through two sequences of chords that both stand end to end: every pair with the ticks that it lasts."""
    guesses = iter(found)
    guess = next(guesses)
    for chord in known:
        onset = chord.onset
        while onset < chord.end:
            while guess.end <= onset:
                guess = next(guesses)
            until = min(chord.end, guess.end)
            yield parse_symbol(chord.symbol), parse_symbol(guess.symbol), until - onset
            onset = until


def _tones(chord: ChordSymbol, highest: int) -> set[int]:
    """Return the tones up to a degree; where a flat thirteenth has taken the fifth's place, the fifth is meant."""
    implied = {7} if not {6, 7, 8} & set(chord.intervals) else set()
    return {step for step in {*chord.intervals, *implied} if step <= highest}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _join(changes: Sequence[tuple[int, int, str]]) -> tuple[Chord, ...]:
    """Make chords of what sounds from where to where; the same one twice is one, a gap continues the one before."""
    starts = [
        (onset, symbol)
        for place, (onset, _, symbol) in enumerate(changes)
        if not place or changes[place - 1][2] != symbol
    ]
    starts[0] = (0, starts[0][1])
    ends = chain((onset for onset, _ in starts[1:]), [changes[-1][1]])
    return tuple(
        Chord(voicing(symbol), onset, end - onset, symbol) for (onset, symbol), end in zip(starts, ends, strict=True)
    )


def _symbol(harmony: ElementTree.Element) -> str:
    kind = _KINDS[harmony.findtext("kind", "none")]
    if kind == "NC":
        return kind
    text = harmony.findtext("root/root-step", "") + _sign(harmony.findtext("root/root-alter", "0")) + kind
    for degree in harmony.iter("degree"):
        sign = _sign(degree.findtext("degree-alter", "0"))
        text += f"{sign or 'add'}{degree.findtext('degree-value')}"
    return text


def _sign(alter: str) -> str:
    return "b" * -int(alter) if int(alter) < 0 else "#" * int(alter)


def _pitch(note: ElementTree.Element) -> int:
    step, octave = note.findtext("pitch/step", ""), int(note.findtext("pitch/octave", "4"))
    alter = int(note.findtext("pitch/alter", "0"))
    return 12 * (octave + 1) + {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[step] + alter


if __name__ == "__main__":
    main()
