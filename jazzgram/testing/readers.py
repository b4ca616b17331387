"""Hold readers to the contract: `read_corpus`, `list_files`, `examine`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from jazzgram.hooks.plugins import Plugin


def check_list_files(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `list_files` does against the contract."""
    if "read_corpus" not in plugin.hooks:
        yield "is there without read_corpus, which reads what it lists"
    with tempfile.TemporaryDirectory() as folder:
        found = call(folder=Path(folder), options=options)
        if found is None or list(found):
            yield f"returned {found!r} for an empty folder; expected an empty sequence"
