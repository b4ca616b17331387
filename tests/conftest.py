"""What the tests share: where development data lies, and pipelines that need no training."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import settings
from paths import SHARED

settings.register_profile("jazzgram", deadline=None)  # how long an example takes says what else the machine does
settings.load_profile("jazzgram")


@pytest.fixture
def shared() -> Path:
    """The folder with reference behaviour and real solos; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"no reference data: {SHARED} does not exist (JAZZGRAM_SHARED names another folder)")
    return SHARED


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests of pages leave pictures, and those of the music write what it is now.

    ``pytest -m slow tests/*/test_*_browser.py --screenshots docs/images``
    """
    parser.addoption("--screenshots", type=Path, metavar="DIR", help="keep pictures of pages in this folder")
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew")


@pytest.fixture
def screenshots(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder for pictures of pages: the one that was asked for, else one that is thrown away."""
    return request.config.getoption("--screenshots") or tmp_path


@pytest.fixture
def shared_or_none() -> Path | None:
    """The same folder for tests that do with less where it is absent."""
    return SHARED if SHARED.is_dir() else None


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that all tests of a session share, so that a model is trained once for all of them."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session", autouse=True)
def _answers_ctrl_c() -> None:
    """Whoever runs the tests in the background has them ignore Ctrl-C, which the commands that they start inherit."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _own_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test away from the user's cache, data folder and plugins."""
    monkeypatch.setenv("JAZZGRAM_CACHE", str(cache))
    monkeypatch.delenv("JAZZGRAM_DATA", raising=False)
    monkeypatch.delenv("JAZZGRAM_REGISTRY", raising=False)
    monkeypatch.delenv("JAZZGRAM_LOAD_PLUGINS", raising=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what tests counted with `record_property`: how many recorded bars matched."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")
