"""Opening pages, and what is to be done next."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from jazzgram.cli import browser
from jazzgram.cli.improvise import command as improvise
from jazzgram.cli.run import command as run

SETTINGS = ["--set", "model.use=markov", "--set", "improvise.bars=2", "--set", "write=[midi]"]


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a desktop whose opener notes what it opens and is noisy."""
    opened = tmp_path / "opened"
    opener = tmp_path / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\necho "$1" >> {opened}\necho noise\necho noise >&2\n')
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", str(opener.parent), prepend=":")
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setattr("sys.platform", "linux")
    return opened


@pytest.mark.parametrize("command", [run, improvise])
def test_a_run_s_last_line_says_what_to_open(tmp_path: Path, command: object) -> None:
    made = CliRunner().invoke(command, ["blues", *SETTINGS, "--out", str(tmp_path / "run")])  # type: ignore[arg-type]
    assert made.exit_code == 0, made.output
    assert made.stdout.splitlines()[-1] == f"next: open {tmp_path / 'run' / 'report.html'}"


@pytest.mark.skipif(os.name != "posix", reason="a terminal is made with POSIX's means")
def test_in_a_terminal_the_path_is_a_link_and_a_title_is_none(tmp_path: Path) -> None:
    terminal, end = os.openpty()
    title = "\x1b]8;;file:///etc\x1b\\Blues"
    command = [sys.executable, "-c", "from jazzgram.cli import main; main()", "run", "blues", *SETTINGS]
    command += ["--chart", "tune.txt", "--out", "run", "--set", "report=false"]
    (tmp_path / "tune.txt").write_text(f"title: {title}\n\nDm7 | G7\n")
    subprocess.run(command, cwd=tmp_path, stdout=end, stderr=subprocess.DEVNULL, check=True)
    shown = os.read(terminal, 100_000).decode()
    address = (tmp_path / "run").as_uri()
    assert f"next: jazzgram report \x1b]8;;{address}\x1b\\run\x1b]8;;\x1b\\" in shown
    assert shown.count("\x1b]8;;") == 2


def test_without_a_page_it_says_what_makes_one(tmp_path: Path) -> None:
    made = CliRunner().invoke(run, ["blues", *SETTINGS, "--set", "report=false", "--out", str(tmp_path)])
    assert made.stdout.splitlines()[-1] == f"next: jazzgram report {tmp_path}"


def test_the_page_is_opened_without_a_word_of_the_desktop_s(
    tmp_path: Path, desktop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made = CliRunner().invoke(run, ["blues", *SETTINGS, "--open", "--out", str(tmp_path / "run")])
    assert made.exit_code == 0, made.output
    assert desktop.read_text().split() == [(tmp_path / "run" / "report.html").as_uri()]
    assert "noise" not in capfd.readouterr().out + made.output and "next:" not in made.output


def test_where_there_is_no_browser_one_line_has_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    made = CliRunner().invoke(run, ["blues", *SETTINGS, "--open", "--out", str(tmp_path / "run")])
    assert made.exit_code == 0
    told = [line for line in made.stdout.splitlines() if "next:" in line]
    assert told == [f"next: open in a browser (none was found here) {tmp_path / 'run' / 'report.html'}"]


def test_an_opener_that_fails_is_no_browser(desktop: Path) -> None:
    (desktop.parent / "bin" / "xdg-open").write_text("#!/bin/sh\nexit 3\n")
    assert not browser.open_in_browser("http://127.0.0.1/")
