"""Plugins that do not return: each is named with its line, and the studio plays on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from jazzgram import JazzgramError
from jazzgram.hooks.importing import import_file

pytest.importorskip("starlette", reason="the extra 'studio' is not installed")

from jazzgram.studio.recipe import Recipe
from jazzgram.studio.session import Session
from jazzgram.studio.worker import Worker

SHORT = 0.5
LOOP = "while True:\n    pass\n"
STUBBORN = "while True:\n    try:\n        pass\n    except Exception:\n        pass\n"


def watched(*files: Path, is_patient: Callable[[], bool] = lambda: False) -> Worker:
    """Return a worker that a call into these files may hold up for half a second."""
    worker = Worker("test")
    worker.watch(lambda: {str(file) for file in files}, is_patient, lambda file, message: None, SHORT)
    return worker


@pytest.mark.parametrize(("text", "line"), [(LOOP, "[12]"), (STUBBORN, r"\d")], ids=["loop", "caught"])
def test_an_import_that_does_not_end_is_ended(text: str, line: str, tmp_path: Path) -> None:
    file = tmp_path / "loop.py"
    file.write_text(text)
    worker = watched(file)
    with pytest.raises(JazzgramError, match=rf"loop\.py:{line}: its import has not ended within 0\.5 seconds"):
        worker.do(lambda: import_file(file)).result(20)
    assert worker.do(lambda: 1).result(20) == 1, "the next job is done"


def test_what_waits_outside_python_is_given_up(tmp_path: Path) -> None:
    file = tmp_path / "wait.py"
    file.write_text("import time\ntime.sleep(6)\n")
    worker = watched(file)
    with pytest.raises(JazzgramError, match=r"wait\.py:2: its import has not ended"):
        worker.do(lambda: import_file(file)).result(20)
    assert worker.do(lambda: 1).result(20) == 1 and worker.close(1)


def test_many_short_calls_and_what_may_last_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "quick.py"
    file.write_text("def call(ends):\n    return ends.wait(2 * 0.5)\n")
    module: Any = import_file(file)
    over, never = Event(), Event()
    over.set()

    def many() -> int:
        count = 0
        while not never.wait(0.001) and count < 900:
            count += module.call(over)
        return count

    assert watched(file).do(many).result(20) == 900
    assert watched(file, is_patient=lambda: True).do(lambda: module.call(never)).result(20) is False


def test_the_studio_plays_on_when_the_file_is_mended(tmp_path: Path) -> None:
    plugin = tmp_path / "mine.py"
    works = "from jazzgram import hookimpl\n\n\n@hookimpl\ndef prune_notes(notes):\n    return list(notes)[:1]\n"
    plugin.write_text(works)
    text = "extends: blues\nmodel: {use: markov}\nimprovise: {bars: 2}\nchain: [{prune_notes: mine.py}]\n"
    (tmp_path / "solo.yaml").write_text(text)
    session, worker = Session(tmp_path / "solo.yaml"), Worker("test")
    worker.watch(lambda: session.plugin_files, lambda: False, session.hung.note, SHORT)
    take = lambda: len(session.take(Recipe(session.first())).run.solo.notes)  # noqa: E731
    assert 0 < worker.do(take).result(60) <= 2
    plugin.write_text(works + LOOP)
    for _ in range(2):  # the second one at once, without a try
        with pytest.raises(JazzgramError, match=r"mine\.py:\d+: its import has not ended"):
            worker.do(take).result(60)
    plugin.write_text(works.replace("    return", "    while True:\n        pass\n    return"))
    with pytest.raises(JazzgramError, match=r"mine\.py:[67]: the call has not ended"):
        worker.do(take).result(60)
    plugin.write_text(works)
    assert 0 < worker.do(take).result(60) <= 2
