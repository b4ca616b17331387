"""Damaged entries of the cache: of every kind and damaged in every way, they are made again with one warning."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_configs import write_bundled

from jazzgram import Pipeline
from jazzgram.corpus import tune_store
from jazzgram.evaluation.benchmark import Benchmark
from jazzgram.evaluation.corpus_reference import corpus_reference
from jazzgram.evaluation.evaluate import evaluate, reference_for
from jazzgram.hooks.progress import Reporter
from jazzgram.resources.source_facts import FactsCache

Make = Callable[[Path, Reporter], Any]


class Told(Reporter):
    """A reporter that remembers the warnings."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, message: str) -> None:
        self.warnings.append(message)


def _pipeline(folder: Path, reporter: Reporter) -> Pipeline:
    tune_store._stored.cache_clear()  # as in a new process
    return Pipeline.load(write_bundled(folder), settings=["model.seed=5"], reporter=reporter)


def _tunes(folder: Path, reporter: Reporter) -> Any:
    return list(_pipeline(folder, reporter).corpus.tunes)


def _terms(folder: Path, reporter: Reporter) -> Any:
    shutil.rmtree(Path(os.environ["JAZZGRAM_CACHE"], "tables"), ignore_errors=True)
    return _pipeline(folder, reporter).tokens.digest


def _table(folder: Path, reporter: Reporter) -> Any:
    return _pipeline(folder, reporter).tokens.digest


def _model(folder: Path, reporter: Reporter) -> Any:
    return {name: array.tolist() for name, array in _pipeline(folder, reporter).model.weights().items()}


def _evaluation(folder: Path, reporter: Reporter) -> Any:
    pipeline = _pipeline(folder, reporter)
    found = evaluate(pipeline, Benchmark.of(pipeline, 3, 4), reference_for(pipeline, "corpus", 4))
    return found.copied, str(found.areas), found.scores.values.tobytes()


def _choruses(folder: Path, reporter: Reporter) -> Any:
    shutil.rmtree(Path(os.environ["JAZZGRAM_CACHE"], "evaluations"), ignore_errors=True)
    return _evaluation(folder, reporter)


def _reference(folder: Path, reporter: Reporter) -> Any:
    return corpus_reference(_pipeline(folder, reporter), 4, "all", reporter)


def _study(folder: Path, reporter: Reporter) -> Any:
    pytest.importorskip("optuna")
    from jazzgram.evaluation.tuning.study import Search, search

    return search(
        lambda trial: float(trial.suggest_float("x", -4, 4) ** 2),
        Search("parabola", 1, 3),
        {"x": 3.0},
        warn=reporter.warn,
    )


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _other_bytes(path: Path) -> None:
    path.write_bytes(b"\xff\x00{not what it was}\n" * 20)


def _other_json(path: Path) -> None:
    path.write_bytes(b"[1]\n")


def _folder_in_its_place(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "inside").write_text("x")


def _unreadable(path: Path) -> None:
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")


def _link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


DAMAGES = (_empty, _truncated, _other_bytes, _other_json, _folder_in_its_place, _unreadable, _link_to_itself)
KINDS: dict[str, tuple[Make, str]] = {
    "tunes": (_tunes, "tunes/*/*.safetensors"),
    "terms": (_terms, "terms/*/*.safetensors"),
    "tables": (_table, "tables/*.safetensors"),
    "model weights": (_model, "models/*/weights.safetensors"),
    "model vocabulary": (_model, "models/*/vocabulary.json"),
    "model manifest": (_model, "models/*/manifest.json"),
    "choruses": (_choruses, "choruses/*.json"),
    "references": (_reference, "references/*.json"),
    "evaluations": (_evaluation, "evaluations/*.json"),
    "studies": (_study, "studies/*.journal"),
}
"""Of each kind of entry what makes and reads it, and its files."""


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.lstrip("_"))
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_made_again_with_one_warning(
    kind: str, damage: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, files = KINDS[kind]
    cache = tmp_path / "cache"
    monkeypatch.setenv("JAZZGRAM_CACHE", str(cache))
    first = make(tmp_path, Told())
    if kind == "studies" and damage is _empty:
        pytest.skip("an empty journal is a study without trials")
    entry = sorted(cache.glob(files))[0]
    damage(entry)
    told = Told()
    assert make(tmp_path, told) == first
    if kind == "studies" and damage is _truncated:
        assert told.warnings == [], "a killed search leaves such a journal; its whole lines are used"
    else:
        (warning,) = told.warnings
        assert str(entry.parent) in warning and "\n" not in warning
    quiet = Told()
    assert make(tmp_path, quiet) == first
    assert quiet.warnings == [] and entry.is_file()


def test_many_damaged_entries_are_one_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))
    first = _terms(tmp_path, Told())
    files = list((tmp_path / "cache").glob("terms/*/*.safetensors"))
    for file in files:
        _empty(file)
    told = Told()
    assert _terms(tmp_path, told) == first
    (warning,) = told.warnings
    assert f"and {len(files) - 1} more cached entries are damaged; they are made again" in warning


def test_a_file_in_place_of_a_model_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))
    first = _model(tmp_path, Told())
    (folder,) = (tmp_path / "cache" / "models").iterdir()
    shutil.rmtree(folder)
    folder.write_text("a file")
    assert _model(tmp_path, Told()) == first
    assert (folder / "manifest.json").is_file()


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.lstrip("_"))
def test_hashes_of_source_files_are_made_again_in_silence(
    damage: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path))
    source, stored = Path(__file__), tmp_path / "code.json"

    def facts() -> Any:
        cached = FactsCache()
        found = cached.facts(source)
        cached.save()
        return found

    first, content = facts(), stored.read_bytes()
    damage(stored)
    assert facts() == first and stored.read_bytes() == content


def test_what_is_cached_is_readable_as_the_umask_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))
    before = os.umask(0o027)
    try:
        _evaluation(tmp_path, Told())
        FactsCache().facts(Path(__file__))
    finally:
        os.umask(before)
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert {path.parent.name for path in files} >= {"choruses", "evaluations", "references", "tables"}
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o640"}
