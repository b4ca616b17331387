"""Evaluations: choruses on held-out changes, baselines, z scores, bootstrap and tables, checked by hand."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from math import isnan, nan, sqrt
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from notation import as_ticks, chord
from small_configs import write_bundled

from jazzgram import Bar, Chord, Corpus, JazzgramError, Meter, Note, Pipeline, Tune
from jazzgram.cli.evaluate import command
from jazzgram.corpus.processes import kept_processes
from jazzgram.evaluation import baselines, plots, scores, text_tables
from jazzgram.evaluation.ablation import ablate
from jazzgram.evaluation.bakeoff import bake, cells
from jazzgram.evaluation.benchmark import Benchmark
from jazzgram.evaluation.choruses import itself, play_choruses
from jazzgram.evaluation.evaluate import evaluate, reference_for
from jazzgram.evaluation.plan import OWN_CHANGES, Chorus, Plan, make_plan
from jazzgram.evaluation.reference import Statistic
from jazzgram.evaluation.scores import Scores
from jazzgram.evaluation.tuning.tune_chain import score_config
from jazzgram.hooks.progress import Reporter


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_bundled(tmp_path)


def real(**means_and_sds: tuple[float, float]) -> dict[str, Statistic]:
    return {f"pitch.{name}": Statistic(mean, sd, 50, mean, mean) for name, (mean, sd) in means_and_sds.items()}


def numbers(rows: list[list[float]], tunes: str, *metrics: str) -> Scores:
    return Scores("x", tuple(f"pitch.{name}" for name in metrics), np.array(rows), tuple(tunes))


# --- z, distance, bootstrap ------------------------------------------------------------------------------------------


def test_a_value_against_real_solos() -> None:
    # Ranges 10, 14 and undefined: mean 12; real ones 8 +- 2: two above. Leaps 0.1; real ones 0.2 +- 0.1: one below.
    found = numbers([[10, 0.1], [14, 0.1], [nan, 0.1]], "abc", "range", "leaps")
    rows = scores.table(found, real(range=(8, 2), leaps=(0.2, 0.1)))
    assert [(row.metric, row.value, round(row.z, 9)) for row in rows] == [
        ("pitch.range", 12, 2),
        ("pitch.leaps", pytest.approx(0.1), -1),
    ]
    value, low, high = scores.distance(found, real(range=(8, 2), leaps=(0.2, 0.1)))
    assert value == pytest.approx((2 + 1) / 2)
    assert low == pytest.approx((1 + 1) / 2)  # only the chorus with 10 drawn
    assert high == pytest.approx((3 + 1) / 2)  # only the one with 14


def test_what_cannot_be_compared_is_left_out() -> None:
    found = numbers([[1, nan, 5, 7]], "a", "known", "undefined", "constant", "unknown")
    reference = real(known=(0, 1), undefined=(0, 1), constant=(5, 0))
    assert [row.metric for row in scores.table(found, reference)] == ["pitch.known"]
    assert all(map(isnan, scores.distance(found, {})))


def test_bins_of_histograms_do_not_outvote_the_rest() -> None:
    found = Scores("x", ("pitch.range", "histograms.ioi/1", "form.chord_irregularity"), np.array([[3.0, 9, 9]]), ("a",))
    reference = {name: Statistic(1, 1, 9, 1, 1) for name in found.metrics}
    assert scores.distance(found, reference)[0] == 2
    assert scores.distance(found, reference, ["histograms.ioi/1"])[0] == 8


def test_tunes_are_drawn_not_choruses() -> None:
    # Three choruses over one tune, one over another. Where only the first is drawn the mean is 0, where only the second
    # 8, where both once 2: with probabilities 1/4, 1/4 and 1/2, and nothing else.
    drawn = scores.resampled_means(np.array([[0.0], [0.0], [0.0], [8.0]]), ["a", "a", "a", "b"], rounds=4000)
    counts = {value: float((drawn == value).mean()) for value in (0, 2, 8)}
    assert sum(counts.values()) == 1
    assert counts == pytest.approx({0: 0.25, 2: 0.5, 8: 0.25}, abs=0.03)


def test_the_bootstrap_is_as_wide_as_the_standard_error() -> None:
    values = np.random.default_rng(1).normal(5, 2, (400, 1))
    low, high = scores.percentile_interval(
        scores.resampled_means(values, [str(n) for n in range(400)], rounds=2000)[:, 0]
    )
    assert (high - low) / (2 * 1.96) == pytest.approx(2 / sqrt(400), rel=0.1)


def test_two_sets_are_drawn_in_the_same_way() -> None:
    groups = ["a", "b", "c"]
    first = scores.resampled_means(np.array([[1.0], [2.0], [6.0]]), groups)
    second = scores.resampled_means(np.array([[2.0], [3.0], [7.0]]), groups)
    assert second == pytest.approx(first + 1)


# --- tables ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("z", "bar"),
    [
        (0, "          │          "),
        (1.5, "          │█████     "),
        (-3, "██████████│          "),
        (99, "          │██████████"),
        (nan, "          │          "),
    ],
)
def test_a_bar_is_full_at_three_deviations(z: float, bar: str) -> None:
    assert text_tables.z_bar(z) == bar


def test_pictures_are_pictures(tmp_path: Path) -> None:
    row = scores.Row("pitch.range", 30, 26, 6, 0.67, 0.5, 0.8)
    plots.plot_rows([row], "Range", tmp_path / "z.png")
    plots.plot_heat(["1:swing"], ["pitch.range"], [[nan]], "Nothing moved", tmp_path / "heat.png")
    plots.plot_ranking(["a"], [(1.0, 0.9, 1.1)], "Distance", tmp_path / "rank.png")
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in tmp_path.iterdir())
    assert len(list(tmp_path.iterdir())) == 3


# --- baselines -------------------------------------------------------------------------------------------------------

TWO_FIVE = Tune("Two five", tuple(Bar((), (chord(name),)) for name in ("Dm7", "G7")))
LICK = Bar((Note(65, 0, 240), Note(64, 240, 2400)), (chord("F7"),))


def plan(tune: Tune = TWO_FIVE, part: str = "validation", bars: int = 2) -> Plan:
    return Plan((Chorus(tune, 1),), bars, Meter(), part)


def test_a_copied_bar_follows_the_roots() -> None:
    # A lick in F goes down a minor third to D and up a whole tone to G; what was held over the barline ends at it.
    bars = baselines.real_bars(Corpus((Tune("Lick", (LICK,)),)), Meter())
    found = baselines.copy_a_bar(bars, plan().choruses[0], plan())
    assert as_ticks(found) == [
        (62, 0, 240),
        (61, 240, 1680),
        (67, 1920, 240),
        (66, 2160, 1680),
    ]


def test_shuffled_bars_keep_their_pitches() -> None:
    found = baselines.baselines(plan(), Corpus((Tune("Lick", (LICK,)),)))["shuffle_bars"][0]
    assert [note.pitch for note in found.notes] == [65, 64, 65, 64]


def test_an_arpeggio_goes_up_to_the_end_and_down_again() -> None:
    found = baselines.arpeggiate(plan().choruses[0], plan())
    assert [note.pitch for note in found] == [72, 74, 77, 81, 84, 81, 77, 74, 71, 67, 65, 62, 59, 55, 59, 62]
    assert {note.duration for note in found} == {240}


def test_scale_tones_are_in_the_scale_and_silent_without_a_chord() -> None:
    silent = Tune("Break", (Bar((), (chord("Dm7", 0, 960), Chord((), 960, 960, "NC"))), TWO_FIVE.bars[1]))
    found = baselines.random_scale_tones(plan(silent).choruses[0], plan(silent))
    assert [note.onset for note in found] == [0, 240, 480, 720, *range(1920, 3840, 240)]
    assert {note.pitch % 12 for note in found} <= {0, 2, 4, 5, 7, 9, 11}


def test_the_real_solo_is_there_only_where_it_is_held_out() -> None:
    played = Tune("Played", (LICK, LICK))
    found = baselines.baselines(plan(played), Corpus(()))
    assert [note.pitch for note in found["real"][0].notes] == [65, 64, 65, 64]
    assert set(found) == {"arpeggiate", "scale_tones", "real"}  # there is no bar to copy
    assert "real" not in baselines.baselines(plan(played, OWN_CHANGES), Corpus(()))


# --- choruses --------------------------------------------------------------------------------------------------------


def test_choruses_are_over_tunes_that_were_not_learned_from(config: Path) -> None:
    pipeline = Pipeline.load(config)
    found = make_plan(pipeline, 7, 4, seed=3)
    parts = {entry.title: entry.part for entry in pipeline.tokens.tunes}
    assert {parts[chorus.tune.title] for chorus in found.choruses} == {"validation"}
    assert [chorus.seed for chorus in found.choruses] == [3, 4, 5, 6, 7, 8, 9]
    learned = {tune.title for tune in pipeline.training_corpus.tunes}
    assert learned and not learned & {chorus.tune.title for chorus in found.choruses}


def test_short_changes_begin_again() -> None:
    assert [bar[0].symbol for bar in plan(bars=5).changes(plan().choruses[0])] == ["Dm7", "G7", "Dm7", "G7", "Dm7"]


def test_without_held_out_tunes_the_own_changes_are_taken_and_told(config: Path) -> None:
    from jazzgram.hooks.progress import Reporter

    warnings: list[str] = []

    class Hearing(Reporter):
        def warn(self, message: str) -> None:
            warnings.append(message)

    settings = ["corpus.split=null", 'improvise.chords="Dm7 | G7"']
    pipeline = Pipeline.load(config, settings=settings, reporter=Hearing())
    found = make_plan(pipeline, 2, 3, seed=1)
    assert found.part == OWN_CHANGES
    assert [bar[0].symbol for bar in found.changes(found.choruses[0])] == ["Dm7", "G7", "Dm7"]
    assert "no validation part" in warnings[0]


def test_a_chorus_is_the_same_alone_and_among_others(config: Path) -> None:
    pipeline = Pipeline.load(config, use_cache=False)
    many = make_plan(pipeline, 4, 4, seed=5)
    alone = Plan(many.choruses[2:3], many.bars, many.meter, many.part)
    solos = play_choruses(pipeline, many, itself).results
    assert play_choruses(pipeline, alone, itself).results[0] == solos[2]
    assert len({solo.grammar for solo in solos if solo is not None}) == 4


def test_kept_terms_are_the_terms(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = Pipeline.load(config)
    chosen = make_plan(pipeline, 3, 4, seed=11)
    first = play_choruses(pipeline, chosen, itself)
    monkeypatch.setattr("jazzgram.evaluation.choruses._sample_batch", None)  # nothing is sampled a second time
    again = play_choruses(Pipeline.load(config), chosen, itself)
    assert first == again
    origins = [
        [term.origin for solo in played.results if solo is not None for bar in solo.grammar for term in bar]
        for played in (first, again)
    ]
    assert origins[0] == origins[1] and origins[0]


@pytest.mark.slow
def test_processes_play_the_same(config: Path) -> None:
    here = Pipeline.load(config, use_cache=False)
    there = Pipeline.load(config, settings=["execution={engine: processes, workers: 2}"], use_cache=False)
    chosen = make_plan(here, 4, 4, seed=7)
    assert play_choruses(here, chosen, itself) == play_choruses(there, chosen, itself)


def numbers_of_every_command(config: Path, execution: str, cache: Path, reporter: Reporter) -> list[str]:
    """Return what `evaluate`, `ablation`, `bakeoff` and `tune-chain` compute, digit by digit, with an empty cache."""
    twice = "chain=[{prune_grammar: density}, {clean_up_notes: humanize}, {clean_up_notes: humanize}]"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("JAZZGRAM_CACHE", str(cache))
        pipeline = Pipeline.load(config, settings=[f"execution={execution}", twice], reporter=reporter)
        reference = reference_for(pipeline, "corpus", 4)
        benchmark = Benchmark.of(pipeline, 16, 4)
        whole = evaluate(pipeline, benchmark, reference)
        without = [taken.scores for taken in ablate(pipeline, benchmark)]
        ranked = bake(cells([pipeline], []), benchmark, Reporter())
        tuned = [score_config(pipeline, replace(pipeline.config, chain=pipeline.config.chain[1:]), benchmark)]
        values = [repr(scores.values.tolist()) for scores in (*without, *ranked, *tuned) if scores is not None]
    return [json.dumps(whole.as_json()), *values]


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("engine", ["processes", "auto"])
def test_other_processes_find_the_same_numbers(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    monkeypatch.setattr("jazzgram.corpus.workers._TRY_OUT", 0.0)
    monkeypatch.setattr("jazzgram.corpus.workers._WORTH_IT", 0.0)
    here = numbers_of_every_command(config, "{engine: local}", tmp_path / "here", Reporter())
    with kept_processes():
        there = numbers_of_every_command(config, f"{{engine: {engine}, workers: 2}}", tmp_path / "there", Reporter())
    assert there == here


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_cluster_finds_the_same_numbers_though_a_worker_is_killed(config: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")

    class Murderer(Reporter):
        """Kill a worker when the first choruses are played."""

        killed = False

        def progress(self, done: int, total: int, what: str = "files") -> None:
            if what == "choruses" and not self.killed:
                self.killed = True
                os.kill(pids[0], signal.SIGKILL)

    here = numbers_of_every_command(config, "{engine: local}", tmp_path / "here", Reporter())
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path / "scratch")
    ) as cluster:
        with distributed.Client(cluster) as client:
            pids = list(client.run(os.getpid).values())
        murderer = Murderer()
        execution = f"{{engine: dask, address: '{cluster.scheduler_address}'}}"
        there = numbers_of_every_command(config, execution, tmp_path / "there", murderer)
    assert murderer.killed and there == here


@pytest.mark.slow
def test_critics_weigh_the_same_in_other_processes(tmp_path: Path) -> None:
    """`novelty` and `typical` learn from the training solos, which each process reads for itself."""
    critics = "critics: [{score_bar: novelty}, {score_bar: typical}]\n"
    config = write_bundled(tmp_path, critics + "improvise: {particles: 4, shape: {density: [1, 2]}}\n")
    here = Pipeline.load(config, use_cache=False)
    there = Pipeline.load(config, settings=["execution={engine: processes, workers: 2}"], use_cache=False)
    chosen = make_plan(here, 4, 4, seed=7)
    steered = play_choruses(here, chosen, itself)
    assert play_choruses(there, chosen, itself) == steered
    plain = Pipeline.load(write_bundled(tmp_path), use_cache=False)
    assert play_choruses(plain, chosen, itself).results != steered.results


def test_a_chorus_that_a_step_fails_on_is_left_out(config: Path, tmp_path: Path) -> None:
    (tmp_path / "moody.py").write_text(
        '"""Fail over some changes."""\n'
        "from jazzgram import hookimpl\n\n\n"
        "@hookimpl\ndef clean_up_notes(notes, rng):\n"
        "    if rng.random() < 0.5:\n        raise ValueError('not today')\n"
        "    return list(notes)\n"
    )
    pipeline = Pipeline.load(config, settings=["chain=[{clean_up_notes: ./moody.py}]"])
    chosen = make_plan(pipeline, 8, 2, seed=1)
    found = play_choruses(pipeline, chosen, itself)
    failed = [solo is None for solo in found.results].count(True)
    assert 0 < failed < 8
    assert len(found.failures) == failed
    assert "step 1:moody" in found.failures[0] and "not today" in found.failures[0]


# --- the whole -------------------------------------------------------------------------------------------------------


def test_an_evaluation_is_kept_and_the_same(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = Pipeline.load(config)
    reference = reference_for(pipeline, "corpus", 4)
    first = evaluate(pipeline, Benchmark.of(pipeline, 4, 4), reference)
    monkeypatch.setattr("jazzgram.evaluation.benchmark.play_choruses", None)  # nothing is improvised a second time
    again = Pipeline.load(config)
    second = evaluate(again, Benchmark.of(again, 4, 4), reference_for(again, "corpus", 4))
    assert json.dumps(first.as_json()) == json.dumps(second.as_json())
    assert len(first.areas) == 9
    assert 0 < first.distance[1] <= first.distance[0] <= first.distance[2]


def test_the_command_writes_tables_and_pictures(config: Path, tmp_path: Path) -> None:
    arguments = [
        str(config),
        "--n",
        "3",
        "--bars",
        "4",
        "--against",
        "corpus",
        "--out",
        str(tmp_path / "out"),
        "--keep",
    ]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    assert "pitch.range" in result.output and "Distance to real solos" in result.output
    names = sorted(file.name for file in (tmp_path / "out").iterdir())
    assert names[:2] == ["areas.png", "chorus-001.mid"]
    assert names[-3:] == ["evaluation.json", "evaluation.md", "z.png"]
    found = json.loads((tmp_path / "out" / "evaluation.json").read_text())
    assert len(found["values"]["pitch.range"]) == 3
    assert found["distance"]["distance"] > 0


def test_options_may_come_first_and_a_config_is_no_subcommand(config: Path) -> None:
    result = CliRunner().invoke(command, ["--n", "0", str(config)])
    assert "0 is not in the range" in result.output


@pytest.mark.parametrize(
    ("against", "message"),
    [("nobody", "no reference 'nobody'"), ("missing.json", "missing.json: cannot be read")],
)
def test_mistakes_are_told(config: Path, against: str, message: str) -> None:
    with pytest.raises(JazzgramError, match=message):
        reference_for(Pipeline.load(config), against, 4)


def test_windows_of_another_length_are_refused(config: Path, tmp_path: Path) -> None:
    pipeline = Pipeline.load(config)
    reference_for(pipeline, "corpus", 4).write(tmp_path / "four.json")
    with pytest.raises(JazzgramError, match="its windows have 4 bars, the choruses 8"):
        reference_for(pipeline, str(tmp_path / "four.json"), 8)


def test_a_style_is_asked_for_by_name(config: Path) -> None:
    pipeline = Pipeline.load(config)
    with pytest.raises(JazzgramError, match="no style 'POLKA'"):
        evaluate(pipeline, Benchmark.of(pipeline, 2, 4), reference_for(pipeline, "corpus", 4), "POLKA")
