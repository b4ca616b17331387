"""The models that come with jazzgram are those that training would give, and a first solo needs no training."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from click.testing import CliRunner
from paths import ROOT

from jazzgram import Epoch, JazzgramError, Pipeline
from jazzgram.cli import train
from jazzgram.hooks.progress import Reporter
from jazzgram.models import load_model, save_model
from jazzgram.models.store import shipped_model

DATA = ROOT / "data"


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_models", DATA / "make_models.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Recorder(Reporter):
    """Records messages; these tests do not wait for training."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.stages: list[str] = []

    def epoch(self, epoch: Epoch) -> None:
        raise AssertionError("the model was trained")

    def finished(self, stage: str, seconds: float, result: str) -> None:
        self.stages.append(stage)
        self.messages.append(result)

    def warn(self, message: str) -> None:
        self.messages.append(message)


def index() -> dict[str, dict[str, str]]:
    models: dict[str, dict[str, str]] = json.loads((DATA / "models" / "index.json").read_text())
    return models


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))


@pytest.mark.usefixtures("empty_cache")
@pytest.mark.parametrize("name", ["note_lstm", "markov"])
def test_a_shipped_model_is_the_one_that_its_configuration_asks_for(name: str) -> None:
    made = script()
    pipeline = made.pipeline_of(name)
    recorder = Recorder()
    pipeline.reporter = recorder
    assert pipeline.training.shipped_key in index(), "run `make models`"
    assert len(pipeline.improvise().solo.notes) > 50
    assert "comes with jazzgram" in recorder.messages


@pytest.mark.usefixtures("empty_cache")
def test_another_seed_is_another_take_by_the_same_model() -> None:
    takes = []
    for seed in (1, 2):
        recorder = Recorder()
        pipeline = Pipeline.load("pitches", settings=[f"seed={seed}", "improvise.bars=4"], reporter=recorder)
        takes.append(pipeline.improvise().solo.notes)
        assert "comes with jazzgram" in recorder.messages
    assert takes[0] != takes[1]


@pytest.mark.parametrize("name", ["note_lstm", "markov"])
def test_a_shipped_model_was_trained_by_the_code_of_today(name: str) -> None:
    made = script()
    (entry,) = [entry for entry in index().values() if entry["folder"] == name]
    assert entry == made.entry_of(name, made.pipeline_of(name)), (
        f"code that the training of {name} depends on was edited: run `make models`, which trains it again and keeps"
        " the stored weights where they are still what is trained"
    )


def test_another_seed_of_the_model_is_another_model() -> None:
    trainings = [Pipeline.load("pitches", settings=[f"model.seed={seed}"]).training for seed in (1, 2)]
    assert len({training.key for training in trainings}) == len({training.shipped_key for training in trainings}) == 2


def test_another_version_of_the_plugin_is_another_model(monkeypatch: pytest.MonkeyPatch) -> None:
    assert script().pipeline_of("markov").training.shipped_key in index()
    monkeypatch.setattr("jazzgram_plugins.models.markov.MODEL_VERSION", 2)
    assert script().pipeline_of("markov").training.shipped_key not in index()


def test_a_plugin_of_one_s_own_gets_no_shipped_model(tmp_path: Path) -> None:
    (tmp_path / "markov.py").write_text("from jazzgram_plugins.models.markov import *\nMODEL_VERSION = 1\n")
    (tmp_path / "own.yaml").write_text("extends: blues\nmodel: {use: markov.py}\n")
    assert Pipeline.load(tmp_path / "own.yaml").training.shipped_key == ""


def test_a_model_without_a_version_is_never_a_shipped_one() -> None:
    assert Pipeline.load("blues", settings=["model.use=grammar"]).training.shipped_key == ""


@pytest.mark.parametrize(
    ("stored", "trained", "same"),
    [
        ([0.1, 1.0], [0.1, 1.0], True),
        ([0.1, 1.0], [0.1, 1.001], True),  # one unit in the last place
        ([0.1, 1.0], [0.1008, 1.0], True),  # one of the largest number
        ([0.1, 1.0], [0.102, 1.0], False),
        ([0.1, 1.0], [0.1, 1.002], False),
        ([0.0], [6e-8], True),
        ([0.0], [0.001], False),
        ([0.1], [0.1, 0.1], False),
        ([0.1], [-0.1], False),
    ],
)
def test_weights_are_the_stored_ones_within_the_rounding_of_half_precision(
    stored: list[float], trained: list[float], same: bool, tmp_path: Path
) -> None:
    made, pipeline = script(), script().pipeline_of("markov")
    assert not made.is_stored(tmp_path, pipeline, {})
    save_model(tmp_path, weights={"w": np.array(stored, np.float16)}, vocabulary=pipeline.vocabulary, manifest={})
    assert made.is_stored(tmp_path, pipeline, {"w": np.array(trained, np.float16)}) is same
    assert not made.is_stored(tmp_path, pipeline, {"w": np.array(trained, np.float64)})
    assert not made.is_stored(tmp_path, pipeline, {"other": np.array(stored, np.float16)})


def test_every_shipped_model_is_made_by_the_script() -> None:
    folders, made = {path.name for path in (DATA / "models").iterdir() if path.is_dir()}, script()
    assert folders == {*made.MODELS, made.WITHOUT_CORPUS} == {entry["folder"] for entry in index().values()}


@pytest.mark.parametrize("name", ["note_lstm", "weimar"])
def test_parameters_are_stored_in_half_precision_and_finite(name: str) -> None:
    weights = load_model(DATA / "models" / name).weights
    assert {array.dtype for array in weights.values()} == {np.dtype(np.float16)}
    assert all(np.isfinite(array).all() for array in weights.values())
    assert sum(file.stat().st_size for file in (DATA / "models").rglob("*") if file.is_file()) < 7_000_000
    assert sum(file.stat().st_size for file in (DATA / "models" / "weimar").iterdir()) < 5_000_000


# --- without its corpus ----------------------------------------------------------------------------------------------


@pytest.fixture
def no_data(empty_cache: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAZZGRAM_DATA", raising=False)


def weimar(*settings: str) -> tuple[Pipeline, Recorder]:
    recorder = Recorder()
    return Pipeline.load("weimar", settings=["improvise.bars=4", *settings], reporter=recorder), recorder


@pytest.mark.usefixtures("no_data")
def test_weimar_plays_without_data_training_or_network(tmp_path: Path) -> None:
    pipeline, recorder = weimar()
    run = pipeline.run(tmp_path / "run")
    assert len(run.solo.notes) > 5 and run.solo.labels.soloist
    assert recorder.messages[0] == "comes with jazzgram; trained on 402 solos of wjazzd"
    assert "train" not in recorder.stages
    assert not pipeline.knows("source") and not pipeline.knows("reading")
    assert f"like {run.solo.labels.soloist}" in (tmp_path / "run" / "report.html").read_text()
    again = Pipeline.load(tmp_path / "run" / "run.yaml", reporter=Recorder()).improvise().solo
    assert again.notes == run.solo.notes


@pytest.mark.usefixtures("no_data")
def test_weimar_plays_whom_it_is_asked_for() -> None:
    pipeline, _ = weimar("improvise.like.style=bebop", "improvise.like.instrument=trumpet")
    labels = pipeline.improvise().solo.labels
    assert (labels.style, labels.instrument) == ("BEBOP", "trumpet")


@pytest.mark.usefixtures("no_data")
@pytest.mark.parametrize(
    "settings",
    [
        ("corpus.split={train: 0.9, validation: 0.05, test: 0.05}",),
        ("model.seed=2",),
        ("improvise.chords=source",),
        ("tokenizer.with={grid: null}",),
    ],
)
def test_what_needs_the_data_says_where_it_comes_from(settings: tuple[str, ...]) -> None:
    pipeline, _ = weimar(*settings)
    with pytest.raises(JazzgramError, match=r"get wjazzd\.db from https://jazzomat"):
        pipeline.improvise()


@pytest.mark.usefixtures("no_data")
def test_training_needs_the_data() -> None:
    found = CliRunner().invoke(train.command, ["weimar"])
    assert isinstance(found.exception, JazzgramError)
    assert "get wjazzd.db from https://jazzomat" in str(found.exception)


@pytest.mark.usefixtures("no_data")
def test_its_copy_in_a_folder_plays_without_the_data(tmp_path: Path) -> None:
    pipeline, _ = weimar()
    pipeline.train(tmp_path / "model")
    copy = Pipeline.load_trained(tmp_path / "model", reporter=Recorder())
    assert copy.improvise().solo.notes == pipeline.improvise().solo.notes


def test_no_solo_can_be_read_from_it() -> None:
    openings = load_model(DATA / "models" / "weimar").vocabulary.openings
    assert list(openings) == sorted(openings)


@pytest.mark.usefixtures("empty_cache")
def test_a_damaged_one_is_reported_and_trained_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "markov"
    shutil.copytree(DATA / "models" / "markov", damaged)
    (damaged / "weights.safetensors").write_bytes(b"")
    monkeypatch.setattr("jazzgram.models.trained.shipped_model", lambda _: damaged)
    recorder = Recorder()
    pipeline = Pipeline.load("blues", settings=["model.use=markov"], reporter=recorder)
    assert pipeline.model.start(1) is not None
    assert any("cannot be used" in message for message in recorder.messages)


@pytest.mark.usefixtures("empty_cache")
def test_without_the_cache_no_shipped_model_is_taken() -> None:
    recorder = Recorder()
    pipeline = Pipeline.load("blues", settings=["model.use=markov"], use_cache=False, reporter=recorder)
    assert pipeline.model.start(1) is not None
    assert "comes with jazzgram" not in recorder.messages


def test_another_key_has_none() -> None:
    assert shipped_model("f" * 32) is None


def test_a_solo_by_the_shipped_network_needs_no_tensorflow(tmp_path: Path) -> None:
    code = (
        "import sys; from jazzgram import Pipeline; Pipeline.load('pitches').improvise();"
        "sys.exit('tensorflow' in sys.modules)"
    )
    environment = {"JAZZGRAM_CACHE": str(tmp_path), "PATH": "/usr/bin:/bin"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
