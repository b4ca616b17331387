"""Tuning: spaces from schemas, studies that repeat and resume, and configurations that keep what they claim."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from click.testing import CliRunner
from pydantic import Field
from untrained import Untrained

from jazzgram import JazzgramError, Options
from jazzgram.evaluation.tuning.space import Dimension, chosen, space
from jazzgram.hooks.token_model import Dataset
from jazzgram.pipeline.pipeline import Pipeline

optuna = pytest.importorskip("optuna")


class Knobs(Options):
    """One of each kind."""

    plain: int = Field(3, ge=1, le=12)
    wide: int = Field(64, ge=1, le=4096)
    rate: float = Field(0.01, gt=0, le=1)
    steep: float = Field(0.01, ge=0.0001, le=1)
    inner: int = Field(3, gt=1, lt=5)
    listen: bool = False
    way: Literal["up", "down"] = "up"
    only: Literal["one"] = "one"
    endless: int = Field(3, ge=1)
    maybe: Annotated[float, Field(ge=0, le=1)] | None = None
    text: str = "x"


def test_a_space_comes_from_bounds_flags_and_literals() -> None:
    found = {dimension.name: dimension for dimension in space(Knobs)}
    assert list(found) == ["plain", "wide", "rate", "steep", "inner", "listen", "way"]
    assert (found["plain"].low, found["plain"].high, found["plain"].log) == (1, 12, False)
    assert found["wide"].log and found["steep"].log
    assert 0 < found["rate"].low < 1e-300 and found["rate"].high == 1
    assert (found["inner"].low, found["inner"].high) == (2, 4)
    assert found["listen"].choices == (False, True) and found["way"].choices == ("up", "down")


def test_a_user_narrows_the_space() -> None:
    assert chosen(Knobs, ["wide=32:512", "plain=2,4", "listen"]) == [
        Dimension("wide", 32, 512),
        Dimension("plain", choices=(2, 4)),
        Dimension("listen", choices=(False, True)),
    ]


@pytest.mark.parametrize("text", ["nosuch", "endless", "plain=0:4", "plain=4:2", "plain=a:b", "way=sideways,up"])
def test_what_cannot_be_searched_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(JazzgramError) as error:
        chosen(Knobs, [text])
    assert "\n" not in str(error.value) and text.partition("=")[0] in str(error.value)


def _parabola(trial: Any) -> float:
    return float((trial.suggest_float("x", -4, 4) - 1) ** 2)


def test_a_study_repeats_resumes_and_never_ends_behind_its_start(tmp_path: Path, monkeypatch: Any) -> None:
    from jazzgram.evaluation.tuning.study import Search, search

    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path))
    whole = search(_parabola, Search("whole", 3, 16), {"x": 3.0})
    assert whole.first == 4.0 and whole.value < 4.0 and whole.trials == 16

    class Killed(BaseException):
        pass

    calls = 0

    def dying(trial: Any) -> float:
        nonlocal calls
        calls += 1
        if calls == 6:
            raise Killed
        return _parabola(trial)

    with pytest.raises(Killed):
        search(dying, Search("cut", 3, 16), {"x": 3.0})
    assert search(_parabola, Search("cut", 3, 16), {"x": 3.0}).params == whole.params

    def never(trial: Any) -> float:
        raise AssertionError("a finished study needs no trial")

    assert search(never, Search("cut", 3, 16), {"x": 3.0}) == search(never, Search("whole", 3, 16), {"x": 3.0})


def test_a_start_that_cannot_be_played_says_why_each_time(tmp_path: Path, monkeypatch: Any) -> None:
    from jazzgram.evaluation.tuning.study import Search, search

    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path))

    def broken(trial: Any) -> float:
        trial.suggest_float("x", -4, 4)
        raise JazzgramError("no such chord")

    for _ in range(2):
        with pytest.raises(JazzgramError, match="no such chord"):
            search(broken, Search("broken", 1, 1), {"x": 0.0})


def test_bits_per_term_of_even_odds_are_the_logarithm_of_the_vocabulary() -> None:
    from jazzgram.evaluation.tuning.tune_model import bits_per_term

    class Even(Untrained):
        def start(self, batch: int) -> None:
            return None

        def step(self, state: None, inputs: Any, positions: Any) -> Any:
            return None, np.full((len(positions), 8), 1 / 8)

    assert bits_per_term(Even(), Dataset.of([0, 1, 2], [-1, 5]).train) == 3.0


def test_steps_are_ordered_within_their_hook_and_as_their_promises_allow() -> None:
    from jazzgram.evaluation.tuning.tune_chain import Replay, initial_params, suggest_chain

    pruners = ("strong_beat_chord_tones", "resolve_approach", "repeated_notes", "max_leap")
    steps = [{"prune_grammar": "standard_lengths"}, *({"prune_notes": name} for name in pruners)]
    chain = [*steps, {"clean_up_notes": "no_overlaps"}]
    config = Pipeline.load("blues", settings=[f"chain={json.dumps(chain)}"]).config
    params = initial_params(config)
    assert suggest_chain(config, Replay(params)) == config.chain
    turned = {key: 1 - value if key.endswith("order") else value for key, value in params.items()}
    found = suggest_chain(config, Replay(turned))
    assert [step.hook for step in found] == [step.hook for step in config.chain]
    assert [step.plugin.name for step in found][1:5] == [step.plugin.name for step in config.chain][4:0:-1]
    assert [step.number for step in found] == list(range(1, len(found) + 1))
    off = {key: False if key.endswith(" on") else value for key, value in params.items()}
    assert suggest_chain(config, Replay(off)) == ()


def test_critics_are_tuned_and_curves_are_not(tmp_path: Path, monkeypatch: Any) -> None:
    from jazzgram.cli.tune_chain import command
    from jazzgram.evaluation.tuning.tune_chain import Replay, initial_params, suggest_config

    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    steered = ["critics=[{score_bar: wander}, {score_bar: motif}]", "improvise.shape={rest: [0.4]}", "chain=[]"]
    config = Pipeline.load("blues", settings=steered).config
    params = initial_params(config) | {"critic 1:wander on": False, "critic 2:motif.weight": 7.0}
    tuned = suggest_config(config, Replay(params)).critics
    assert [step.label for step in tuned] == ["1:motif", "2:rest"] and tuned[0].options.model_dump()["weight"] == 7
    quick = ["model.use=markov", "execution.engine=local", "improvise.particles=2", *steered]
    words = ["blues", *(word for each in quick for word in ("--set", each)), "--toward", "corpus"]
    CliRunner().invoke(command, [*words, "--trials", "2", "--n", "2", "--bars", "4"], catch_exceptions=False)
    found = Pipeline.load(tmp_path / "tuned_chain.yaml").config
    assert found.sections.improvise.shape == {"rest": [0.4]} and found.critics[-1].plugin.name == "rest"


def test_tune_writes_a_configuration_that_gives_the_score_it_claims(tmp_path: Path, monkeypatch: Any) -> None:
    from jazzgram.cli.tune import command
    from jazzgram.evaluation.tuning.tune_model import bits_per_term

    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "tuned_model.yaml"
    words = ["blues", "--set", "model.use=markov", "--trials", "5", "--option", "order=1:6"]
    first = CliRunner().invoke(command, words, catch_exceptions=False)
    text = out.read_text()
    claimed = float(text.partition("Validation: ")[2].split()[0])
    tuned = Pipeline.load(out)
    found = bits_per_term(tuned.model, tuned.tokens.data().validation)
    assert found == pytest.approx(claimed, abs=1e-4)
    again = CliRunner().invoke(command, words, catch_exceptions=False).stdout
    replaced = "tuned_model.yaml (in place of an earlier search's)\nnext:"
    assert again == first.stdout.replace("tuned_model.yaml\nnext:", replaced)
    assert out.read_text() == text
    out.write_text("seed: 1\n")
    with pytest.raises(JazzgramError, match=r"tuned_model.yaml: exists already and is not the result of a search"):
        CliRunner().invoke(command, words, catch_exceptions=False)
    assert out.read_text() == "seed: 1\n"


def test_tune_chain_writes_a_chain_that_gives_the_score_it_claims(tmp_path: Path, monkeypatch: Any) -> None:
    from jazzgram.cli.tune_chain import command
    from jazzgram.evaluation.tuning.tune_chain import make_benchmark, score_config

    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "tuned_chain.yaml"
    words = ["blues", "--set", "model.use=markov", "--set", "execution.engine=local", "--toward", "corpus"]
    words += ["--trials", "3", "--n", "2", "--bars", "4"]
    CliRunner().invoke(command, words, catch_exceptions=False)
    claimed = float(out.read_text().partition("distance ")[2].split()[0])
    tuned = Pipeline.load(out)
    benchmark, penalized_distance = make_benchmark(tuned, "corpus", 2, 4, "validation")
    assert penalized_distance(score_config(tuned, tuned.config, benchmark)) == pytest.approx(claimed, abs=1e-4)
