"""The stages of a run: each made once, in order, and cached as long as its inputs are the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import jazzgram
from jazzgram import Form, Pipeline
from jazzgram.pipeline.dependencies import STAGES

QUICK = ["model={use: markov}", "improvise.bars=2"]
IN_ORDER = ("source", "reading", "shipped", "training", "trained", "tune", "target", "melody", "sampled", "band")


def improvised(*settings: str) -> Pipeline:
    pipeline = Pipeline.load("blues", settings=[*QUICK, *settings])
    pipeline.improvise()
    return pipeline


def known(pipeline: Pipeline) -> set[str]:
    return {name for name in STAGES if pipeline.knows(name)}


def test_an_improvisation_knows_every_stage_on_the_way() -> None:
    assert known(improvised()) == set(IN_ORDER), "harmony is only learned where the changes are reharmonized"


def test_a_stage_is_made_from_stages_before_it() -> None:
    names = list(STAGES)
    for name, (needs, _) in STAGES.items():
        assert all(names.index(need) < names.index(name) for need in needs)


@pytest.mark.parametrize(
    ("setting", "cached"),
    [
        ("chain=[]", set(IN_ORDER)),
        ("write=[midi]", set(IN_ORDER)),
        ("seed=2", {"source", "reading", "shipped", "training", "trained", "tune"}),
        ("improvise.tempo=200", {"source", "reading", "shipped", "training", "trained", "tune"}),
        (
            "samplers=[{sample: argmax}]",
            {"source", "reading", "shipped", "training", "trained", "tune", "target", "melody", "band"},
        ),
        ("model.seed=2", {"source", "reading", "tune", "target", "melody", "band"}),
        ("model.with.order=2", {"source", "reading", "tune", "target", "melody", "band"}),
        ("tokenizer={use: deepjazz}", {"source"}),
    ],
)
def test_only_what_a_change_touches_is_made_again(setting: str, cached: set[str]) -> None:
    before = improvised()
    after = Pipeline.load("blues", settings=[*QUICK, setting])
    assert known(after.reusing(before)) == cached
    assert known(before.given(after.config)) == cached
    assert known(after) == set(), "the pipeline itself is left as it was"


def test_what_is_kept_is_not_made_again() -> None:
    before = improvised()
    after = before.given(replace(before.config, chain=()))
    assert after.model is before.model
    assert after.sampled is before.sampled
    assert after.calls is before.calls


def test_a_given_stage_takes_the_place_of_its_own_and_what_is_made_from_it_is_made_again() -> None:
    before = improvised()
    changes = before.target.changes[:1]
    form = Form.of(changes[0], before.target.meter, 1)
    after = before.given(target=replace(before.target, changes=changes, form=form, order=(0,)))
    assert known(after) == set(IN_ORDER) - {"melody", "sampled", "band"}
    assert after.improvise().solo.bars == 1
    assert before.improvise().solo.bars == 2


def test_a_given_stage_stays_through_another_configuration() -> None:
    before = improvised("improvise.tempo=null")
    tune = replace(before.tune, tempo=77.0)
    over = before.given(tune=tune)
    assert over.given(replace(over.config, chain=())).target.tempo == 77.0


def test_an_unknown_stage_is_refused() -> None:
    with pytest.raises(TypeError, match="no stage modle; there are source, reading"):
        improvised().given(modle=None)


def test_its_repr_is_a_line() -> None:
    assert repr(Pipeline.load("blues")) == "<Pipeline 'blues': known nothing yet>"
    assert (
        repr(improvised())
        == "<Pipeline 'blues': known source, reading, training, trained, tune, target, sampled, band>"
    )


def test_a_run_is_the_same_value_wherever_it_comes_from(tmp_path: Path) -> None:
    pipeline = improvised("measure=[pitch]")
    improvisation = pipeline.improvise()
    run = pipeline.run(tmp_path / "run")
    loaded = jazzgram.load(tmp_path / "run")
    assert improvisation.solo == run.solo == loaded.solo
    assert (run.config, run.folder, run.files) == (loaded.config, loaded.folder, loaded.files)
    assert loaded.measures == pytest.approx(dict(run.measures), nan_ok=True)
    for first, second in zip(run.trace.calls, loaded.trace.calls, strict=True):
        assert replace(first, seconds=0.0) == replace(second, seconds=0.0)
