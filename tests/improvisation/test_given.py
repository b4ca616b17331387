"""A given melody: what is kept of it, and how near the rest stays to it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_configs import write_bundled

from jazzgram import JazzgramError, Pipeline, Position, Vocabulary, parse_terms
from jazzgram.config.check import load
from jazzgram.errors import ConfigError
from jazzgram.improvisation.given import Given, Guide
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo

CHANGES = 'chords: "Dm7 | G7 | Cmaj7 | Cmaj7 | Dm7 | G7 | Cmaj7 | Cmaj7", meter: 4/4, tempo: 160'
LINE = """title: Given
meter: 4/4
tempo: 160

Dm7   | D5:1 F5:1 A5:1 C6:1
G7    | B5:1 A5:1 G5:1 F5:1
Cmaj7 | E5:4
Cmaj7 | r:4
Dm7   | D5:1 F5:1 A5:1 C6:1
G7    | B5:2 G5:2
Cmaj7 | E5:4
Cmaj7 | r:4
"""
EVENTS = "tokenizer: {use: events}\nchain: []\nsamplers: [shape_distribution: bar_aware, sample: categorical]\n"


def in_bar(solo: Solo, bar: int) -> list[tuple[int, int, int]]:
    start = bar * solo.meter.bar
    return [
        (note.pitch, note.onset - start, note.duration)
        for note in solo.notes
        if start <= note.onset < start + solo.meter.bar
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "line.txt").write_text(LINE)
    return tmp_path


def improvised(folder: Path, improvise: str, more: str = "") -> Solo:
    path = folder / "small.yaml"
    write_bundled(folder)
    path.write_text(
        path.read_text().replace("tokenizer: {use: scale_degree}\n", EVENTS)
        + f"improvise: {{{CHANGES}, {improvise}}}\n{more}"
    )
    return Pipeline.load(path).improvise().solo


FILE = "given: {read: jazzgram_text, source: line.txt}"


def test_kept_bars_stay_and_the_others_are_new(folder: Path) -> None:
    solo = improvised(folder, f"{FILE}, keep: [1-2, 6]")
    assert in_bar(solo, 0) == [(74, 0, 480), (77, 480, 480), (81, 960, 480), (84, 1440, 480)]
    assert in_bar(solo, 1) == [(83, 0, 480), (81, 480, 480), (79, 960, 480), (77, 1440, 480)]
    assert in_bar(solo, 5) == [(83, 0, 960), (79, 960, 960)]
    assert in_bar(solo, 4) != in_bar(solo, 0)


@pytest.mark.parametrize("critics", ["", "critics: [{score_bar: future}]"])
def test_a_run_is_given_by_its_folder(folder: Path, critics: str) -> None:
    write_bundled(folder)
    (folder / "small.yaml").write_text((folder / "small.yaml").read_text() + f"improvise: {{{CHANGES}}}\n")
    first = Pipeline.load(folder / "small.yaml", settings=["chain=[]"]).run(folder / "first").solo
    path = folder / "again.yaml"
    path.write_text(
        f'extends: small.yaml\nseed: 8\nchain: []\nimprovise: {{given: first, keep: ["2-4", 7]}}\n{critics}'
    )
    again = Pipeline.load(path).run(folder / "again").solo
    assert [in_bar(again, bar) for bar in (1, 2, 3, 6)] == [in_bar(first, bar) for bar in (1, 2, 3, 6)]
    assert [in_bar(again, bar) for bar in (0, 4, 5)] != [in_bar(first, bar) for bar in (0, 4, 5)]
    assert Pipeline.load(folder / "again" / "run.yaml").improvise().solo == again


def test_the_accents_and_the_swing_of_a_given_run_come_once(folder: Path) -> None:
    write_bundled(folder)
    (folder / "small.yaml").write_text((folder / "small.yaml").read_text() + f"improvise: {{{CHANGES}}}\n")
    played = "chain=[{clean_up_notes: accents}, {clean_up_notes: swing}]"
    first = Pipeline.load(folder / "small.yaml", settings=[played]).run(folder / "first").solo
    path = folder / "again.yaml"
    path.write_text('extends: small.yaml\nseed: 8\nimprovise: {given: first, keep: ["1-8"]}\n')
    again = Pipeline.load(path, settings=[played]).improvise().solo
    assert again.notes == first.notes and len({note.velocity for note in first.notes}) > 2


def test_without_varying_the_melody_is_played_whatever_the_model_prefers(folder: Path) -> None:
    """The chain of the bundled corpus has not all of its terms: the nearest ones are taken."""
    varied, given = (improvised(folder, f"{FILE}, {more}") for more in ("vary: 0", "keep: [1-8]"))
    played, wanted = ({(note.pitch, note.onset) for note in solo.notes} for solo in (varied, given))
    assert len(wanted) == 16 and len(played & wanted) >= 10


@pytest.mark.parametrize("vary", [0.0, 0.2, 0.5, 0.8, 1.0])
def test_as_much_of_the_melody_stays_as_is_asked_for(vary: float) -> None:
    """Over a model without any opinion; what departs from an onset finds back to a later one."""
    words = Vocabulary.of(
        (parse_terms(" ".join(f"{p},{d}" for p in range(58, 82) for d in ("0.500", "1.000", "2.000"))),)
    )
    melody = (
        parse_terms("65,1.000 67,0.500 69,0.500 70,1.000 72,1.000"),
        parse_terms("74,0.500 72,0.500 70,1.000 69,2.000"),
    )
    guide = Guide(Given(((), ()), melody, frozenset(), vary), words)
    rng, stay, starts = np.random.default_rng(1), 0, {(0, 0), (0, 480), (0, 720), (0, 960), (0, 1440)}
    starts |= {(1, 0), (1, 240), (1, 480), (1, 960)}
    own = {
        at: term
        for bar in (0, 1)
        for at, term in zip(sorted(s for s in starts if s[0] == bar), melody[bar], strict=True)
    }
    for _ in range(300):
        for bar in (0, 1):
            onset = 0
            while onset < 1920:
                position = Position(bar, onset, 1920 - onset, None, None, 2)
                fits = (onset + words.durations <= 1920).astype(float)
                (row,) = guide.bind((fits / fits.sum())[None], [position])
                term = words.terms[rng.choice(len(words), p=row)]
                stay += term.category == getattr(own.get((bar, onset)), "category", "")
                onset += term.duration
    assert stay / (300 * len(own)) == pytest.approx(1 - vary, abs=0.06)


def test_a_note_of_a_kept_bar_knows_its_term(folder: Path) -> None:
    solo = improvised(folder, f"{FILE}, keep: [1]")
    first: Note = solo.notes[1]
    assert first.origin == (0, 1) and str(solo.grammar[0][1]) == "77,1.000"


@pytest.mark.parametrize(
    ("improvise", "problem"),
    [
        ("keep: [1]", r"improvise.keep: says what becomes of a given melody; name one with improvise.given"),
        ("vary: 0.5", r"improvise.vary: says what becomes of a given melody"),
        ("given: nowhere, keep: [1]", r"improvise.given: no such folder nowhere; expected the folder of a run"),
        (f"{FILE}, keep: [0]", r"improvise.keep: .*expected a bar from 1, or a range of bars such as 5-8 \(got 0\)"),
        (f"{FILE}, keep: [4-2]", r"improvise.keep: .*\(got '4-2'\)"),
        (f"{FILE}, keep: [1], restart: true", r"improvise.given: expected feedback: one_hot and restart: false"),
        ("shape: {swing: [1]}", r"improvise.shape.swing: swing does not implement score_bar"),
        ("shape: {future: [1]}", r"improvise.shape.future: future follows no curve"),
        ("shape: {density: [much]}", r"improvise.shape.density.0: .*number"),
    ],
)
def test_what_cannot_be_given(folder: Path, improvise: str, problem: str) -> None:
    write_bundled(folder, f"improvise: {{{CHANGES}, {improvise}}}\n")
    with pytest.raises(ConfigError, match=problem):
        load(folder / "small.yaml")


@pytest.mark.parametrize(
    ("improvise", "problem"),
    [
        (f"{FILE}, keep: [7-9]", r"improvise.keep: there is no bar 9; the given melody has 8 bars, the solo 8"),
        ("shape: {density: [1, 2, 3]}", r"improvise.shape.density: a curve of 3 values over 8 bars"),
    ],
)
def test_what_does_not_fit_the_changes(folder: Path, improvise: str, problem: str) -> None:
    with pytest.raises(JazzgramError, match=problem):
        improvised(folder, improvise)


def test_the_meters_must_agree(folder: Path) -> None:
    write_bundled(folder, f'improvise: {{chords: "C | F", meter: 3/4, {FILE}, keep: [1]}}\n')
    with pytest.raises(JazzgramError, match=r"improvise.given: 'Given' is in 4/4, the solo in 3/4; they must agree"):
        Pipeline.load(folder / "small.yaml", settings=["chain=[]"]).improvise()


def test_a_curve_is_followed(folder: Path) -> None:
    solo = improvised(folder, "shape: {density: [0.25, 3]}, particles: 32")
    notes = [len(in_bar(solo, bar)) for bar in range(8)]
    assert sum(notes[:4]) * 2 < sum(notes[4:])
