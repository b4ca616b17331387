"""Values whose methods do their work in a layer above, and know nothing of it."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from pathlib import Path

import pytest

import jazzgram
from jazzgram import JazzgramError
from jazzgram.pipeline.trace import Trace
from jazzgram.resources import attached

VALUES = {"Solo": jazzgram.Solo, "Corpus": jazzgram.Corpus, "Trace": Trace, "Pipeline": jazzgram.Pipeline}
MUSIC = Path(str(import_module("jazzgram.music").__file__)).parent
BELOW = ("jazzgram.music", "jazzgram.resources", "jazzgram.errors")


@pytest.mark.parametrize("method", sorted(attached._HOMES))
def test_a_method_takes_what_the_function_attached_to_it_takes(method: str) -> None:
    value, _, name = method.partition(".")
    own = inspect.signature(getattr(VALUES[value], name)).parameters.values()
    others = inspect.signature(attached.attached(method)).parameters.values()
    assert [parameter.default for parameter in own] == [parameter.default for parameter in others]
    assert [parameter.name for parameter in own][1:] == [parameter.name for parameter in others][1:]


def test_where_nothing_is_attached() -> None:
    with pytest.raises(JazzgramError, match=r"^Solo\.dance: nothing is attached to it"):
        attached.attached("Solo.dance")


@pytest.mark.parametrize("path", sorted(MUSIC.rglob("*.py")), ids=lambda path: path.relative_to(MUSIC).as_posix())
def test_music_imports_nothing_from_above(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    named = {node.module or "" for node in imports}
    named |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    ours = {name for name in named if name.split(".")[0] == "jazzgram"}
    assert all(node.level == 0 for node in imports)
    assert all(name.startswith(BELOW) for name in ours), ours
