"""A run.yaml or a model whose corpus or plugins have changed says so, and plays on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from small_configs import TWO_NOTES, hold_out, write_by_hand

from jazzgram import Pipeline
from jazzgram.hooks.progress import Reporter

PLUGIN = """
from jazzgram import hookimpl
@hookimpl
def prune_notes(notes):
    return list(notes)
"""
CORPUS = "the corpus has changed since this file was made: the notes may differ"


class Warned(Reporter):
    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, message: str) -> None:
        self.warnings.append(message)


@pytest.fixture
def run_yaml(tmp_path: Path) -> Path:
    folder = write_by_hand(tmp_path, TWO_NOTES)
    hold_out(folder, TWO_NOTES)
    (folder / "keep.py").write_text(PLUGIN)
    with (folder / "mine.yaml").open("a") as file:
        file.write("chain: [{prune_notes: keep.py}]\nwrite: [midi]\n")
    Pipeline.load(folder / "mine.yaml").run(folder / "out")
    return folder / "out" / "run.yaml"


def warnings(path: Path, *settings: str) -> list[str]:
    reporter = Warned()
    solo = Pipeline.load(path, settings=settings, reporter=reporter, trust=True).improvise().solo
    assert solo.notes
    return [line.removeprefix(f"{path}: ") for line in reporter.warnings if line.startswith(f"{path}: ")]


def test_a_run_of_the_same_is_silent(run_yaml: Path) -> None:
    assert warnings(run_yaml) == []
    assert warnings(run_yaml, "seed=4", "chain=[]", "write=[musicxml]") == []


def test_another_corpus(run_yaml: Path, tmp_path: Path) -> None:
    hold_out(tmp_path, "C | E4:4\n")
    assert warnings(run_yaml) == [CORPUS]
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.txt").write_text((tmp_path / "solos" / "a.txt").read_text())
    assert warnings(run_yaml, f"corpus.source={tmp_path / 'more'}", "corpus.split=null") == [], "asked for"
    (tmp_path / "over.yaml").write_text("extends: out/run.yaml\nseed: 2\n")
    reporter = Warned()
    _ = Pipeline.load(tmp_path / "over.yaml", reporter=reporter, trust=True).reading
    assert f"{run_yaml}: {CORPUS}" in reporter.warnings


def test_another_plugin(run_yaml: Path, tmp_path: Path) -> None:
    (tmp_path / "keep.py").write_text(PLUGIN + "\nLINE = 1\n")
    keep = f"plugin {tmp_path / 'keep.py'} is another than when this file was made: the notes may differ"
    assert warnings(run_yaml) == [keep]
    assert warnings(run_yaml, "chain=[]") == []


def test_other_plugins_are_one_line(run_yaml: Path) -> None:
    made = yaml.safe_load(run_yaml.read_text())
    for entry in made["made_with"]["plugins"].values():
        entry["sha256"] = "0"
    run_yaml.write_text(yaml.safe_dump(made))
    [line] = warnings(run_yaml)
    count = len(made["made_with"]["plugins"])
    first, _, rest = line.removeprefix("plugins ").partition(f" and {count - 3} more are others than ")
    assert len(first.split(", ")) == 3
    assert rest == "when this file was made: the notes may differ"


@pytest.mark.parametrize(
    "made_with",
    [{}, {"corpus": None}, {"corpus": {"digest": None}}, {"plugins": [1]}, {"plugins": {"markov": 3, "x.py": {}}}],
)
def test_what_was_not_noted_is_not_compared(run_yaml: Path, made_with: object) -> None:
    made = yaml.safe_load(run_yaml.read_text())
    run_yaml.write_text(yaml.safe_dump(made | {"made_with": made_with}))
    assert warnings(run_yaml) == []


def test_a_model_folder_says_so_too(run_yaml: Path, tmp_path: Path) -> None:
    Pipeline.load(tmp_path / "mine.yaml").train(tmp_path / "model")
    hold_out(tmp_path, "C | E4:4\n")
    reporter = Warned()
    assert Pipeline.load_trained(tmp_path / "model", reporter=reporter, trust=True).improvise().solo.notes
    assert f"{tmp_path / 'model' / 'config.yaml'}: {CORPUS}" in reporter.warnings
