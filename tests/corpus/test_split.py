"""Splits: a composition is on one side only, a new tune moves no other, and training sees its part alone."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from jazzgram import ConfigError, JazzgramError, Pipeline
from jazzgram.config.shares import Shares
from jazzgram.corpus.split import PARTS, Assigned, draw, look_up, read_split
from jazzgram.models.trained import build


@settings(max_examples=50)
@given(st.lists(st.text(max_size=12), max_size=30), st.text(max_size=12), st.integers(0, 9))
def test_one_composition_one_part_and_a_new_tune_moves_no_other(works: list[str], new: str, seed: int) -> None:
    shares = Shares(seed=seed)
    parts = draw(works, shares)
    assert all(len({part for part, other in zip(parts, works, strict=True) if other == work}) == 1 for work in works)
    assert draw([new, *works], shares)[1:] == parts


def test_the_shares_are_met_and_a_seed_draws_other_compositions() -> None:
    works = [f"Tune {number}" for number in range(5000)]
    first, second = (draw(works, Shares(train=0.7, validation=0.2, test=0.1, seed=seed)) for seed in (1, 2))
    counts = Counter(first)
    for part, share in zip(PARTS, (0.7, 0.2, 0.1), strict=True):
        assert counts[part] / 5000 == pytest.approx(share, abs=0.025)
    assert first != second
    assert draw(["Body and Soul"], Shares()) == draw(["Body And Soul!"], Shares())


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ({"train": 0.8, "validation": 0.1, "test": 0.2}, "must sum to 1 (got 1.1)"),
        ({"train": 0.0, "validation": 0.5, "test": 0.5}, "greater than 0"),
        ({"dev": 0.1}, "dev"),
    ],
)
def test_shares_that_make_no_split(shares: dict[str, float], message: str) -> None:
    with pytest.raises(ValidationError) as error:
        Shares.model_validate(shares)
    assert message in str(error.value)


def test_a_split_file_names_files_or_titles(tmp_path: Path) -> None:
    file = tmp_path / "split.json"
    file.write_text(json.dumps({"train": ["a", "Second"], "validation": ["c", "gone"]}))
    names = [("a", "First"), ("b", "Second"), ("c", "Third"), ("d", "Fourth")]
    works = ["First", "Second", "Third", "Fourth"]
    found = look_up(names, works, read_split(file))
    assert found == Assigned(("train", "train", "validation", "unused"), missing=("gone",))
    again = look_up(names, ["Stardust", "Oleo", "stardust", "Oleo"], read_split(file))
    assert again.shared == ("Stardust", "stardust"), "Oleo is in one part, and unused"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "not a split"),
        ('{"validation": []}', "not a split"),
        ('{"train": [], "dev": []}', "not a split"),
        ('{"train": "a"}', "not a split"),
        ('{"train": ["a"], "test": ["a"]}', "'a' is in train and in test"),
        ("{", "cannot be read as JSON"),
    ],
)
def test_mistakes_in_a_split_file(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "split.json"
    file.write_text(content)
    with pytest.raises(JazzgramError) as error:
        read_split(file)
    assert message in str(error.value) and str(file) in str(error.value)


def test_training_sees_its_part_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "tunes"
    folder.mkdir()
    for name, bar in {"a": "F4:4", "b": "A4:1 C5:3", "c": "F4:4", "d": "E4:2 F4:2"}.items():
        (folder / f"{name}.txt").write_text(f"title: {name.upper()}\nF | {bar}\nF | F4:4\n")
    (tmp_path / "split.json").write_text(json.dumps({"train": ["a", "b"], "validation": ["d"], "test": ["c"]}))
    (tmp_path / "solo.yaml").write_text(
        f"extends: blues\ncorpus: {{source: {folder}, split: split.json}}\nmodel: {{use: markov}}\nwrite: [midi]\n"
    )
    pipeline = Pipeline.load(tmp_path / "solo.yaml")
    table = pipeline.tokens
    assert [(tune.title, tune.part, tune.end - tune.begin) for tune in table.tunes] == [
        ("A", "train", 2),
        ("B", "train", 3),
        ("C", "test", 2),
        ("D", "validation", 3),
    ]
    assert {str(term) for term in pipeline.vocabulary.terms} == {
        str(term) for bar in list(pipeline.tokens.grammar())[:4] for term in bar
    }
    assert len(table.terms) == len(pipeline.vocabulary) + 2, "E4:2 and F4:2 occur in validation only"
    fitted: list[int] = []
    model = build(pipeline.config.model, pipeline.calls, pipeline.vocabulary)
    monkeypatch.setattr(type(model), "fit", lambda self, data, *rest: fitted.extend(data.tokens.tolist()))
    monkeypatch.setattr(type(model), "weights", lambda self: {})
    pipeline.train()
    assert len(fitted) == 5 and max(fitted) < len(pipeline.vocabulary)
    assert table.tokens("validation").max() >= len(pipeline.vocabulary)
    assert [len(table.column("bar", part)) for part in (*PARTS, "unused")] == [5, 3, 2, 0]


def test_a_split_is_recorded_and_changes_the_model(tmp_path: Path) -> None:
    settings = ["model.use=markov", "write=[midi]", "improvise.bars=2"]
    shares = ["corpus.split.train=0.7", "corpus.split.validation=0.2", "corpus.split.test=0.1", "corpus.split.seed=4"]
    whole, split = Pipeline.load("blues", settings=settings), Pipeline.load("blues", settings=[*settings, *shares])
    assert whole.training.key != split.training.key
    run = split.run(tmp_path / "out")
    import yaml

    stored = yaml.safe_load((tmp_path / "out" / "run.yaml").read_text())
    assert stored["corpus"]["split"] == {"train": 0.7, "validation": 0.2, "test": 0.1, "seed": 4}
    assert sum(stored["made_with"]["corpus"]["tunes"].values()) == 12 > stored["made_with"]["corpus"]["tunes"]["train"]
    again = Pipeline.load(tmp_path / "out" / "run.yaml")
    assert again.training.key == split.training.key and again.improvise().solo.notes == run.solo.notes


def test_mistakes_in_the_configuration(tmp_path: Path) -> None:
    for given_, message in (
        ("nowhere.json", "corpus.split: no such file"),
        ("{train: 0.5}", "train, validation and test must sum to 1 (got 0.7)"),
        ("{trian: 0.5}", "corpus.split.trian: unknown key (did you mean train?); known: train,"),
    ):
        (tmp_path / "solo.yaml").write_text(f"extends: blues\ncorpus: {{split: {given_}}}\n")
        with pytest.raises(ConfigError) as error:
            Pipeline.load(tmp_path / "solo.yaml")
        assert message in str(error.value)


def test_a_split_that_leaves_nothing_to_train_on(tmp_path: Path) -> None:
    (tmp_path / "tune.txt").write_text("title: Lonely\nF | F4:4\n")
    (tmp_path / "split.json").write_text('{"train": [], "test": ["tune"]}')
    config = tmp_path / "solo.yaml"
    config.write_text("extends: blues\ncorpus: {source: tune.txt, split: split.json}\n")
    with pytest.raises(JazzgramError, match="the split leaves nothing to train on"):
        _ = Pipeline.load(config).tokens
