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
from paths import ROOT

from jazzgram import Epoch, Pipeline
from jazzgram.hooks.progress import Listener
from jazzgram.models import load_model
from jazzgram.resources import shipped

DATA = ROOT / "data"


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_models", DATA / "make_models.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Recorder(Listener):
    """Records messages; these tests do not wait for training."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def epoch(self, epoch: Epoch) -> None:
        raise AssertionError("the model was trained")

    def finished(self, stage: str, seconds: float, result: str) -> None:
        self.messages.append(result)

    def warn(self, message: str) -> None:
        self.messages.append(message)


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))


@pytest.mark.usefixtures("empty_cache")
@pytest.mark.parametrize("name", ["note_lstm", "markov"])
def test_a_shipped_model_is_the_one_that_its_configuration_asks_for(name: str) -> None:
    made = script()
    pipeline = made.pipeline_of(name)
    recorder = Recorder()
    pipeline.listener = recorder
    assert pipeline.training.key in json.loads((DATA / "models" / "index.json").read_text()), "run `make models`"
    assert len(pipeline.improvise().solo.notes) > 50
    assert "comes with jazzgram" in recorder.messages


@pytest.mark.usefixtures("empty_cache")
def test_another_seed_is_another_take_by_the_same_model() -> None:
    takes = []
    for seed in (1, 2):
        recorder = Recorder()
        pipeline = Pipeline.load("pitches", settings=[f"seed={seed}", "improvise.bars=4"], listener=recorder)
        takes.append(pipeline.improvise().solo.notes)
        assert "comes with jazzgram" in recorder.messages
    assert takes[0] != takes[1]


def test_another_seed_of_the_model_is_another_model() -> None:
    keys = {Pipeline.load("pitches", settings=[f"model.seed={seed}"]).training.key for seed in (1, 2)}
    assert len(keys) == 2


def test_every_shipped_model_is_made_by_the_script() -> None:
    folders = {path.name for path in (DATA / "models").iterdir() if path.is_dir()}
    assert folders == set(script().MODELS) == set(json.loads((DATA / "models" / "index.json").read_text()).values())


def test_parameters_are_stored_in_half_precision_and_finite() -> None:
    weights = load_model(DATA / "models" / "note_lstm").weights
    assert {array.dtype for array in weights.values()} == {np.dtype(np.float16)}
    assert all(np.isfinite(array).all() for array in weights.values())
    assert sum(file.stat().st_size for file in (DATA / "models").rglob("*") if file.is_file()) < 4_000_000


@pytest.mark.usefixtures("empty_cache")
def test_a_damaged_one_is_reported_and_trained_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "markov"
    shutil.copytree(DATA / "models" / "markov", damaged)
    (damaged / "weights.safetensors").write_bytes(b"")
    monkeypatch.setattr("jazzgram.models.trained.shipped_model", lambda _: damaged)
    recorder = Recorder()
    pipeline = Pipeline.load("blues", settings=["model.use=markov"], listener=recorder)
    assert pipeline.model.start(1) is not None
    assert any("cannot be used" in message for message in recorder.messages)


@pytest.mark.usefixtures("empty_cache")
def test_without_the_cache_no_shipped_model_is_taken() -> None:
    recorder = Recorder()
    pipeline = Pipeline.load("blues", settings=["model.use=markov"], use_cache=False, listener=recorder)
    assert pipeline.model.start(1) is not None
    assert "comes with jazzgram" not in recorder.messages


def test_another_key_has_none() -> None:
    assert shipped.shipped_model("f" * 32) is None


def test_a_solo_by_the_shipped_network_needs_no_tensorflow(tmp_path: Path) -> None:
    code = (
        "import sys; from jazzgram import Pipeline; Pipeline.load('pitches').improvise();"
        "sys.exit('tensorflow' in sys.modules)"
    )
    environment = {"JAZZGRAM_CACHE": str(tmp_path), "PATH": "/usr/bin:/bin"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
