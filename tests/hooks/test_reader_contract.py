"""What the testing kit says of readers and tokenizers that break the contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner
from jazzgram_plugins.readers import lead_sheet
from jazzgram_plugins.tokenizers import deepjazz_rests

import jazzgram
from jazzgram import Bar, Chord, Corpus, Dropped, Examination, JazzgramError, Meter, Note, PartReport, Tune, hookimpl
from jazzgram.cli import plugins
from jazzgram.testing import problems

C7 = Chord((60, 64, 67, 70), 0, 1920, "C7")
GOOD = Bar((Note(60, 0, 480), Note(62, 480, 480)), (C7,))
TEXT = "mine\n"


class Options(jazzgram.Options):
    """None that matters."""


def corpus(*bars: Any, **tune: Any) -> Corpus:
    return Corpus((replace(Tune("Tune", bars), **tune),))


def module(**hooks: Callable[..., Any]) -> ModuleType:
    """Make a plugin of functions, each documented."""
    made = ModuleType("mine", "A plugin.")
    vars(made)["Options"] = Options
    for name, function in hooks.items():
        function.__doc__ = "Documented."
        function.__name__ = name
        vars(made)[name] = hookimpl(function)
    return made


def read_whole(source: Path) -> None:
    """Refuse every file but the right one, as a reader should."""
    if source.read_bytes() != TEXT.encode():
        raise JazzgramError(f"{source}: no tune (expected {TEXT!r})")


def reader(result: Any) -> ModuleType:
    """Make a reader that is in order but for what it returns."""

    def read_corpus(source: Path) -> Any:
        read_whole(source)
        return result() if callable(result) else result

    return module(read_corpus=read_corpus)


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    file = tmp_path / "tune.mine"
    file.write_text(TEXT)
    return file


_NUMBERS = count()


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (None, "returned a NoneType; expected a Corpus"),
        ([Tune("Tune", (GOOD,))], "returned a list; expected a Corpus"),
        (Corpus(()), "returned a corpus without tunes; raise JazzgramError where there is none"),
        (Corpus(("Tune",)), "returned a str among the tunes"),  # type: ignore[arg-type]
        (Corpus((Tune("A", (GOOD,)), Tune("A", (GOOD,)))), "returned two tunes with the title 'A'"),
        (corpus(), "Tune: no bars"),
        (corpus(GOOD, tempo=0.0), "Tune: a tempo of 0.0; expected quarter notes per minute"),
        (corpus(GOOD, tempo=float("nan")), "Tune: a tempo of nan; expected quarter notes per minute"),
        (corpus(GOOD, key=8), "Tune: a key of 8; expected sharps counted up and flats down, -7 to 7"),
        (corpus(GOOD, program=128), "Tune: a program of 128; expected 0 to 127"),
        (
            corpus(GOOD, dropped=(Dropped("", 1),)),
            "Tune: Dropped(reason='', notes=1, bars=0, chords=0) among what was dropped; "
            "expected a reason and how much of it",
        ),
        (corpus(GOOD.melody), "Tune: bar 1: tuple; expected a Bar with a Meter"),
        (corpus(Bar((60,), (C7,))), "Tune: bar 1: int among the notes"),  # type: ignore[arg-type]
        (
            corpus(Bar((Note(60, 0.5, 480),), (C7,))),  # type: ignore[arg-type]
            "Tune: bar 1: onset 0.5 and duration 480; expected integer ticks",
        ),
        (corpus(Bar((Note(128, 0, 480),), (C7,))), "Tune: bar 1: pitch 128 and velocity 80; expected MIDI numbers"),
        (corpus(GOOD, Bar(GOOD.melody[::-1], (C7,))), "Tune: bar 2: notes out of time order"),
        (
            corpus(GOOD, Bar((Note(60, 1920, 480),), (C7,))),
            "Tune: bar 2: an onset at 1920, outside the bar's 1920 ticks: count from each bar's start",
        ),
        (
            corpus(Bar((Note(60, 1440, 480),), (replace(C7, duration=1440),), Meter(3, 4))),
            "Tune: bar 1: an onset at 1440, outside the bar's 1440 ticks: count from each bar's start",
        ),
        (corpus(Bar(GOOD.melody, ("C7",))), "Tune: bar 1: str among the chords"),  # type: ignore[arg-type]
        (
            corpus(Bar((), (C7, replace(C7, onset=960, duration=960)))),
            "Tune: bar 1: C7 begins at 960, before the one before it ends (1920)",
        ),
        (
            corpus(Bar((), (replace(C7, duration=2400),))),
            "Tune: bar 1: the chords sum to 2400 ticks; the bar has 1920",
        ),
        (lambda: corpus(GOOD, tempo=100.0 + next(_NUMBERS)), "read one file twice and returned two corpora"),
    ],
)
def test_what_a_reader_may_not_return(result: Any, message: str, tune: Path) -> None:
    assert problems(reader(result), tune) == [f"mine: read_corpus: {message}"]


def test_a_reader_in_order(tune: Path) -> None:
    over_the_barline = Bar((Note(60, 1440, 960),), (C7,))
    made = corpus(over_the_barline, Bar((), ()), dropped=(Dropped("before the first bar", 2),))
    assert problems(reader(made), tune) == []
    assert problems(reader(made)) == [], "a file that it may refuse"


def two_lines(source: Path) -> None:
    raise JazzgramError(f"{source}: no tune\n{source}: really")


def nameless(source: Path) -> None:
    raise JazzgramError("no tune")


def traceback(source: Path) -> None:
    source.read_text(encoding="ascii")[0]


@pytest.mark.parametrize(
    ("read_corpus", "messages"),
    [
        (two_lines, ["raised 2 lines for an empty file; expected one"]),
        (nameless, ["raised a message with a line that does not name the file: no tune"]),
        (traceback, ["raised IndexError for an empty file; expected JazzgramError"]),
        (traceback, ["raised UnicodeDecodeError for a file of random bytes; expected JazzgramError"]),
        (lambda source: corpus(GOOD), ["did not refuse an empty file; expected JazzgramError"]),
    ],
)
def test_how_a_reader_may_not_refuse_a_file(read_corpus: Callable[..., Any], messages: list[str]) -> None:
    found = problems(module(read_corpus=read_corpus))
    assert {f"mine: read_corpus: {message}" for message in messages} <= set(found)


def test_a_reader_reads_the_file_it_is_given(tmp_path: Path) -> None:
    file = tmp_path / "other.mine"
    file.write_text("other")
    (found,) = problems(reader(corpus(GOOD)), file)
    assert found.startswith(f"mine: read_corpus: does not read other.mine: {file}: no tune")


def test_a_reader_leaves_the_file_alone(tune: Path) -> None:
    def read_corpus(source: Path) -> Corpus:
        if TEXT not in source.read_text(errors="replace"):
            raise JazzgramError(f"{source}: no tune")
        source.write_text(TEXT * 2)
        return corpus(GOOD)

    assert problems(module(read_corpus=read_corpus), tune) == ["mine: read_corpus: changed the file it was given"]


@pytest.mark.parametrize(
    ("list_files", "message"),
    [
        (lambda folder: None, "list_files: returned None for an empty folder; expected an empty sequence"),
        (lambda folder: [folder / "a"], "for an empty folder; expected an empty sequence"),
        (lambda folder: sorted(map(str, folder.iterdir())), "expected a sequence of paths"),
        (lambda folder: sorted(folder.iterdir(), reverse=True), "returned files that are not sorted"),
        (lambda folder: [folder / "c"] * bool(list(folder.iterdir())), "returned c, which does not exist"),
        (lambda folder: [folder] * bool(list(folder.iterdir())), "which is not below the folder"),
    ],
)
def test_what_list_files_may_not_return(list_files: Callable[..., Any], message: str, tune: Path) -> None:
    (tune.parent / "a.mine").write_text(TEXT)
    made = module(read_corpus=vars(reader(corpus(GOOD)))["read_corpus"], list_files=list_files)
    assert any(message in problem for problem in problems(made, tune)), problems(made, tune)


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (None, "returned a NoneType; expected an Examination"),
        (Examination(("solo",)), "returned parts that are no PartReport"),  # type: ignore[arg-type]
        (Examination(options={"melody": 1}), "returned the option melody, which the reader does not have"),
    ],
)
def test_what_examine_may_not_return(result: Any, message: str, tune: Path) -> None:
    def examine(source: Path) -> Any:
        read_whole(source)
        return result

    made = module(read_corpus=vars(reader(corpus(GOOD)))["read_corpus"], examine=examine)
    assert f"mine: examine: {message}" in problems(made, tune)


def test_examine_in_order(tune: Path) -> None:
    def examine(source: Path) -> Examination:
        read_whole(source)
        return Examination((PartReport(1, "Sax", 2, "melody", "the only part"),))

    made = module(read_corpus=vars(reader(corpus(GOOD)))["read_corpus"], examine=examine)
    assert problems(made, tune) == []


def test_depends_on_names_paths(tune: Path) -> None:
    made = module(read_corpus=vars(reader(corpus(GOOD)))["read_corpus"], depends_on=lambda source: "beats.csv")
    assert problems(made, tune) == ["mine: depends_on: returned 'beats.csv'; expected a sequence of paths"]


@pytest.mark.parametrize(
    ("hook", "function"),
    [("list_files", lambda folder: ()), ("depends_on", lambda source: ()), ("examine", lambda source: Examination())],
)
def test_what_belongs_to_a_reader_needs_one(hook: str, function: Callable[..., Any]) -> None:
    assert f"mine: {hook} is there without read_corpus" in problems(module(**{hook: function}))


@pytest.mark.parametrize(
    ("list_pitches", "message"),
    [
        (lambda term: None, "list_pitches: returned None for"),
        (lambda term: (), "list_pitches: returned () for"),
        (lambda term: [60], "list_pitches: returned [60] for"),
        (lambda term: (300,), "list_pitches: returned (300,) for"),
        (lambda term: (1,), "which unparse_grammar made of"),
    ],
)
def test_what_list_pitches_may_not_return(list_pitches: Callable[..., Any], message: str) -> None:
    made = module(list_pitches=list_pitches)
    for name in ("Options", "parse_melody", "unparse_grammar", "PROVIDES"):
        vars(made)[name] = vars(deepjazz_rests)[name]
    found = problems(made)
    assert any(message in problem for problem in found), found


def test_the_command_takes_a_file(tmp_path: Path) -> None:
    file = tmp_path / "turn.txt"
    file.write_text("title: Turn\n| Cm7 F7 | Bb6 |\n")
    name = "lead_sheet"
    checked = CliRunner().invoke(plugins.command, ["check", name, "--source", str(file)])
    assert checked.output == "lead_sheet: in order\n"
    assert problems(lead_sheet, file) == []
    alone = CliRunner().invoke(plugins.command, ["check", name])
    assert alone.output == "lead_sheet: in order as far as can be told without a file of it (--source FILE)\n"
    file.write_text("title: Turn\n| Cm7 F7 | Bb6 ?? |\n")
    refused = CliRunner().invoke(plugins.command, ["check", name, "--source", str(file)])
    assert "lead_sheet: read_corpus: does not read turn.txt" in refused.output
