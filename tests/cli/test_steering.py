"""Steering from the command line: a melody that is given, and curves over the bars."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_configs import write_bundled

from jazzgram.cli import commands, register
from jazzgram.errors import JazzgramError
from jazzgram.music.solo import Solo
from jazzgram.pipeline.trace_file import read_trace

LINE = "title: Line\nmeter: 4/4\n\nDm7 | D5:1 F5:1 A5:1 C6:1\nG7 | B5:4\nCmaj7 | E5:4\nCmaj7 | r:4\n"
CHORDS = "Dm7 | G7 | Cmaj7 | Cmaj7"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_bundled(tmp_path)
    (tmp_path / "line.txt").write_text(LINE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def jazzgram(command: str, *options: str) -> Result:
    register()
    arguments = [command, "small.yaml", "--chords", CHORDS, "--set", "chain=[]", "--set", "write=[]", *options]
    return CliRunner().invoke(commands, arguments)


def solo_of(command: str, out: str, *options: str) -> Solo:
    done = jazzgram(command, "--out", out, *options)
    assert done.exit_code == 0, done.exception
    return read_trace(Path(out))[0]


def pitches(solo: Solo, bar: int) -> list[int]:
    return [note.pitch for note in solo.notes if note.onset // solo.meter.bar == bar]


@pytest.mark.parametrize("command", ["run", "improvise"])
def test_bars_of_a_file_stay_then_those_of_the_run(folder: Path, command: str) -> None:
    first = solo_of(command, "first", "--given", "line.txt", "--keep", "1-2, 4")
    assert [pitches(first, bar) for bar in (0, 1, 3)] == [[74, 77, 81, 84], [83], []]
    again = solo_of(command, "again", "--given", "first", "--keep", "2,3", "--seed", "9")
    assert [pitches(again, bar) for bar in (1, 2)] == [pitches(first, bar) for bar in (1, 2)]
    assert pitches(again, 0) != pitches(first, 0)


def test_what_comes_before_a_kept_bar_is_weighed_by_it(folder: Path) -> None:
    solo_of("run", "first", "--given", "line.txt", "--keep", "3")
    assert {scored.step for scored in read_trace(Path("first"))[1].bar_scores} == {"1:future"}
    solo_of("run", "off", "--given", "line.txt", "--keep", "3", "--set", "improvise.particles=1")
    assert not read_trace(Path("off"))[1].bar_scores


def test_a_curve_is_followed(folder: Path) -> None:
    def notes(*curve: str) -> int:
        return len(solo_of("improvise", curve[-1], *curve, "--set", "improvise.particles=24").notes)

    assert notes("--shape", "density=0.25") < notes("--shape", "rest=0", "--shape", "density=3,4")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--keep", "1"], "--keep: says what becomes of a given melody; name one with improvise.given"),
        (["--given", "line.txt", "--keep", "x"], r"expected a bar from 1, or a range of bars such as 5-8 \(got 'x'\)"),
        (["--given", "line.txt", "--keep", "7"], "--keep: there is no bar 7"),
        (["--given", "nothing.mid"], "nothing.mid: no such file"),
        (["--given", ".", "--keep", "1"], "trace.jsonl"),
        (["--shape", "density"], "--shape density: expected a critic and its values, such as density=1,1,3"),
        (["--shape", "density=1,b"], "--shape density=1,b: expected a critic and its values"),
        (["--shape", "=1"], "--shape =1: expected a critic and its values"),
        (["--shape", "mine.py=1"], "--shape mine.py=1: a critic in a file is named in the configuration"),
        (["--shape", "density=1", "--shape", "density=2"], "--shape density=2: density has a curve already"),
        (["--shape", "dense=1"], r"--shape dense: no plugin 'dense' for score_bar \(did you mean density"),
        (["--shape", "density=1,-3"], r"--shape density: .*at least 0 \(got -3"),
        (["--shape", "register=62,740"], r"--shape register: .*at most 127 \(got 740"),
        (["--shape", "rest=2"], r"--shape rest: .*at most 1 \(got 2"),
        (["--shape", "outside=nan"], "--shape outside: .*at most 1"),
        (["--like", "style=bebop", "--like", "style=cool"], "--like style=cool: the style is named already"),
        (["--shape", "density=1,2,3"], "a curve of 3 values over 4 bars"),
    ],
)
def test_what_cannot_be_steered(folder: Path, options: list[str], problem: str) -> None:
    done = jazzgram("run", *options)
    assert done.exit_code != 0
    with pytest.raises((JazzgramError, AssertionError), match=problem):
        raise done.exception if isinstance(done.exception, JazzgramError) else AssertionError(done.output)
