"""Every command, given what it cannot read: one line, status 2, no hang, and nothing written."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from jazzgram import cli

pytestmark = pytest.mark.skipif(os.name != "posix", reason="FIFOs, devices and signals of POSIX")

SECONDS = 20
"""A command that has not ended by then hangs; on a busy machine."""
_NOBODY = 65534


def _missing(path: Path) -> None:
    pass


def _binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 16)


def _forbidden(path: Path) -> None:
    path.write_text("extends: blues\n")
    path.chmod(0)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


WRONG: dict[str, Callable[[Path], None]] = {
    "missing": _missing,
    "empty": Path.touch,
    "folder": Path.mkdir,
    "binary": _binary,
    "forbidden": _forbidden,
    "device": lambda path: path.symlink_to("/dev/null"),
    "endless device": lambda path: path.symlink_to("/dev/zero"),
    "fifo": lambda path: os.mkfifo(path),
    "socket": _socket,
    "loop": lambda path: path.symlink_to(path.name),
}
"""How each is made at a path whose ending the command expects."""

QUICK = {"missing", "folder", "fifo"}
"""What is tried whenever tests run."""

COMMANDS = {
    **{name: f"{name} X.yaml" for name in ("run", "train", "improvise", "validate", "show", "tokens", "watch")},
    **{name: f"{name} X.yaml" for name in ("ablation", "reference", "tune", "bakeoff", "studio")},
    "compare": "compare X.yaml X.yaml",
    "compare with": "compare blues X.yaml",
    "evaluate": "evaluate X.yaml",
    "evaluate likelihood": "evaluate likelihood X.yaml",
    "tune-chain": "tune-chain X.yaml --toward corpus",
    "listen": "listen --blind X.yaml blues",
    "listen analyse": "listen analyse X.csv --key X.csv",
    "model show": "model show X.yaml",
    "grammar show": "grammar show X.grammar",
    "grammar play": "grammar play X.grammar blues --terms",
    "grammar write": "grammar write X.yaml out.grammar",
    "reharmonize": "reharmonize Dm7 --corpus X.yaml",
    "corpus info": "corpus info X.yaml",
    "corpus doctor": "corpus doctor X.mid",
    "explain": "explain X",
    "report": "report X",
    "render": "render X.mid",
    "play": "play X.mid",
    "plugins check": "plugins check X.py",
    "plugins show": "plugins show X.py",
    "chart of MIDI": "improvise blues --chart X.mid",
    "chart of MusicXML": "improvise blues --chart X.musicxml",
    "chart of .mxl": "improvise blues --chart X.mxl",
    "chart of ABC": "improvise blues --chart X.abc",
    "chart of iReal": "improvise blues --chart X.html",
    "chart of text": "improvise blues --chart X.txt",
    "corpus": "run blues --set model.use=markov --set corpus.source=X.txt",
    "split": "run blues --set model.use=markov --set corpus.split=X.json",
    "plugin": "run blues --set write=[X.py]",
    "extends": "validate extends.yaml",
    "soundfont": "render song.mid --soundfont X.sf2",
}
"""Each command with X where a file of the user's stands."""


WAITS = {("watch", "empty"), ("watch", "binary")}
DIAGNOSED = {"empty", "binary", "forbidden", "loop"}
"""The doctor's answer is what is wrong with the file: its status is 2, and the line is on the standard output."""
RENDERED = {"empty", "binary", "forbidden"}
"""One of several files that cannot be rendered leaves the others alone."""
SEVERAL = 3
"""Readers of a kind of file, each of which says why it does not read it."""


@contextmanager
def limits() -> Iterator[None]:
    """End a command that hangs; as another user where root could read everything."""

    def hangs(*_: object) -> None:
        pytest.fail(f"does not end within {SECONDS} s")

    before = signal.signal(signal.SIGALRM, hangs)
    terminated = signal.getsignal(signal.SIGTERM)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        signal.signal(signal.SIGTERM, terminated)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that anybody may look into, as the current one."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        monkeypatch.chdir(name)
        monkeypatch.setenv("JAZZGRAM_CACHE", f"{name}/cache")
        yield Path(name)


@pytest.mark.parametrize(
    "wrong",
    [
        wrong if wrong in ("missing", "folder", "fifo") else pytest.param(wrong, marks=pytest.mark.slow)
        for wrong in WRONG
    ],
)
@pytest.mark.parametrize("command", COMMANDS)
def test_it_is_one_line(command: str, wrong: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    if (command, wrong) in WAITS:
        pytest.skip("a configuration that is watched may be mended")
    words = COMMANDS[command].split()
    for name in {word.rpartition("=")[2].strip("[]") for word in words if "X" in word} or {"X.yaml"}:
        WRONG[wrong](folder / name)
    (folder / "extends.yaml").write_text("extends: X.yaml\n")
    (folder / "song.mid").write_bytes(
        b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\x0c\0\x90\x3c\x50\x60\x80\x3c\0\0\xff\x2f\0"
    )
    before = sorted(path.name for path in folder.iterdir())
    as_root = wrong == "forbidden" and os.geteuid() == 0
    with limits(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["jazzgram", *words])
        if as_root:
            os.seteuid(_NOBODY)
        try:
            cli.register()
            status = cli._run()
        except SystemExit as end:  # the doctor's answer
            status = int(end.code or 0)
        except OSError as error:  # as `main` reports it
            status = 2
            click.echo(f"error: {error.filename}: {error.strerror}", err=True)
        finally:
            if as_root:
                os.seteuid(0)
    out, said = capfd.readouterr()
    if command == "corpus doctor" and wrong in DIAGNOSED:
        assert status == 2 and "X.mid" in out and "Traceback" not in out + said
        return
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith("WARNING")]
    assert status == (1 if words[:2] == ["render", "X.mid"] and wrong in RENDERED else 2), said
    assert lines and all(line.startswith("error: ") for line in lines), said
    assert len(lines) <= (SEVERAL if command == "chart of text" else 1), said
    assert len(lines[-1]) < 600
    assert "defect" not in said and "Traceback" not in said
    assert sorted({path.name for path in folder.iterdir()} - {"cache"}) == before
