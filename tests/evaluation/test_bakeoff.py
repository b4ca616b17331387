"""Bakeoffs: cells, baselines, ranking, and going on after a stop."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from small_configs import write_bundled

from jazzgram import JazzgramError, Pipeline
from jazzgram.cli.bakeoff import command
from jazzgram.evaluation.bakeoff import bake, cells, ranking, read_list
from jazzgram.evaluation.benchmark import Benchmark
from jazzgram.evaluation.evaluate import reference_for
from jazzgram.evaluation.metrics import load_metrics
from jazzgram.evaluation.reference import Statistic
from jazzgram.evaluation.scores import Scores
from jazzgram.hooks.progress import Reporter


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "bare.yaml").write_text("extends: small.yaml\nchain: []\n")
    return write_bundled(tmp_path)


def benchmark(pipeline: Pipeline) -> Benchmark:
    full = Benchmark.of(pipeline, 3, 4)
    return Benchmark(full.plan, full.corpus, full.digest, load_metrics(["pitch", "rhythm"]))


def scores(name: str, *values: float) -> Scores:
    tunes = tuple("abcdefgh"[: len(values)])
    return Scores(name, ("pitch.range",), np.array(values, dtype=float).reshape(-1, 1), tunes)


def test_the_nearest_wins_from_whichever_side() -> None:
    real = {"pitch.range": Statistic(20, 5, 99, 20, 20)}
    found = ranking(
        [scores("wide", 40, 40), scores("silent", float("nan")), scores("narrow", 19, 20), scores("mean", 10, 36)], real
    )
    assert [standing.name for standing in found] == ["narrow", "mean", "wide", "silent"]
    assert [standing.distance for standing in found[:3]] == pytest.approx([0.1, 0.6, 4])
    # "mean" is lucky: with either tune alone it is 2 or 3.2 off, and the interval says so.
    assert (found[1].low, found[1].high) == pytest.approx((0.6, 3.2))


def test_every_model_plays_with_every_chain(config: Path) -> None:
    model = Pipeline.load(config)
    found = cells([model], [Pipeline.load(config), Pipeline.load(config.parent / "bare.yaml")])
    assert [(cell.name, len(cell.pipeline.config.chain)) for cell in found] == [
        ("small × small", len(model.config.chain)),
        ("small × bare", 0),
    ]
    assert [cell.name for cell in cells([model], [])] == ["small"]
    with pytest.raises(JazzgramError, match="small: stands twice"):
        cells([model, model], [])


def test_done_cells_are_not_played_again(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Pipeline.load(config)
    bare = Pipeline.load(config.parent / "bare.yaml")
    first = list(bake(cells([model], [model]), benchmark(model), Reporter()))
    assert [found.name for found in first] == [
        "small × small",
        *(f"baseline: {name}" for name in ("copy_a_bar", "shuffle_bars", "arpeggiate", "scale_tones")),
        "real solos",
    ]
    measured = []
    store = Benchmark._stored

    def recorded(self: Benchmark, scores: Scores, path: Path) -> Scores:
        measured.append(scores.name)
        return store(self, scores, path)

    monkeypatch.setattr(Benchmark, "_stored", recorded)
    again = list(bake(cells([model], [model, bare]), benchmark(model), Reporter()))
    assert measured == ["small × bare"]
    assert (again[0].values == first[0].values).tolist() == (~np.isnan(first[0].values)).tolist()


def test_a_cell_that_fails_does_not_stop_the_others(config: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text(
        '"""Fail."""\nfrom jazzgram import hookimpl\n\n\n'
        '@hookimpl\ndef clean_up_notes(notes):\n    raise ValueError("no")\n'
    )
    (tmp_path / "broken.yaml").write_text("extends: small.yaml\nchain: [{clean_up_notes: ./broken.py}]\n")
    warnings: list[str] = []

    class Hearing(Reporter):
        def warn(self, message: str) -> None:
            warnings.append(message)

    broken, bare = (Pipeline.load(tmp_path / name) for name in ("broken.yaml", "bare.yaml"))
    found = list(bake(cells([broken, bare], []), benchmark(bare), Hearing()))
    assert found[0].name == "bare"
    assert warnings[0].startswith("broken is left out: no chorus comes through the chain") and "1:broken" in warnings[0]


def test_the_command_ranks(config: Path, tmp_path: Path) -> None:
    (tmp_path / "list.yaml").write_text("[small.yaml, bare.yaml]\n")
    out = tmp_path / "out"
    arguments = [str(tmp_path / "list.yaml"), "--n", "2", "--bars", "4", "--against", "corpus", "--out", str(out)]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    found = json.loads((out / "bakeoff.json").read_text())["ranking"]
    assert [entry["distance"] for entry in found] == sorted(entry["distance"] for entry in found)
    assert {entry["name"] for entry in found} >= {"small", "bare", "real solos", "baseline: shuffle_bars"}
    assert sorted(file.name for file in out.iterdir()) == ["bakeoff.json", "bakeoff.md", "bakeoff.png"]


def test_a_list_names_files_beside_it_or_bundled_ones(config: Path, tmp_path: Path) -> None:
    (tmp_path / "list.yaml").write_text("- bare.yaml\n- blues\n")
    assert read_list(tmp_path / "list.yaml") == [str(tmp_path / "bare.yaml"), "blues"]
    with pytest.raises(JazzgramError, match=r"small\.yaml: expected a list of configurations"):
        read_list(config)


def test_models_and_a_list_exclude_each_other() -> None:
    for arguments in ([], ["list.yaml", "--models", "a", "b"], ["list.yaml", "--chains", "a"]):
        result = CliRunner().invoke(command, arguments)
        assert isinstance(result.exception, JazzgramError)


@pytest.mark.slow
def test_real_solos_are_nearest_to_real_solos(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "wjazzd"
    if not (folder / "split.json").is_file():
        pytest.skip(f"no Weimar Jazz Database in {folder}")
    path = tmp_path / "wjazzd.yaml"
    path.write_text(
        f"extends: base\ncorpus: {{read: wjazzd, source: {folder}, split: {folder}/split.json}}\n"
        "tokenizer: {use: scale_degree}\nmodel: {use: markov}\n"
    )
    pipeline = Pipeline.load(path)
    real = reference_for(pipeline, "corpus", 32).style()
    found = ranking(list(bake([], Benchmark.of(pipeline, 50, 32), Reporter())), real)
    assert [standing.name for standing in found[:2]] == ["real solos", "baseline: shuffle_bars"]
    assert found[0].distance < 0.4 < found[1].low
