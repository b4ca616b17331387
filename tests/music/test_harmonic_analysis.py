"""Chords out of an accompaniment: cases that a pianist can check, and what holds for any notes."""

from __future__ import annotations

import importlib.util
import sys
from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import ROOT

from jazzgram import Meter, Note
from jazzgram.music.chord import join_bars
from jazzgram.music.harmony import analysis as harmonic_analysis
from jazzgram.music.harmony.analysis import EvidenceWeights, decode_chords, infer_chords
from jazzgram.music.harmony.evidence import STATES, gather, segments
from jazzgram.music.harmony.qualities import QUALITIES
from jazzgram.music.harmony.statistics import BASS, CHANGE, FAMILY, LINE, MOTION, SHARE
from jazzgram.music.harmony.symbols import parse_symbol, voicing
from jazzgram.music.notation.changes import changes_text, parse_changes

FOUR, THREE = Meter(), Meter(3, 4)


def held(changes: str, meter: Meter = FOUR) -> tuple[list[Note], list[Meter]]:
    """Hold the chords of changes for their length, in root position."""
    bars = parse_changes(changes, meter)
    chords = join_bars(bars, meter.bar)
    return [Note(p, chord.onset, chord.duration) for chord in chords for p in chord.pitches], [meter] * len(bars)


def played(changes: str, meter: Meter = FOUR) -> tuple[list[Note], list[Meter]]:
    """Play changes on piano, without roots, over a bass that walks up the chord and leads by half step onward."""
    bars = parse_changes(changes, meter)
    chords = join_bars(bars, meter.bar)
    notes = []
    for chord, following in zip(chords, [*chords[1:], chords[0]], strict=True):
        root, third, *_ = (pitch - 12 for pitch in chord.pitches)
        beats = chord.duration // meter.beat
        line = [root, third, *([chord.pitches[2] - 12, root] * beats)][: beats - 1]
        line.append(following.pitches[0] - 13)
        notes += [Note(pitch, chord.onset, chord.duration * 3 // 4) for pitch in chord.pitches[1:]]
        notes += [Note(pitch, chord.onset + beat * meter.beat, meter.beat) for beat, pitch in enumerate(line)]
    return notes, [meter] * len(bars)


def struck(*chords: tuple[int, int, tuple[int, ...]]) -> list[Note]:
    """Play each chord, given by onset, duration and pitches."""
    return [Note(pitch, onset, duration) for onset, duration, pitches in chords for pitch in pitches]


@pytest.mark.parametrize(
    ("changes", "meter"),
    [
        ("Dm7 | G7 | Cmaj7 | %", "4/4"),
        ("Dm7 G7 | Cmaj7 A7 | Dm7 G7 | C6", "4/4"),
        ("Cm7b5 | F7b9 | Bbm6 | %", "4/4"),
        ("F7 | Bb7 | F7 | Cm7 F7 | Bb7 | Bdim7 | F7 | D7b9 | Gm9 | C13 | F7 D7 | Gm7 C7", "4/4"),
        ("Ebmaj9 | Ab9 | Gm11 | C7alt", "4/4"),
        ("C | G7 | Am | F", "4/4"),
        ("Dm | Gm | A7 | Dm | F | Bb | C7 | F", "4/4"),
        ("D7sus4 | D7 | Gmaj7#11 | %", "4/4"),
        ("Am7 | D7 | Gmaj7 | %", "3/4"),
        ("Am7 Ab7 | Gmaj7", "3/4"),
        ("Ebm7 / / Bbm7 / | %", "5/4"),
        ("Dm7 G7 | Cmaj7", "6/8"),
        ("Dm7 / G7 / | Cmaj7", "12/8"),
    ],
)
def test_held_chords_are_found(changes: str, meter: str) -> None:
    beats = Meter.parse(meter)
    found = infer_chords(*held(changes, beats))
    assert changes_text(found, beats) == changes_text(parse_changes(changes, beats), beats)


@pytest.mark.parametrize(
    "changes",
    [
        "Dm7 | G7 | Cmaj7 | %",
        "Cm7 | F7 | Bbmaj7 | Ebmaj7 | Am7b5 | D7 | Gm6 | %",
        "F7 | Bb7 | F7 | % | Bb7 | % | F7 | D7 | Gm7 | C7 | F7 | C7",
        "Em7 A7 | Dm7 G7 | Cmaj7 | %",
    ],
)
def test_rootless_voicings_over_a_walking_bass_are_found(changes: str) -> None:
    assert changes_text(infer_chords(*played(changes))) == changes


@pytest.mark.parametrize(
    ("notes", "symbols"),
    [
        # The same four tones: the bass decides, where there is nothing else to go by.
        (struck((0, 1920, (36, 64, 67, 69))), ["C6"]),
        (struck((0, 1920, (33, 60, 64, 67))), ["Am7"]),
        # The tritone of G7 and Db7.
        (struck((0, 1920, (43, 65, 69, 71))), ["G9"]),
        (struck((0, 1920, (37, 65, 68, 71))), ["Db7"]),
        # A melody note struck in passing is no tension, one that is held is.
        (struck((0, 1920, (36, 64, 67, 71)), (960, 240, (74,))), ["Cmaj7"]),
        (struck((0, 1920, (36, 64, 67, 71)), (0, 1920, (74,))), ["Cmaj9"]),
        # The bass walks F G A under the upper tones of Fmaj7: its passing tone makes no chord.
        (struck((0, 1920, (57, 60, 64)), (0, 480, (41,)), (480, 480, (43,)), (960, 480, (45,))), ["Fmaj7"]),
        # A rest of half a bar continues the chord.
        (struck((0, 960, (38, 60, 65, 69))), ["Dm7"]),
    ],
)
def test_one_bar(notes: list[Note], symbols: list[str]) -> None:
    assert [chord.symbol for chord in infer_chords(notes, [FOUR])[0]] == symbols


@pytest.mark.parametrize(
    ("step", "patterns", "changes"),
    [
        (480, [(60, 64, 67, 72)] * 2, "C | %"),
        (240, [(48, 55, 52, 55), (50, 57, 53, 57)], "C | Dm"),
        (480, [(60, 64, 67, 71), (57, 60, 64, 67), (62, 65, 69, 72), (55, 59, 62, 65)], "Cmaj7 | Am7 | Dm7 | G7"),
        (240, [(36, 52, 55, 60), (33, 52, 57, 60), (38, 53, 57, 62), (43, 53, 59, 62)], "C | Am | Dm | G7"),
    ],
)
def test_broken_chords_are_chords(step: int, patterns: list[tuple[int, ...]], changes: str) -> None:
    line = [pitch for pattern in patterns for pitch in pattern * (480 // step)]
    notes = [Note(pitch, index * step, step - 30) for index, pitch in enumerate(line)]
    assert changes_text(infer_chords(notes, [FOUR] * len(patterns))) == changes


def test_a_chord_struck_an_eighth_early_belongs_to_the_next_bar() -> None:
    notes = struck(
        (0, 1440, (38, 60, 65, 69)),  # Dm7
        (1680, 240, (59, 65, 69)),  # G9 without root, on the last eighth, short
        (1920, 1920, (43,)),
        (3600, 480, (59, 64, 67)),  # Cmaj7 without root, on the last eighth, held over
        (3840, 1920, (36,)),
    )
    roots = [parse_symbol(bar[0].symbol).root for bar in infer_chords(notes, [FOUR] * 3)]
    assert roots == [2, 7, 0]
    assert all(len(bar) == 1 for bar in infer_chords(notes, [FOUR] * 3))


def test_what_is_played_30_ticks_early_or_late_stays_in_its_bar() -> None:
    notes, bars = held("Dm7 G7 | Cmaj7 | Am7 D7 | Gmaj7")
    shaky = [
        Note(n.pitch, n.onset + (-30, 0, 25)[i % 3], n.duration + (40, 0, -60)[i % 3]) for i, n in enumerate(notes)
    ]
    assert infer_chords(shaky, bars) == infer_chords(notes, bars)


def test_silence_is_no_chord_at_first_and_then_continues() -> None:
    notes = struck((1920, 1920, voicing("Dm7")), (5760, 960, voicing("G7")))
    found = infer_chords(notes, [FOUR] * 6)
    assert changes_text(found) == "NC | Dm7 | % | G7 | % | %"
    assert found[0][0].pitches == ()


def test_meters_may_change() -> None:
    notes = struck((0, 1920, voicing("Dm7")), (1920, 1440, voicing("G7")), (3360, 960, voicing("Cmaj7")))
    found = infer_chords(notes, [FOUR, THREE, Meter(2, 4)])
    assert [[(c.symbol, c.onset, c.duration) for c in bar] for bar in found] == [
        [("Dm7", 0, 1920)],
        [("G7", 0, 1440)],
        [("Cmaj7", 0, 960)],
    ]


def test_nothing_in_nothing_out() -> None:
    assert infer_chords([], []) == []
    assert infer_chords([Note(60, 0, 480)], []) == []
    assert changes_text(infer_chords([], [FOUR, THREE])) == "NC | %"


def test_a_note_that_nobody_ended_fades_out() -> None:
    bars = [FOUR] * 20
    endless = [Note(40, 0, 20 * 1920)]
    notes = [*endless, *struck(*((bar * 1920, 1920, (48, 64, 67, 70)) for bar in range(10, 20)))]
    assert {chord.symbol for bar in infer_chords(notes, bars)[10:] for chord in bar} == {"C7"}


@pytest.mark.parametrize(
    ("meter", "onsets"),
    [
        *(("4/4", [0, 960]), ("3/4", [0, 960]), ("2/4", [0]), ("1/4", [0]), ("5/4", [0, 1440]), ("7/4", [0, 1920])),
        *(("6/8", [0, 720]), ("12/8", [0, 1440]), ("9/8", [0, 1440]), ("3/8", [0]), ("2/2", [0, 960])),
    ],
)
def test_where_a_chord_may_change(meter: str, onsets: list[int]) -> None:
    edges, on_barline = segments([Meter.parse(meter)])
    assert edges[:-1].tolist() == onsets
    assert on_barline.tolist() == [onset == 0 for onset in onsets]


def test_the_evidence_of_a_bar_adds_up() -> None:
    edges, on_barline = segments([FOUR])
    evidence = gather(struck((0, 960, (36, 60, 64, 67, 76)), (960, 480, (43,)), (1440, 480, (72,))), edges, on_barline)
    assert evidence.chordal.tolist() == [2.0, 0.0]
    assert {pc: evidence.struck[0, pc] for pc in np.flatnonzero(evidence.struck[0]).tolist()} == {
        0: 2.0,
        4: 2.0,
        7: 2.0,
    }
    assert (evidence.bass[0, 0], evidence.bass_after[0, 0]) == (1.0, 1.0)
    assert (evidence.bass[1, 7], evidence.line[1, 0], evidence.line[1, 7]) == (1.0, 1.0, 0.0)


def test_all_twelve_keys_are_equal() -> None:
    notes, bars = played("Dm7 | G7 | Cmaj7 | A7b9 | Fm6 | Bb7 | Em7b5 A7 | Dm7")
    low = [Note(n.pitch - 6 if n.pitch < 50 else n.pitch + 6, n.onset, n.duration) for n in notes]
    names = [
        [(parse_symbol(c.symbol).root, parse_symbol(c.symbol).quality) for c in bar] for bar in infer_chords(low, bars)
    ]
    for up in range(1, 7):
        higher = [Note(note.pitch + up, note.onset, note.duration) for note in low]
        for bar, known in zip(infer_chords(higher, bars), names, strict=True):
            found = [(parse_symbol(c.symbol).root, parse_symbol(c.symbol).quality) for c in bar]
            assert found == [(((root or 0) + up) % 12, quality) for root, quality in known]


any_notes = st.lists(
    st.builds(Note, st.integers(0, 127), st.integers(-2000, 12000), st.one_of(st.just(0), st.integers(1, 100_000))),
    max_size=40,
)
any_bars = st.lists(
    st.sampled_from([Meter(*m) for m in ((4, 4), (3, 4), (6, 8), (5, 4), (7, 8), (1, 32), (3, 16))]), max_size=6
)


@settings(max_examples=80, deadline=None)
@given(any_notes, any_bars)
def test_any_notes_give_bars_that_are_full(notes: list[Note], bars: list[Meter]) -> None:
    found = infer_chords(notes, bars)
    assert len(found) == len(bars)
    for chords, meter in zip(found, bars, strict=True):
        assert chords[0].onset == 0
        assert [chord.onset for chord in chords[1:]] == [chord.end for chord in chords[:-1]]
        assert chords[-1].end == meter.bar
        assert all(chord.duration > 0 and chord.pitches == voicing(chord.symbol) for chord in chords)
        assert all(parse_symbol(chord.symbol).canonical == chord.symbol for chord in chords)
        assert all(a.symbol != b.symbol for a, b in pairwise(chords))
    assert infer_chords(notes[::-1], bars) == found


def test_no_other_sequence_explains_the_evidence_better() -> None:
    """Viterbi's path against all 144 ** 3 of three segments, on ambiguous notes."""
    edges, on_barline = segments([FOUR, Meter(2, 4)])
    notes = struck((0, 480, (41, 60)), (480, 480, (46, 61)), (960, 960, (40, 67, 70)), (1920, 240, (45, 64)))
    evidence, weights = gather(notes, edges, on_barline), EvidenceWeights()
    fit = harmonic_analysis._fit(evidence, weights).reshape(3, -1)
    share = np.log(np.array([SHARE[state] for state in STATES]))
    families = list(MOTION)
    family = np.array([families.index(FAMILY[state]) for state in STATES])
    whole = np.log([sum(SHARE[state] for state in STATES if FAMILY[state] == name) for name in families])
    index = (np.arange(12)[:, None] * len(families) + family).ravel()
    moves = weights.motion * harmonic_analysis._motion()[np.ix_(index, index)] + np.tile(share - whole[family], 12)
    steps = []
    for barline in (0, 1):
        step = moves + weights.motion * np.log(CHANGE[barline])
        stay = np.diag_indices(144)
        step[stay] = np.maximum(step[stay], weights.motion * np.log(1 - CHANGE[barline]))
        steps.append(step)
    first = np.tile(share - np.log(sum(SHARE.values())), 12) + fit[0]
    total = (first[:, None] + steps[0] + fit[1])[:, :, None] + steps[1] + fit[2]
    best = np.unravel_index(total.argmax(), total.shape)
    assert on_barline.tolist() == [True, False, True]
    assert decode_chords(evidence, on_barline, weights) == [(int(at) // 12, STATES[int(at) % 12]) for at in best]


def test_the_statistics_are_whole() -> None:
    assert tuple(LINE) == tuple(SHARE) == tuple(FAMILY) == STATES
    assert set(STATES) <= QUALITIES.keys()
    assert sum(SHARE.values()) == pytest.approx(1000, abs=6)
    for row in (*LINE.values(), *BASS.values()):
        assert len(row) == 12
        assert sum(row) == pytest.approx(100, abs=4)
        assert min(row) > 0
    for rows in MOTION.values():
        assert rows.keys() == MOTION.keys()
        assert sum(sum(row) for row in rows.values()) == pytest.approx(1000, abs=15)
    # A dominant or a minor seventh goes up a fourth more than anywhere else.
    assert max((share, step) for row in MOTION["half-diminished"].values() for step, share in enumerate(row))[1] == 5


def _benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_chord_inference", ROOT / "benchmarks/bench_chord_inference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_bundled_chords_are_found() -> None:
    bench = _benchmark()
    sums = {figure: [0, 0] for figure in bench.FIGURES}
    for path in sorted(bench.BUNDLED.glob("*.mid")):
        tune = bench.read_bundled(path)
        found = bench.end_to_end(infer_chords(tune.held(), tune.bars), tune.bars)
        for figure, (right, counted) in bench.compare(tune, found).items():
            sums[figure][0] += right
            sums[figure][1] += counted
    assert all(right >= 0.99 * counted > 0 for right, counted in sums.values())
