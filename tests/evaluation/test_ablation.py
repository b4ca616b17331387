"""Ablation: what a step is worth, by hand and on a chain."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from small_configs import BUNDLED, write_bundled

from jazzgram import JazzgramError, Pipeline
from jazzgram.cli.ablation import command
from jazzgram.evaluation.ablation import Taken, ablate, effects, shortened
from jazzgram.evaluation.benchmark import Benchmark
from jazzgram.evaluation.metrics import load_metrics
from jazzgram.evaluation.reference import Statistic
from jazzgram.evaluation.scores import Scores

SAMPLERS = """
samplers:
  - shape_distribution: bar_aware
  - sample: categorical
"""
CHAIN = """
chain:
  - prune_notes: max_leap
  - prune_notes: low_notes
    with: {below: 0}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_bundled(tmp_path, SAMPLERS + CHAIN)


def scores(*rows: tuple[float, float]) -> Scores:
    return Scores("x", ("pitch.range", "pitch.leaps"), np.array(rows), tuple("abcdefgh"[: len(rows)]))


REAL = {"pitch.range": Statistic(20, 5, 99, 20, 20), "pitch.leaps": Statistic(0.1, 0.1, 99, 0.1, 0.1)}


def test_what_a_step_is_worth() -> None:
    # With the step the range is 25 (z 1) and there are no leaps (z -1); without it 35 (z 3) and 0.1 (z 0).
    found = effects(scores((25, 0), (25, 0)), [Taken("1:max_leap", scores((35, 0.1), (35, 0.1)))], REAL)[0]
    assert found.gains["pitch.range"] == pytest.approx((2, 2, 2))
    assert found.gains["pitch.leaps"] == pytest.approx((-1, -1, -1))
    assert found.total == pytest.approx((0.5, 0.5, 0.5))


def test_choruses_are_compared_in_pairs() -> None:
    # Ranges of 20 to 80 are as different as can be, but each is 5 wider without the step: that is sure.
    whole = scores(*((20 + 10 * n, 0.1) for n in range(7)))
    without = scores(*((25 + 10 * n, 0.1) for n in range(7)))
    gain, low, high = effects(whole, [Taken("1:x", without)], REAL)[0].gains["pitch.range"]
    assert (gain, low, high) == pytest.approx((1, 1, 1))


def test_a_chorus_that_failed_on_one_side_counts_on_neither() -> None:
    failed = (float("nan"), float("nan"))
    found = effects(scores((25, 0.1), (99, 0.1)), [Taken("1:x", scores((20, 0.1), failed))], REAL)[0]
    assert found.gains["pitch.range"] == pytest.approx((-1, -1, -1))


def test_a_step_that_does_nothing_is_worth_nothing(config: Path) -> None:
    pipeline = Pipeline.load(config)
    full = Benchmark.of(pipeline, 3, 4)
    benchmark = Benchmark(full.plan, full.corpus, full.digest, load_metrics(["pitch"]))
    whole = benchmark.score(pipeline, "whole")
    real = {name: Statistic(0, 1, 99, 0, 0) for name in whole.metrics}
    sampler, leap, low = effects(whole, list(ablate(pipeline, benchmark)), real)
    assert (sampler.step, leap.step, low.step) == ("sampler 1:bar_aware", "1:max_leap", "2:low_notes")
    assert low.total == (0, 0, 0)
    assert set(low.gains.values()) == {(0, 0, 0)}
    for made in (sampler, leap):
        assert any(gain != (0, 0, 0) for gain in made.gains.values())


def test_critics_are_taken_out_like_steps(tmp_path: Path) -> None:
    critics = "critics: [{score_bar: novelty}, {score_bar: wander, with: {weight: 0}}]\n"
    more = "improvise: {particles: 3, shape: {density: [0.5]}}\nchain: []\n"
    pipeline = Pipeline.load(write_bundled(tmp_path, "samplers: [sample: categorical]\n" + critics + more))
    full = Benchmark.of(pipeline, 2, 4)
    benchmark = Benchmark(full.plan, full.corpus, full.digest, load_metrics(["pitch", "rhythm"]))
    whole = benchmark.score(pipeline, "whole")
    novelty, wander, density = effects(
        whole, list(ablate(pipeline, benchmark)), {name: Statistic(0, 1, 99, 0, 0) for name in whole.metrics}
    )
    assert [each.step for each in (novelty, wander, density)] == [
        *("critic 1:novelty", "critic 2:wander", "critic 3:density")
    ]
    assert set(wander.gains.values()) == {(0, 0, 0)}
    assert any(gain != (0, 0, 0) for gain in density.gains.values())


def test_a_step_that_a_later_one_needs_stays_and_is_told(tmp_path: Path) -> None:
    path = tmp_path / "needs.yaml"
    for name, promise in (("give", "PROVIDES"), ("take", "NEEDS")):
        (tmp_path / f"{name}.py").write_text(
            f'"""Pass on."""\nfrom jazzgram import hookimpl\n\n{promise} = frozenset({{"full_bars"}})\n\n\n'
            "@hookimpl\ndef prune_grammar(terms):\n    return list(terms)\n"
        )
    (tmp_path / "lose.py").write_text(
        '"""Pass on."""\nfrom jazzgram import hookimpl\n\nDESTROYS = frozenset({"full_bars"})\n\n\n'
        "@hookimpl\ndef prune_grammar(terms):\n    return list(terms)\n"
    )
    steps = "\n".join(f"  - prune_grammar: ./{name}.py" for name in ("lose", "give", "take"))
    path.write_text(BUNDLED + SAMPLERS + "chain:\n" + steps + "\n")
    pipeline = Pipeline.load(path)
    with pytest.raises(JazzgramError, match=r"2:give cannot be taken out: .* needs 'full_bars'"):
        shortened(pipeline.config, pipeline.config.chain[1])
    full = Benchmark.of(pipeline, 2, 2)
    benchmark = Benchmark(full.plan, full.corpus, full.digest, load_metrics(["pitch"]))
    whole = benchmark.score(pipeline, "whole")
    real = {name: Statistic(0, 1, 99, 0, 0) for name in whole.metrics}
    _, lose, give, take = effects(whole, list(ablate(pipeline, benchmark)), real)
    assert give.total is None and "cannot be taken out" in give.reason
    assert lose.total == take.total == (0, 0, 0)


def test_the_command_draws_what_each_step_does(config: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = [str(config), "--n", "2", "--bars", "4", "--against", "corpus", "--out", str(out)]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    assert "1:max_leap" in result.output and "2:low_notes" in result.output
    found = json.loads((out / "ablation.json").read_text())
    assert [step["step"] for step in found["steps"]] == ["sampler 1:bar_aware", "1:max_leap", "2:low_notes"]
    assert found["steps"][2]["gain"] == [0, 0, 0]
    assert (out / "ablation.png").read_bytes().startswith(b"\x89PNG")
    assert "| 2:low_notes | 0.00 |" in (out / "ablation.md").read_text()


def test_a_configuration_without_steps_has_nothing_to_take_out(config: Path) -> None:
    pipeline = Pipeline.load(config, settings=["chain=[]", "samplers=[{sample: categorical}]"])
    with pytest.raises(JazzgramError, match="samplers, critics and chain have no step"):
        next(ablate(pipeline, Benchmark.of(pipeline, 2, 4)))
