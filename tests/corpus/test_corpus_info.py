"""A corpus in numbers, on two small tunes."""

from __future__ import annotations

import json
from fractions import Fraction

import click
import pytest
from click.testing import CliRunner

from jazzgram import Bar, Chord, Dropped, Meter, Note, Rest, Tune, parse_terms
from jazzgram.cli import corpus
from jazzgram.cli.corpus_info import info_lines
from jazzgram.corpus.duplicates import Duplicate
from jazzgram.corpus.report import Failure, Report
from jazzgram.corpus.summary import Summary, summarize

DM7, NO_CHORD = Chord((50, 53, 57, 60), 0, 1920, "Dm7"), Chord((), 0, 1920, "NC")
TUNES = (
    Tune(
        "One",
        (Bar((Note(62, 0, 480), Note(65, 480, 160), Rest(640, 1280)), (DM7,)), Bar((), (NO_CHORD,))),
        tempo=100,
        key=-1,
        performer="A",
        work="Song",
        dropped=(Dropped("grace note", notes=3), Dropped("before the first note", bars=2)),
    ),
    Tune("Two", (Bar((Note(60, 0, 480),), (DM7,), Meter(3, 4)),), tempo=200, performer="A", work="Song"),
)
GRAMMAR = (parse_terms("C,1.000 C,0.333,<M2,d-4> R,2.667"), (), parse_terms("C,1.000"))


@pytest.fixture
def summary() -> Summary:
    return summarize(TUNES, GRAMMAR)


def test_what_is_counted(summary: Summary) -> None:
    assert (summary.tunes, summary.works, summary.performers) == (2, 1, 1)
    assert (summary.bars, summary.empty_bars, summary.unchorded_bars, summary.chords) == (3, 1, 1, 1)
    assert (summary.notes, summary.range) == (3, (60, 65))
    assert (summary.terms, summary.distinct, summary.once) == (4, 3, 2)
    assert summary.durations == {Fraction(1): 2, Fraction(1, 3): 1}
    assert summary.intervals == {3: 1}, "none from tune to tune"
    assert summary.meters == {"4/4": 2, "3/4": 1}
    assert summary.keys == {-1: 1, 0: 1}
    assert summary.kinds == {"C": 3, "R": 1}
    assert summary.tempi == (100, 150, 200)
    assert summary.dropped == (Dropped("grace note", notes=3), Dropped("before the first note", bars=2))


def test_a_vocabulary_grows_and_levels_off() -> None:
    grammar = [*(parse_terms(f"C,{bar % 20}.000") for bar in range(1, 21)), *([parse_terms("C,1.000")] * 20)]
    found = summarize(TUNES, grammar)
    assert len(found.growth) == 10
    assert found.growth[-1] == (40, 20)
    assert [distinct for _, distinct in found.growth] == sorted(distinct for _, distinct in found.growth)


def test_what_is_shown(summary: Summary) -> None:
    copies = (Duplicate(0, 1, 0.9, 0), Duplicate(0, 2, 0.8, 5))
    failures = (Failure("bad.mid", "is empty", True),)
    report = Report(files=4, failures=failures, duplicates=copies, parts={"train": 2, "validation": 1, "test": 0})
    text = "\n".join(map(click.unstyle, info_lines(summary, report)))
    for line in (
        "1 of 4 files could not be read",
        "split: 2 tunes for train, 1 tunes for validation\n",
        "2 pairs of tunes are copies of each other, 1 of them in another key",
        "2 tunes of 1 works, 1 performers",
        "3 notes, from C4 to F4",
        "4 terms, 3 distinct, 2 of them occur once",
        "       3 notes       0 bars       0 chords  grace note",
    ):
        assert line in text
    assert "         1/3  33.3%  ████████████████\n" in text


def test_the_command_line() -> None:
    shown = CliRunner().invoke(corpus.command, ["info", "blues", "--json"])
    found = json.loads(shown.stdout)
    assert (found["tunes"], found["bars"], found["meters"]) == (12, 180, {"4/4": 180})
    assert sum(found["kinds"].values()) == found["terms"]
