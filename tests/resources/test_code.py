"""Which code a result depends on: every module on the way gives a new key, comments and docstrings do not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from paths import ROOT

from jazzgram import JazzgramError
from jazzgram.hooks.finding import load_file
from jazzgram.resources import source_facts
from jazzgram.resources.code import Code, hash_of, own_code, plugin_digests
from jazzgram.resources.results import RESULTS, code_key, hash_code
from jazzgram.resources.source_facts import FactsCache, SourceFacts

PLUGINS = {
    "tunes": "jazzgram_plugins.readers.midi",
    "terms": "jazzgram_plugins.tokenizers.events",
    "tables": None,
    "models": "jazzgram_plugins.models.lstm",
    "choruses": "jazzgram_plugins.models.lstm",
    "references": "jazzgram_plugins.metrics.harmony",
    "evaluations": "jazzgram_plugins.pruners.rectify",
    "studies": "jazzgram_plugins.models.markov",
}
"""A plugin that is in the key of each kind of result."""


class Edited(FactsCache):
    """Reads files as if text had been added to some of them."""

    def __init__(self) -> None:
        super().__init__()
        self.added: dict[Path, str] = {}
        self._read: dict[Path, SourceFacts] = {}

    def facts(self, file: Path) -> SourceFacts:
        if file in self.added:
            return SourceFacts.of(file.read_bytes() + self.added[file].encode())
        if file not in self._read:
            self._read[file] = super().facts(file)
        return self._read[file]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code, from which modules may be moved, as long as they are moved back."""
    folder = tmp_path_factory.mktemp("source")
    for name, own in (("jazzgram", "jazzgram"), ("jazzgram_plugins", "plugins")):
        shutil.copytree(ROOT / own, folder / name, ignore=shutil.ignore_patterns("__pycache__", "assets"))
    return folder


@pytest.fixture(scope="module")
def facts() -> Edited:
    return Edited()


@pytest.fixture
def look(source: Path, facts: Edited) -> Callable[[], Code]:
    """Look at the copy anew, as another process would."""
    facts.added.clear()
    return lambda: Code({name: (source / name,) for name in ("jazzgram", "jazzgram_plugins")}, facts)


def key(kind: str, code: Code) -> str:
    plugin = PLUGINS[kind]
    return hash_code(kind, code) + (hash_of(code.digests([plugin])) if plugin else "")


def on_the_way(kind: str, code: Code) -> dict[str, Path]:
    made, plugin = RESULTS[kind], PLUGINS[kind]
    alone = {name: file for name in made.alone if (file := code.file(name))}
    return code.modules([*made.roots, *([plugin] if plugin else [])]) | alone


@pytest.mark.parametrize(
    ("kind", "modules"),
    {
        "tunes": "jazzgram_plugins.readers.midi.quantize jazzgram.music.harmony.symbols jazzgram.corpus.tune_store",
        "terms": "jazzgram.music.term jazzgram.corpus.token_parts jazzgram.corpus.minhash jazzgram.corpus.work",
        "tables": "jazzgram.corpus.split jazzgram.corpus.token_table jazzgram.corpus.reading",
        "models": "jazzgram.models.training.windows jazzgram.models.training.conditions jazzgram.models.stepping"
        " jazzgram_plugins.models.lstm.network jazzgram.models.trained jazzgram.corpus.token_table",
        "choruses": "jazzgram.improvisation.sampler jazzgram.improvisation.chain jazzgram.improvisation.realize"
        " jazzgram.improvisation.target jazzgram.models.stepping jazzgram.music.chord",
        "references": "jazzgram.evaluation.reference jazzgram.evaluation.excerpts jazzgram.evaluation.copying",
        "evaluations": "jazzgram.evaluation.distribution jazzgram.evaluation.baselines jazzgram.improvisation.realize"
        " jazzgram.music.harmony.scales jazzgram_plugins.pruners.rectify",
        "studies": "jazzgram.evaluation.likelihood jazzgram.evaluation.tuning.space",
    }.items(),
)
def test_these_are_on_the_way(kind: str, modules: str, look: Callable[[], Code]) -> None:
    assert set(modules.split()) <= on_the_way(kind, look()).keys()


@pytest.mark.parametrize("kind", RESULTS)
def test_an_edit_of_any_module_on_the_way_gives_a_new_key(kind: str, look: Callable[[], Code], facts: Edited) -> None:
    found = on_the_way(kind, look())
    keys = {key(kind, look())}
    for number, file in enumerate(found.values(), 1):
        facts.added = {file: "\nEDITED = 1\n"}
        keys.add(key(kind, look()))
        assert len(keys) == number + 1, file


@pytest.mark.parametrize("kind", RESULTS)
def test_comments_docstrings_and_what_is_elsewhere_do_not(
    kind: str, source: Path, look: Callable[[], Code], facts: Edited
) -> None:
    before = key(kind, look())
    facts.added = dict.fromkeys(on_the_way(kind, look()).values(), "\n# a comment\n'''A docstring.'''\n")
    for name in ("jazzgram/cli/studio.py", "jazzgram/studio/app.py", "jazzgram_plugins/writers/text.py"):
        facts.added[source / name] = "\nEDITED = 1\n"
    assert key(kind, look()) == before


@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [
        (
            "choruses",
            "jazzgram/improvisation/realize.py",
            "no module jazzgram.improvisation.realize, on which cached results",
        ),
        (
            "choruses",
            "jazzgram/improvisation/target.py",
            "no module jazzgram.improvisation.target, on which cached results",
        ),
        ("choruses", "jazzgram/config/steps.py", "imports jazzgram.config.steps, which is not there"),
        ("models", "jazzgram/models/training/windows.py", "imports jazzgram.models.training.windows, which is not"),
        (
            "models",
            "jazzgram_plugins/models/lstm/options.py",
            "imports jazzgram_plugins.models.lstm.options, which",
        ),
    ],
)
def test_a_module_that_moved_is_noticed(
    kind: str, name: str, message: str, source: Path, look: Callable[[], Code]
) -> None:
    moved = source / f"{name}.moved"
    (source / name).rename(moved)
    try:
        with pytest.raises(JazzgramError, match=message):
            key(kind, look())
    finally:
        moved.rename(source / name)


def test_every_module_that_is_named_is_there() -> None:
    assert len({code_key(kind) for kind in RESULTS}) == len(RESULTS)


# what counts


def package(folder: Path, **files: str) -> Code:
    """Write files of a package `own`."""
    for name, text in ({"__init__.py": ""} | files).items():
        file = folder / "own" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return own_code().beside({"own": (folder / "own",)})


@pytest.mark.parametrize(
    ("imports", "found"),
    [
        ("from jazzgram import Note", "jazzgram.music.note"),
        ("import jazzgram\nx = jazzgram.Note", "jazzgram.music.note"),
        ("import jazzgram as j\nclass O(j.Options): pass", "jazzgram.hooks.options"),
        ("from jazzgram.models import softmax", "jazzgram.models.stepping"),
        ("from jazzgram import models\ndef f(): return models.softmax(1)", "jazzgram.models.stepping"),
        ("import jazzgram.models\ny = jazzgram.models.softmax(1)", "jazzgram.models.stepping"),
        ("from jazzgram.models import *", "jazzgram.models.training.windows"),
        ("def f():\n    from .helper import x", "own.helper"),
        ("from . import helper as h", "own.helper"),
        ("import own.helper", "own.helper"),
        ("from own.deep import inner", "own.deep.inner"),
        ("from .deep.inner import x", "own.deep"),  # its __init__.py holds code, which runs first
        ("try:\n    import own.helper\nexcept ImportError:\n    pass", "own.helper"),
    ],
)
def test_what_counts(tmp_path: Path, imports: str, found: str) -> None:
    files = {"helper.py": "", "deep/__init__.py": "x = 1", "deep/inner.py": ""}
    code = package(tmp_path, **files, **{"plugin.py": imports})
    assert found in code.modules(["own.plugin"])


@pytest.mark.parametrize(
    ("imports", "missing"),
    [
        ("from jazzgram import Note", "jazzgram.pipeline.pipeline"),
        ("from jazzgram.models import softmax", "jazzgram.models.training.windows"),
        ("from jazzgram import hookimpl", "jazzgram.hooks.hookspecs"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from . import helper", "own.helper"),
        ("import typing\nif typing.TYPE_CHECKING:\n    from . import helper", "own.helper"),
        ("'''from . import helper'''", "own.helper"),
        ("# from . import helper", "own.helper"),
        ("from .plain.inner import x", "own.plain"),  # nothing but imports and __all__
        ("import numpy, gone\nfrom gone import away\nfrom . import vanished", "gone"),
        ("from jazzgram import NameOfANewerRelease\nfrom jazzgram.newer import thing", "jazzgram.newer"),
    ],
)
def test_what_does_not_count(tmp_path: Path, imports: str, missing: str) -> None:
    plain = "'''Doc.'''\nfrom .inner import x\n__all__ = ['x']"
    files = {"helper.py": "", "plain/__init__.py": plain, "plain/inner.py": ""}
    code = package(tmp_path, **files, **{"plugin.py": imports})
    assert missing not in code.modules(["own.plugin"])


CODE = """
def swing(notes, ratio=2.0):
    return [note for note in notes if note is not None]
class Options:
    ratio: float = 2.0
"""


@pytest.mark.parametrize(
    "other",
    [
        f"# a comment\n{CODE}",
        f"'''A module.'''\n{CODE}",
        CODE.replace("ratio=2.0):", "ratio = 2.0):  # why\n    '''Return swung notes.'''\n"),
        CODE.replace("Options:", "Options:\n    '''What it may do.'''\n") + "    '''Long to short.'''\n",
        f"__version__ = '2.0'\n{CODE}",
        CODE.replace("    return [note for note in notes", "    return [\n        note for note in notes\n       "),
    ],
)
def test_what_changes_no_key(other: str) -> None:
    assert SourceFacts.of(other.encode()).digest == SourceFacts.of(CODE.encode()).digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2.0)", "1.5)"),
        ("swing", "swung"),
        ("not None", "None"),
        ("None", "True"),
        ("float", "int"),
        ("[", "{"),
        ("2.0", "2"),
    ],
)
def test_what_changes_it(old: str, new: str) -> None:
    other = CODE.replace(old, new, 1).replace("None]", "None}") if new == "{" else CODE.replace(old, new, 1)
    assert SourceFacts.of(other.encode()).digest != SourceFacts.of(CODE.encode()).digest


def test_every_python_gives_the_same_digest() -> None:
    rich = (
        CODE
        + "f = f'{x!r:>{width}} and {y}' 'more'\nmatch x:\n    case [1, *_] | None: pass\nlambda a, /, *, b=1: ...\n"
    )
    assert SourceFacts.of(rich.encode()).digest == "6b52137bbc7641d0476a689246269d6fe17582c1e2a08abb811d4c7b6c2f4a75"


def test_a_file_that_cannot_be_parsed_counts_by_its_bytes() -> None:
    assert SourceFacts.of(b"def f(:  # a") != SourceFacts.of(b"def f(:  # b")
    assert SourceFacts.of(b"\0\1") != SourceFacts.of(b"\0\2")


# once a process


def test_code_is_looked_at_once(tmp_path: Path) -> None:
    code = package(tmp_path, **{"plugin.py": "from . import helper", "helper.py": "x = 1"})
    before = code.digests(["own.plugin"])
    assert package(tmp_path, **{"helper.py": "x = 2"}).digests(["own.plugin"]) != before
    assert code.digests(["own.plugin"]) == before


PLUGIN = """
from jazzgram import Options, hookimpl
@hookimpl
def prune_notes(notes):
    return list(notes)
"""


def test_a_plugin_that_is_loaded_again_is_looked_at_again(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(PLUGIN)
    first = load_file("mine.py", tmp_path)
    file.write_text(PLUGIN.replace("list(notes)", "list(notes)[1:]"))
    before = first.fingerprint()
    second = load_file("mine.py", tmp_path)
    assert first.fingerprint() == before != second.fingerprint()
    file.write_text(PLUGIN)
    assert load_file("mine.py", tmp_path).fingerprint() == before


def test_modules_beside_a_plugin_s_file_count(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "helper.py").write_text("from tools import deep")
    (tmp_path / "tools" / "__init__.py").touch()
    (tmp_path / "tools" / "deep.py").write_text("x = 1")
    (tmp_path / "json.py").touch()
    (tmp_path / "numpy.py").touch()
    (tmp_path / "mine.py").write_text(f"import json\n{PLUGIN}    import helper\n")
    found = plugin_digests(load_file("mine.py", tmp_path).module)
    assert {"mine", "helper", "tools.deep", "jazzgram.hooks.options"} <= found.keys()
    assert not {"json", "numpy"} & found.keys()


# the facts of files


def entries(cache: Path) -> dict[str, object]:
    files: dict[str, object] = json.loads((cache / "code.json").read_text())["files"]
    return files


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def remember(file: Path) -> SourceFacts:
    facts = FactsCache()
    found = facts.facts(file)
    facts.save()
    return found


def test_a_file_is_parsed_again_only_where_it_changed(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, gone = tmp_path / "a.py", tmp_path / "gone.py"
    file.write_text("from . import b")
    gone.touch()
    before, _ = remember(file), remember(gone)
    gone.unlink()
    with monkeypatch.context() as patched:
        patched.setattr(SourceFacts, "of", lambda source: pytest.fail("parsed"))
        assert remember(file) == before
    file.write_text("from . import c")
    assert remember(file) != before
    assert entries(cache).keys() == {str(file)}
    assert [path.name for path in cache.iterdir()] == ["code.json"]


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"made_by": 1}', '{"made_by": MADE_BY, "files": {"FILE": [TIME, SIZE, 1]}}', "null"]
)
def test_damaged_facts_are_ignored(tmp_path: Path, cache: Path, content: str) -> None:
    file = tmp_path / "a.py"
    file.write_text("x = 1")
    own, status = Path(source_facts.__file__).stat(), file.stat()
    content = content.replace("MADE_BY", f"[{own.st_mtime_ns}, {own.st_size}]").replace("FILE", str(file))
    content = content.replace("TIME", str(status.st_mtime_ns)).replace("SIZE", str(status.st_size))
    cache.mkdir()
    (cache / "code.json").write_text(content)
    assert remember(file) == SourceFacts.of(b"x = 1")
    assert str(file) in entries(cache)


def test_a_cache_that_cannot_be_written_to_is_no_obstacle(tmp_path: Path, cache: Path) -> None:
    cache.write_text("a file, not a folder", encoding="utf-8")
    (tmp_path / "a.py").write_text("x = 1")
    assert remember(tmp_path / "a.py") == SourceFacts.of(b"x = 1")
