"""Seeing what the chain did: explain, compare, watch, show."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

import jazzgram
from jazzgram import JazzgramError, Origin, Pipeline
from jazzgram.cli import compare, explain, show, watch

QUICK = ["model.with.epochs=2", "model.with.examples=8", "improvise.bars=4"]
SET = [word for setting in QUICK for word in ("--set", setting)]


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    Pipeline.load("blues", settings=QUICK).run(tmp_path / "run")
    return tmp_path / "run"


def test_every_note_knows_its_term_its_chord_and_the_steps_that_changed_it(run_dir: Path) -> None:
    record = jazzgram.load(run_dir).record
    histories = record.notes()
    assert [history.note for history in histories] == list(record.solo.notes)
    sampled: dict[Origin | None, str] = {}
    changed: dict[Origin | None, list[str]] = defaultdict(list)
    for call in record.trace.calls:
        before = {item.origin: item for item in call.before}
        if call.hook == "prune_grammar":
            sampled |= {origin: str(item) for origin, item in before.items()}
        elif call.hook != "unparse_grammar":
            for note in call.after:
                if before[note.origin] != note:
                    changed[note.origin].append(call.step)
    assert changed, "or no history is looked at"
    for history in histories:
        bar, place = divmod(history.note.onset, 1920)
        assert history.term == sampled[history.note.origin]
        assert history.steps == tuple(changed[history.note.origin])
        assert history.chord == ("F7", "Bb7", "F7", "Cm7" if place < 960 else "F7")[bar]


def test_each_steps_output_is_the_next_ones_input(run_dir: Path) -> None:
    record = jazzgram.load(run_dir).record
    for number in range(4):
        changes = list(record.bar(number))
        labels = [change.step.partition(":")[0] for change in changes]
        assert labels == ["1", "tokenizer", *map(str, range(2, 14))]
        for earlier, later in pairwise(changes):
            assert list(earlier.after) == list(later.before)


def test_explain_shows_a_bar_after_each_step(run_dir: Path) -> None:
    whole = CliRunner().invoke(explain.command, [str(run_dir)]).output
    assert whole.splitlines()[0].split() == ["step", "removed", "added", "changed", "seconds"]
    bar = CliRunner().invoke(explain.command, [str(run_dir), "--bar", "4", "--all"]).output
    assert "bar 4   F7" in bar
    assert "5:max_leap" in bar
    assert "there is no bar 5" in str(CliRunner().invoke(explain.command, [str(run_dir), "--bar", "5"]).exception)


@pytest.mark.parametrize("text", ["", "{}\n", "not json\n", '{"solo": 3}\n'])
def test_what_is_no_trace_is_said_in_a_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "trace.jsonl").write_text(text)
    result = CliRunner().invoke(explain.command, [str(tmp_path)])
    assert isinstance(result.exception, JazzgramError)
    assert "not a trace" in str(result.exception)


def test_compare_plays_the_same_terms_through_each_chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    (tmp_path / "bare.yaml").write_text("extends: blues\nchain: []\n")
    result = CliRunner().invoke(compare.command, ["blues", str(tmp_path / "bare.yaml"), "--bar", "1", *SET])
    assert result.exception is None
    table = [line.split() for line in result.output.splitlines() if line.startswith(("blues", str(tmp_path)))]
    assert len(table) == 2
    assert table[1][2:] == ["0", "0", "0", "none"]


def test_compare_names_the_configuration_that_cannot_play_the_terms() -> None:
    result = CliRunner().invoke(compare.command, ["pitches", "blues", "--bars", "2"])
    assert str(result.exception).startswith(
        "blues cannot play the terms of pitches (its tokenizer is deepjazz, that of pitches events): "
    )


def test_watch_says_what_a_saved_change_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "mine.yaml"
    text = "extends: blues\nmodel: {with: {epochs: 2, examples: 8}}\nimprovise: {bars: 4}\nchain:\n"
    low = "  - prune_notes: low_notes\n    with: {below: %d}\n"
    config.write_text(text + low % 0)
    monkeypatch.setattr("jazzgram.cli.watch.time.sleep", lambda pause: config.write_text(text + low % 127))
    result = CliRunner().invoke(watch.command, [str(config), "--times", "2", "--out", str(tmp_path / "out")])
    assert result.exception is None, result.output
    assert "0 notes:" in result.output
    assert result.output.count("the model") == 1, "it is kept"


def test_watch_takes_an_edit_beside_a_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, beside = tmp_path / "mine.yaml", tmp_path / "lowest.py"
    config.write_text("extends: blues\nmodel: {use: markov}\nimprovise: {bars: 4}\nchain:\n  - prune_notes: cut.py\n")
    (tmp_path / "cut.py").write_text(
        "import lowest\nfrom jazzgram import hookimpl\n\n\n@hookimpl\ndef prune_notes(notes):\n"
        "    return [note for note in notes if note.pitch >= lowest.PITCH]\n"
    )
    beside.write_text("PITCH = 000\n")
    monkeypatch.setattr("jazzgram.cli.watch.time.sleep", lambda pause: beside.write_text("PITCH = 127\n"))
    result = CliRunner().invoke(watch.command, [str(config), "--times", "2", "--out", str(tmp_path / "out")])
    assert result.exception is None, result.output
    assert "0 notes:" in result.output


def test_show_says_where_each_value_was_written(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: blues\nseed: 7\n")
    out = (
        CliRunner()
        .invoke(show.command, [str(tmp_path / "mine.yaml"), "--resolved", "--set", "improvise.tempo=99"])
        .output
    )
    lines = {line.split(":")[0]: line for line in out.splitlines()}
    assert lines["seed"].endswith(f"# {tmp_path / 'mine.yaml'}:2")
    assert lines["improvise.tempo"].endswith("# --set improvise.tempo")
    assert lines["improvise.feedback"].endswith("# default")


def test_explain_finds_the_bars_where_a_step_acted(run_dir: Path) -> None:
    record = jazzgram.load(run_dir).record
    acted = {
        number + 1
        for number in range(record.solo.bars)
        for change in record.bar(number)
        if change.step.endswith(":resolve_approach") and change.changes_anything
    }
    out = CliRunner().invoke(explain.command, [str(run_dir), "--step", "resolve_approach"]).output
    assert {int(line.split()[1]) for line in out.splitlines() if line.startswith("bar ")} == acted
    out = CliRunner().invoke(explain.command, [str(run_dir), "--step", "nobody"]).output
    assert out.endswith("nobody changed nothing here\n")


def test_compare_says_what_it_does_not_compare(tmp_path: Path) -> None:
    (tmp_path / "hot.yaml").write_text(
        "extends: blues\nsamplers:\n  - {shape_distribution: bar_aware}\n  - {sample: categorical}\n"
    )
    result = CliRunner().invoke(compare.command, ["blues", str(tmp_path / "hot.yaml"), "--bar", "1", *SET])
    assert "hot.yaml has another model or other samplers: not compared, the terms are blues's" in result.output


def test_a_changed_chain_keeps_the_terms_and_a_changed_sampler_does_not(tmp_path: Path) -> None:
    settings = ["model.use=markov", "improvise.bars=4"]
    first = Pipeline.load("blues", settings=settings)
    terms = first.sampled
    chained = Pipeline.load("blues", settings=[*settings, "chain=[]"])
    chained = chained.reusing(first)
    assert chained.sampled is terms
    hotter = Pipeline.load("blues", settings=[*settings, "samplers.0.with.temperature=2.5"])
    hotter = hotter.reusing(first)
    assert hotter.model is first.model
    assert hotter.sampled != terms
