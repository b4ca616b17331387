"""Solos, corpora and traces as notebooks and terminals show them."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
import webbrowser
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any, overload

import pytest
from notation import chord

from jazzgram import Bar, Corpus, JazzgramError, Note, Rest, Solo, Term, Tune
from jazzgram.pipeline.trace import StepCall, Tally, Trace

SOLO = Solo(
    (Note(65, 0, 480), Note(69, 480, 240), Note(72, 720, 240)),
    (chord("F7"),),
    1,
    title='Nasty <b>"one"</b>',
    tempo=120,
)


class _Balanced(HTMLParser):
    """Hold that every element that is opened is closed, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.cells: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "img":
            self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.cells and self.open and self.open[-1] in ("td", "th"):
            self.cells[-1] += data


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A notebook, and what is displayed in it."""
    shown: list[str] = []
    display = SimpleNamespace(HTML=str, display=shown.append)
    ipython = SimpleNamespace(version_info=(9, 0), get_ipython=lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return shown


def content(html: str) -> tuple[str, bytes]:
    """Return the kind and the content of what an element has in it."""
    found = re.search(r'src="data:([^;]+);base64,([^"]+)"', html)
    assert found
    return found[1], base64.b64decode(found[2])


def test_a_notebook_shows_the_lead_sheet_or_the_roll(page: list[str]) -> None:
    SOLO.show()
    SOLO.show("score")
    SOLO.show("roll")
    assert [content(html)[0] for html in page] == ["image/svg+xml", "image/svg+xml", "image/png"]
    assert b"Nasty" in content(page[0])[1]
    for html in page:
        _Balanced(html)
        assert "<b>" not in html


def test_a_notebook_plays_mp3(page: list[str]) -> None:
    SOLO.play()
    (html,) = page
    _Balanced(html)
    assert "<b>" not in html
    kind, sound = content(html)
    assert kind == "audio/mpeg"
    assert sound[:2] in (b"\xff\xfb", b"\xff\xf3"), "a frame of MPEG audio"
    assert 20_000 < len(sound) < 60_000, "64 kbit/s of some four seconds"


def test_a_terminal_shows_a_roll_of_characters(capsys: pytest.CaptureFixture[str]) -> None:
    SOLO.show()
    title, _, changes, *rows = capsys.readouterr().out.splitlines()
    assert title == f"{SOLO.title}, 120 quarter notes a minute, 4/4"
    assert changes == "   1  F7"
    assert rows[0] == "C5   │······●━········│"
    assert rows[7] == "F4   │●━━━············│"
    Solo((), (), 1, title="Nothing").show()
    assert "(silence)" in capsys.readouterr().out


@pytest.mark.parametrize(("view", "begin"), [("score", b"<svg"), ("roll", b"\x89PNG")])
def test_a_picture_asked_for_in_a_terminal_is_opened_and_named(
    view: Any,
    begin: bytes,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    SOLO.show(view)
    path = Path(capsys.readouterr().out.strip())
    assert path.read_bytes().startswith(begin)
    assert opened == [path.as_uri()]


def test_what_cannot_be_shown() -> None:
    with pytest.raises(JazzgramError, match="as 'score' or as 'roll', not as 'film'"):
        SOLO.show("film")  # type: ignore[arg-type]


class Device:
    """A sound device that is there or is not."""

    def __init__(self, there: bool) -> None:
        self.there, self.played = there, 0

    def check_output_settings(self, **_: object) -> None:
        if not self.there:
            raise ValueError("No output device matching ''")

    def play(self, samples: Any, rate: int, blocking: bool) -> None:
        self.played = len(samples) // rate


def test_a_terminal_plays_on_the_sound_device(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device(there=True)
    monkeypatch.setitem(sys.modules, "sounddevice", device)
    SOLO.play()
    assert device.played >= 2, "a bar of four at 120 lasts two seconds"
    monkeypatch.setitem(sys.modules, "sounddevice", Device(there=False))
    with pytest.raises(JazzgramError, match="no sound device here can play") as found:
        SOLO.play()
    assert "\n" not in str(found.value)


def test_a_solo_has_a_picture_of_its_first_bars_only() -> None:
    html = SOLO._repr_html_()
    _Balanced(html)
    assert content(html)[0] == "image/png"
    assert "first" not in html
    notes = tuple(Note(60 + bar % 12, bar * 1920, 960) for bar in range(400))
    long = Solo(notes, (), 400)._repr_html_()
    _Balanced(long)
    assert "the first 32 of 400 bars" in long
    assert len(long) < 200_000


class Endless(Sequence[Tune]):
    """Ten thousand tunes on a disk, of which only some may be read."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __len__(self) -> int:
        return 10_000

    @overload
    def __getitem__(self, number: int) -> Tune: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Tune]: ...
    def __getitem__(self, number: int | slice) -> Tune | Sequence[Tune]:
        assert isinstance(number, int) and number < self.most, "read more than is shown"
        bar = Bar((Rest(0, 480), Note(60, 480, 480)), ())
        return Tune(f"<i>Tune {number}</i>" + "x" * 500, (bar, bar), performer="A & B")

    def __iter__(self) -> Iterator[Tune]:
        return (self[number] for number in range(len(self)))


def test_of_a_large_corpus_only_what_is_shown_is_read() -> None:
    html = Corpus(Endless(13))._repr_html_()
    cells = _Balanced(html).cells
    assert "10,000 tunes" in html and "and 9,988 more" in html
    assert cells[:6] == ["title", "performer", "bars", "notes", "meter", "tempo"]
    assert cells[7:12] == ["A & B", "2", "2", "4/4", "120"]
    assert cells[6].startswith("<i>Tune 0") and len(cells[6]) == 80
    assert "<i>" not in html
    assert len(html) < 20_000


def test_a_small_corpus() -> None:
    tune = Tune("One", (Bar((), ()),))
    html = Corpus([tune])._repr_html_()
    assert "<b>1 tune</b>" in html and "more" not in html


def test_a_trace_tells_what_every_step_did() -> None:
    note, other = Note(60, 0, 480), Note(62, 480, 480)
    events = [
        StepCall("tokenizer", "unparse_grammar", 0, {}, (Term("C", 480),) * 2, (note, other), 0.001),
        StepCall("1:low_notes", "prune_notes", 0, {"below": 61}, (note, other), (other,), 0.002),
        StepCall("1:low_notes", "prune_notes", 1, {"below": 61}, (note,), (replace(note, pitch=72),), 0.002),
    ]
    trace = Trace(events, {"1:<hot>": Tally("sample", {}, 7, 0.5)})
    cells = _Balanced(trace._repr_html_()).cells
    rows = [cells[place : place + 7] for place in range(0, len(cells), 7)]
    assert rows == [
        ["step", "hook", "options", "in", "out", "new or changed", "ms"],
        ["1:<hot>", "sample", "", "7 calls", "", "", "500.0"],
        ["tokenizer", "unparse_grammar", "", "2", "2", "0", "1.0"],
        ["1:low_notes", "prune_notes", "below=61", "3", "2", "1", "4.0"],
    ]
    assert _Balanced(Trace()._repr_html_()).cells == rows[0]


def test_nothing_is_fetched_and_dark_pages_stay_dark() -> None:
    for html in (SOLO._repr_html_(), Corpus(Endless(13))._repr_html_(), Trace()._repr_html_()):
        assert "http" not in html and "<script" not in html
        assert not re.search(r"(?<!-)color:(?!inherit)|background:(?!transparent)", html), "the page's own colours"


def test_importing_jazzgram_imports_nothing_of_this() -> None:
    code = (
        "import sys, jazzgram; jazzgram.Solo; jazzgram.Corpus; "
        "print([m for m in ('IPython', 'matplotlib', 'verovio', 'music21', 'tensorflow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
