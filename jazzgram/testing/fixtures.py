"""Fixtures for pytest in every project that has jazzgram installed: a run, a tiny tune, a comparison of bars.

They come with jazzgram's entry point in the group ``pytest11``; nothing is imported before a test names one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from jazzgram import Note, Run, Solo, Tune


class JazzgramRun(Protocol):
    """What the fixture `jazzgram_run` is."""

    def __call__(self, config: str | Path = "blues", **sections: Any) -> Run:
        """Run a configuration; see `jazzgram_run`."""


@pytest.fixture
def jazzgram_run(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> JazzgramRun:
    """Run a configuration in a folder of the test, with a cache of the tests' own: four bars, a Markov model, no page.

    It takes a YAML file, a bundled name or, with a line break, a configuration as text; and sections as
    `jazzgram.Pipeline.load` does, which beat what makes the run small::

        def test_my_plugin_is_played(jazzgram_run):
            run = jazzgram_run("extends: blues\\nchain:\\n  - prune_notes: my_plugin\\n", improvise={"bars": 2})
            assert run.solo.notes
    """
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path_factory.getbasetemp() / "jazzgram-cache"))

    def run(config: str | Path = "blues", **sections: Any) -> Run:
        from jazzgram import Pipeline

        if "\n" in str(config):
            path = tmp_path / "solo.yaml"
            path.write_text(str(config), encoding="utf-8")
            config = path
        small: dict[str, Any] = {"model": {"use": "markov"}, "improvise": {"bars": 4}, "report": False}
        for name, value in sections.items():
            merged = isinstance(value, Mapping) and isinstance(small.get(name), Mapping)
            small[name] = {**small[name], **value} if merged else value
        return Pipeline.load(config, **small).run(tmp_path / "run")

    return run


@pytest.fixture
def tiny_tune() -> Tune:
    """Return a tune of three bars, Dm7 G7 Cmaj7: eighths, a triplet, a repeated note, a leap and a rest."""
    from jazzgram.testing import corpus

    return corpus().tunes[0]


@pytest.fixture
def assert_same_bars() -> Callable[[Solo, Solo], None]:
    """Compare two solos bar by bar, and name the first bar that differs with the notes of both."""

    def compare(found: Solo, expected: Solo) -> None:
        __tracebackhide__ = True
        for number in range(max(found.bars, expected.bars)):
            bars = [_bar(solo, number) for solo in (found, expected)]
            if bars[0] != bars[1]:
                pytest.fail(f"bar {number + 1}: found {_text(bars[0])}; expected {_text(bars[1])}")

    return compare


def _bar(solo: Solo, number: int) -> list[tuple[int, int, int, int]]:
    """Return pitch, onset from the barline, duration and velocity of the notes that begin in a bar."""
    start = number * solo.meter.bar
    inside: list[Note] = [note for note in solo.notes if start <= note.onset < start + solo.meter.bar]
    return [(note.pitch, note.onset - start, note.duration, note.velocity) for note in inside]


def _text(bar: list[tuple[int, int, int, int]]) -> str:
    from jazzgram import TICKS_PER_QUARTER

    return (
        " ".join(
            f"{pitch}@{onset / TICKS_PER_QUARTER + 1:.4g}:{duration / TICKS_PER_QUARTER:.3g}!{velocity}"
            for pitch, onset, duration, velocity in bar
        )
        or "no note"
    )
