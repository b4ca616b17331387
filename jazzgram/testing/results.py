"""Check metrics and writers against the contract: `measure`, `write_solo`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from jazzgram.hooks.plugins import Plugin
from jazzgram.music.solo import Solo
from jazzgram.testing.examples import (
    corpus,
    solo,
)


def check_measure(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `measure` does against the contract."""
    for notes in (solo().notes, ()):
        numbers = call(solo=Solo(notes, solo().chords, 3), corpus=corpus(), options=options)
        if not isinstance(numbers, dict) or not all(isinstance(value, int | float) for value in numbers.values()):
            yield f"returned {numbers!r}; expected numbers by name"


def check_write(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `write_solo` does against the contract."""
    for made in (solo(), Solo((), solo().chords, 3)):
        with tempfile.TemporaryDirectory() as folder:
            files = call(solo=made, folder=Path(folder), options=options)
            if not files or not all(Path(file).is_file() and Path(folder) in Path(file).parents for file in files):
                yield f"returned {files!r}; expected the files it wrote below the folder it was given"
