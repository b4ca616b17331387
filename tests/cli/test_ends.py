"""How a command ends that cannot go on: one line, the right status, and nothing half written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from small_configs import write_bundled

JAZZGRAM = [sys.executable, "-c", "from jazzgram_command import main; main()"]
SLOW = """
import time
from collections.abc import Iterator
from pathlib import Path
from jazzgram import hookimpl
@hookimpl
def write_solo(solo, folder):
    (folder / "half.txt").write_text("half")
    Path(__file__).with_name("begun").touch()
    time.sleep(%d)
"""
posix = pytest.mark.skipif(os.name != "posix", reason="signals and devices of POSIX")


def jazzgram(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [*JAZZGRAM, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture
def writing(tmp_path: Path) -> subprocess.Popen[str]:
    """A run that is in the middle of writing its folder."""
    (tmp_path / "slow.py").write_text(SLOW % 100)
    write_bundled(tmp_path, "improvise: {bars: 2}\nwrite: [midi, slow.py]\n")
    process = subprocess.Popen([*JAZZGRAM, "run", "small.yaml"], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while not (tmp_path / "begun").exists() and time.monotonic() < end:
        time.sleep(0.01)
    return process


@posix
@pytest.mark.parametrize(
    ("number", "status", "line"),
    [
        (signal.SIGTERM, 143, "terminated; nothing was left half written."),
        (signal.SIGINT, 130, "stopped; nothing was left half written."),
    ],
)
def test_a_signal_leaves_nothing_half_written(
    writing: subprocess.Popen[str], tmp_path: Path, number: signal.Signals, status: int, line: str
) -> None:
    writing.send_signal(number)
    _, said = writing.communicate(timeout=60)
    assert (writing.returncode, said.splitlines()[-1]) == (status, line)
    assert not (tmp_path / "out").exists()


@posix
def test_the_next_run_removes_what_a_killed_one_left_and_no_other(
    writing: subprocess.Popen[str], tmp_path: Path
) -> None:
    folder = tmp_path / "out" / "small"
    settings = ["small.yaml", "--set", "write=[midi]", "--force"]
    assert jazzgram("run", *settings, cwd=tmp_path).returncode == 0
    [alive] = folder.glob(".writing-*")
    assert (alive / "half.txt").exists(), "the other run is still at it"
    writing.kill()
    writing.communicate()
    assert list(folder.glob(".writing-*")) == [alive]
    fresh, old = folder / ".writing-fresh.html", folder / ".writing-old.html"
    fresh.touch()
    old.touch()
    os.utime(old, (0, 0))
    assert jazzgram("run", *settings, cwd=tmp_path).returncode == 0
    assert list(folder.glob(".writing-*")) == [fresh], "may be somebody's, for a minute"
    assert (folder / "solo.mid").exists()


INTERRUPTED = """
import os, signal, sys
module = sys.argv.pop(1)
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
from jazzgram_command import main
main()
"""


@posix
@pytest.mark.parametrize(
    "module",
    [
        "jazzgram",
        "lazy_loader",
        "jazzgram.cli",
        "click",
        "jazzgram.cli.arguments",
        "jazzgram.cli.run",
        "pydantic",
        "numpy",
    ],
)
def test_ctrl_c_while_a_command_is_loading(tmp_path: Path, module: str) -> None:
    """The signal comes in the middle of an import."""
    command = [sys.executable, "-c", INTERRUPTED, module, "run", "blues"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 130, done.stderr
    assert done.stderr.strip() in ("stopped; nothing had begun.", "stopped; nothing was left half written.")


@posix
@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("train", "stopped; nothing was left half written. The same command resumes the training."),
        ("read", "stopped; nothing was left half written."),
    ],
)
def test_ctrl_c_speaks_of_a_training_only_in_one(tmp_path: Path, stage: str, said: str) -> None:
    code = f"""
import os, signal
from jazzgram.cli.display import Display
started = Display.started
def stop(self, stage):
    started(self, stage)
    if stage == {stage!r}:
        os.kill(os.getpid(), signal.SIGINT)
Display.started = stop
{JAZZGRAM[-1]}"""
    command = [sys.executable, "-c", code, "run", "blues", "--no-cache", "--out", "solo"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (130, said)


@posix
def test_ctrl_c_ends_a_watch_with_where_the_last_run_is(tmp_path: Path) -> None:
    write_bundled(tmp_path, "improvise: {bars: 2}\nwrite: [midi]\n")
    process = subprocess.Popen([*JAZZGRAM, "watch", "small.yaml"], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if "Ctrl-C stops" in line:
            break
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.strip() == "stopped; nothing was left half written. The last whole run is in out/small."


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
@pytest.mark.parametrize("arguments", [["show", "blues"], ["--help"], ["tokens", "blues"]])
def test_a_full_disk_under_the_output(tmp_path: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*JAZZGRAM, *arguments], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "error: the output cannot be written: No space left on device\n"


@posix
@pytest.mark.parametrize("command", [["run", "small.yaml"], ["train", "small.yaml", "--out", "model"]])
def test_a_full_disk_under_the_folder(tmp_path: Path, command: list[str]) -> None:
    write_bundled(tmp_path, "improvise: {bars: 2}\nwrite: [midi]\n")
    assert jazzgram("train", "small.yaml", cwd=tmp_path).returncode == 0
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); {JAZZGRAM[-1]}"
    done = subprocess.run(
        [sys.executable, "-c", limited, *command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    [line] = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert line.endswith("be written: File too large; name another folder with --out") or "model" in line
    assert not list(tmp_path.rglob(".writing-*")) and not (tmp_path / "model").exists()
    assert "defect" not in done.stderr


@posix
@pytest.mark.parametrize("arguments", [["run", "blues"], ["init", "mysolo"], ["validate", "mine.yaml"]])
def test_a_folder_that_has_been_deleted(tmp_path: Path, arguments: list[str]) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    code = f"import os; os.rmdir(os.getcwd()); {JAZZGRAM[-1]}"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=gone, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.strip() == "error: the current folder has been deleted; change to another one"


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "a" * 5_000],
        ["run", "a" * 5_000 + ".yaml"],
        ["improvise", "a" * 5_000],
        ["run", "blues", "--out", "a" * 5_000],
        ["run", "blues", "--set", "corpus.source=" + "a" * 5_000],
        ["run", "blues", "--set", "corpus.split=" + "a b " * 1_200],
        ["run", "blues", "--set", "model.use=" + "a b " * 1_200],
        ["run", "blues", "--set", "model.use=" + "a" * 5_000 + ".py"],
        ["run", "blues", "--set", "a=" + "[" * 5_000],
        ["run", "blues", "--set", ".".join("a" * 5_000) + "=1"],
        ["run", "blues", "--set", "improvise.key=" + "a b " * 1_200],
        ["run", "blues", "--set", "a\x1b[31m=1"],
        ["run", "blues", "--set", "model.use=a\x1b[31m\u202e"],
        ["run", "\x1b[2J\x07"],
        ["improvise", "blues", "--chords", "a" * 5_000],
    ],
    ids=range(15),
)
def test_a_long_or_odd_argument_is_a_short_line(tmp_path: Path, arguments: list[str]) -> None:
    done = jazzgram(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    [line] = [line for line in done.stderr.splitlines() if line.strip()]
    assert line.startswith("error: ")
    assert len(line) < 1_000
    assert line.isprintable()


@posix
def test_titles_of_files_do_nothing_in_a_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "\x1b[2Jsolos"
    folder.mkdir()
    (folder / "a\x07.txt").write_text("title: Blue\x1b]0;owned\x07\nmeter: 4/4\ntempo: 120\n\nC | C4:2 E4:2\n")
    done = jazzgram("corpus", "doctor", folder / "a\x07.txt", cwd=tmp_path)
    assert "\\u0007.txt" in done.stdout
    assert (done.stdout + done.stderr).replace("\n", "").isprintable()
