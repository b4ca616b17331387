"""``jazzgram model show``: what a trained model is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jazzgram import JazzgramError
from jazzgram.cli.model import command, sparkline
from jazzgram.pipeline.pipeline import Pipeline


def test_a_model_is_shown_from_its_folder_and_from_its_configuration(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))
    settings = ["model.use=markov", "model.seed=3"]
    words = ["show", "blues", *(word for setting in settings for word in ("--set", setting))]
    with pytest.raises(JazzgramError, match="not trained yet"):
        CliRunner().invoke(command, words, catch_exceptions=False)
    pipeline = Pipeline.load("blues", settings=settings)
    weights = pipeline.train(tmp_path / "model").weights()
    shown = json.loads(CliRunner().invoke(command, ["show", str(tmp_path / "model"), "--json"]).stdout)
    assert shown["model"] == "markov" and shown["vocabulary"] == len(pipeline.vocabulary)
    assert shown["parameters"] == sum(array.size for array in weights.values())
    assert shown["corpus_digest"] == pipeline.reading.digest
    text = CliRunner().invoke(command, words, catch_exceptions=False).stdout
    assert "markov" in text and "frequent" in text


def test_a_model_that_comes_with_jazzgram_is_shown_without_training(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))
    shown = json.loads(CliRunner().invoke(command, ["show", "pitches", "--json"], catch_exceptions=False).stdout)
    assert (shown["model"], shown["parameters"]) == ("note_lstm", 447_797)
    shown = json.loads(CliRunner().invoke(command, ["show", "weimar", "--json"], catch_exceptions=False).stdout)
    assert (shown["corpus"], shown["parameters"]) == ("wjazzd", 2_074_855), "its corpus need not be here"


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JazzgramError, match="not a whole model folder"):
        CliRunner().invoke(command, ["show", str(tmp_path)], catch_exceptions=False)


@pytest.mark.parametrize(("losses", "line"), [([8.0, 1.0, 4.5], "█▁▅"), ([2.0, 2.0], "▁▁"), ([3.0], "▁")])
def test_a_sparkline(losses: list[float], line: str) -> None:
    assert sparkline(losses) == line
