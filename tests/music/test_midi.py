"""MIDI is parsed where it may kill: the file that does is one line, and the next one is read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import symusic

from jazzgram import JazzgramError, Pipeline
from jazzgram.corpus import workers
from jazzgram.music import midi

BUNDLED = Path(__file__).resolve().parents[2] / "data" / "bundled_midi"
TUNE = (BUNDLED / "01_kettle_on.mid").read_bytes()
STAND_IN = """
import glob, importlib.util, os, signal, sys, time
here = os.path.dirname(os.path.dirname(__file__))
[path] = [found for folder in sys.path if folder != here for found in glob.glob(folder + "/symusic/core*.so")][:1]
spec = importlib.util.spec_from_file_location("symusic.core", path)
real = importlib.util.module_from_spec(spec)
spec.loader.exec_module(real)
with open(os.path.join(here, "started"), "a") as file:
    file.write("one\\n")
class ScoreTick:
    @staticmethod
    def from_midi(content):
        if b"KILL" in content:
            os.kill(os.getpid(), signal.SIGSEGV)
        if b"HANG" in content:
            time.sleep(60)
        return real.ScoreTick.from_midi(content)
"""
CONFIG = """
corpus: {{read: midi, source: songs}}
tokenizer: {{use: scale_degree}}
model: {{use: markov}}
samplers: [sample: categorical]
execution: {{engine: {engine}, workers: 2}}
"""

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture
def deadly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A parser that dies of what has KILL in it; each process that loads it adds a line to the file ``started``."""
    folder = tmp_path / "stand-in"
    (folder / "symusic").mkdir(parents=True)
    (folder / "symusic" / "__init__.py").write_text("from .core import ScoreTick as Score")
    (folder / "symusic" / "core.py").write_text(STAND_IN)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(midi, "_parser", None)
    yield folder / "started"
    if midi._parser is not None:
        midi._parser.close()


def with_name(name: bytes) -> bytes:
    """Return a tune whose second track chunk is followed by a chunk of another kind, which players read over."""
    return TUNE + b"JUNK" + len(name).to_bytes(4, "big") + name


def test_a_score_is_what_the_parser_makes_of_it() -> None:
    for file in sorted(BUNDLED.glob("*.mid")):
        content = file.read_bytes()
        assert midi.midi_score(content) == symusic.Score.from_midi(content)


@pytest.mark.parametrize("content", [b"", b"MThd", TUNE[:200], b"\0" * 5000, TUNE.replace(b"MTrk", b"MTrx")])
def test_what_is_no_midi_is_said_as_the_parser_says_it(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    said = []
    for here in (False, True):
        monkeypatch.setattr(midi, "_expendable", here)
        with pytest.raises(JazzgramError) as error:
            midi.midi_score(content)
        said.append(str(error.value))
    assert said[0] == said[1] and "\n" not in said[0] and "died" not in said[0]


@posix
def test_a_file_that_kills_costs_its_own_error(deadly: Path) -> None:
    for _ in range(3):
        with pytest.raises(JazzgramError, match=r"^the MIDI parser died of it, SIGSEGV$"):
            midi.midi_score(with_name(b"KILL"))
        assert midi.midi_score(with_name(b"fine")).tpq == 480
    assert deadly.read_text() == 4 * "one\n", "one process, and one more for each that died"


@posix
def test_a_file_that_never_ends_does(deadly: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert midi.midi_score(TUNE).tpq == 480
    monkeypatch.setattr(midi, "SECONDS", 0.5)
    with pytest.raises(JazzgramError, match="died of it, SIGKILL"):
        midi.midi_score(with_name(b"HANG"))


@posix
def test_ctrl_c_leaves_no_answer_for_the_next_question(monkeypatch: pytest.MonkeyPatch) -> None:
    other = (
        (BUNDLED / "02_two_sugars.mid") if (BUNDLED / "02_two_sugars.mid").exists() else sorted(BUNDLED.iterdir())[-1]
    )
    midi.midi_score(TUNE)
    parse = midi._Parser.parse

    def stopped(self: midi._Parser, content: bytes) -> tuple[bool, bytes]:
        parse(self, content)
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(midi._Parser, "parse", stopped)
        with pytest.raises(KeyboardInterrupt):
            midi.midi_score(TUNE)
    assert midi.midi_score(other.read_bytes()) == symusic.Score.from_midi(other.read_bytes())


def test_many_threads_get_their_own_scores() -> None:
    contents = [file.read_bytes() for file in sorted(BUNDLED.glob("*.mid"))] * 4
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(midi.midi_score, contents))
    assert found == [symusic.Score.from_midi(content) for content in contents]


@posix
@pytest.mark.parametrize("engine", ["local", "processes"])
def test_one_broken_file_of_many_costs_one_line(
    deadly: Path, tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(workers, "may_fork", lambda: False)  # a fork would have the real parser
    songs = tmp_path / "songs"
    songs.mkdir()
    tunes = sorted(BUNDLED.glob("*.mid"))[:3]
    for number in range(40):
        (songs / f"{number:02}.mid").write_bytes(tunes[number % 3].read_bytes())
    (songs / "17.mid").write_bytes(TUNE.replace(b"Melody", b"KILL!!"))
    assert b"KILL" in (songs / "17.mid").read_bytes()
    (tmp_path / "mine.yaml").write_text(CONFIG.format(engine=engine))
    warnings: list[str] = []
    pipeline = Pipeline.load(tmp_path / "mine.yaml")
    pipeline.reporter.warn = warnings.append  # type: ignore[method-assign, assignment]
    assert len(pipeline.corpus.tunes) == 39
    lines = "\n".join(warnings).split("\n")
    assert sum("17.mid" in line for line in lines) == 1 and "SIGSEGV" in "\n".join(warnings)
    most = (os.cpu_count() or 1) + 6  # one for each process that reads, and more where one has died, or of two files
    assert deadly.read_text().count("one") <= most, "not a process for each file"


@posix
def test_the_process_ends_with_its_parent() -> None:
    code = (
        "from jazzgram.music import midi\n"
        f"midi.midi_score(open({str(BUNDLED / '01_kettle_on.mid')!r}, 'rb').read())\n"
        "print(midi._parser._process.pid, flush=True)\n"
        "import os; os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    ended = Path(f"/proc/{int(done.stdout)}/stat")
    for _ in range(200):
        if not ended.exists() or ended.read_text().split(")")[-1].split()[0] == "Z":
            return
        subprocess.run(["sleep", "0.05"], check=True)
    pytest.fail("it goes on")
