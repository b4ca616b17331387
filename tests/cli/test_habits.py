"""The command line as habits expect it: help by purpose, nothing overwritten, logs, JSON."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from traceback import extract_tb

import click
import pytest
from click.testing import CliRunner, Result

from jazzgram import ConfigError, JazzgramError
from jazzgram.cli import arguments, commands, register
from jazzgram.cli.display import Display
from jazzgram.cli.folders import new_folder, result_folder
from jazzgram.cli.groups import GROUPS
from jazzgram.cli.lines import terminal_width
from jazzgram.hooks.token_model import Epoch
from jazzgram.music.midi import midi_score

SMALL = ("--set", "model.use=markov", "--bars", "2", "--set", "report=false", "--set", "write=[midi]")
ONE_STEP = (*SMALL, "--set", "chain=[{prune_notes: rectify}]")


def jazzgram(*words: object) -> Result:
    register()
    return CliRunner().invoke(commands, [str(word) for word in words])


def test_every_command_is_in_one_group_with_a_whole_sentence() -> None:
    register()
    named = [name for group in GROUPS.values() for name in group]
    assert sorted(named) == sorted(commands.commands)
    help_text = jazzgram("--help").output
    for name, sentence in ((name, text) for group in GROUPS.values() for name, text in group.items()):
        assert sentence.endswith(".") and len(sentence) <= 60, name
        assert f"{name.ljust(max(map(len, named)))}  {sentence}" in help_text
    assert "Other commands" not in help_text


@pytest.mark.parametrize("command", ["evaluate", "listen"])
def test_the_options_are_found_where_one_looks(command: str) -> None:
    text = jazzgram(command, "--help").output
    assert "--n WHOLE NUMBER" in text and "--bars WHOLE NUMBER" in text and "--out DIR" in text
    assert "Other commands:" in text


PLAYING = ("--bars", "--tempo", "--key", "--chords", "--chart", "--tune", "--seed", "--n", "--out", "--set", "--json")
"""The options of a command that plays."""
WITHOUT = {
    ("compare", "--n"): "the chains are compared on one take's terms",
    ("compare", "--out"): "it prints, and writes nothing",
    ("watch", "--n"): "one take is played again whenever a file is saved",
    ("watch", "--json"): "it has no last result",
    ("trade", "--n"): "it is played once, with you",
    ("trade", "--json"): "it speaks while you play; its result is a run's folder",
    ("grammar play", "--n"): "a grammar has takes by --seed",
    ("grammar play", "--json"): "it prints the files of one folder",
}
"""Why a command that plays has no such option."""


@pytest.mark.parametrize(
    "command",
    [
        *("run", "improvise", "watch", "compare", "evaluate", "ablation", "bakeoff"),
        *("listen", "tune-chain", "trade", "grammar play"),
    ],
)
def test_commands_that_play_have_the_same_options(command: str) -> None:
    text = jazzgram(*command.split(), "--help").output
    found = {option for option in PLAYING if re.search(rf"{option}\b", text)}
    missing = {option for name, option in WITHOUT if name == command}
    assert found == set(PLAYING) - missing


@pytest.mark.parametrize("command", ["run", "improvise", "evaluate", "listen", "tune-chain", "ablation", "bakeoff"])
def test_commands_that_take_long_are_as_loud_as_one_likes(command: str) -> None:
    text = jazzgram(command, "--help").output
    assert "-q, --quiet" in text and "-v, --verbose" in text


def test_a_chain_is_tuned_toward_all_real_solos_where_no_style_is_named() -> None:
    register()
    context = commands.commands["tune-chain"].make_context("tune-chain", ["blues"])
    assert context.params["toward"] == "all"


def test_chains_are_compared_over_changes_that_are_typed() -> None:
    words = ("compare", "blues", "coursera", "--chords", "Dm7 | G7", "--bars", "4", "--set", "model.use=markov")
    done = jazzgram(*words)
    assert done.exit_code == 0, done.output
    assert [line for line in done.output.splitlines() if line.startswith("bar ")][-1].startswith("bar 4 ")


def test_what_is_watched_has_the_tempo_that_is_typed(tmp_path: Path) -> None:
    assert jazzgram("watch", "blues", "--times", "1", "--tempo", "200", *SMALL, "--out", tmp_path).exit_code == 0
    assert round(midi_score((tmp_path / "solo.mid").read_bytes()).tempos[0].qpm) == 200


def test_tables_fit_a_narrow_terminal_over_changes_that_are_typed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "48")
    over = ("--chords", "Dm7 | G7", "--against", "corpus", "--n", "1", *ONE_STEP)
    for words in (
        ("ablation", "blues", *over, "--out", tmp_path / "ablation"),
        ("bakeoff", "--models", "blues", *over, "--out", tmp_path / "bakeoff"),
        ("evaluate", "blues", *over, "--out", tmp_path / "evaluate"),
        ("compare", "chains/none", "chains/bebop", *SMALL),
        ("run", "blues", *SMALL, "-q", "--out", tmp_path / "run"),
        ("explain", tmp_path / "run"),
    ):
        done = jazzgram(*words)
        assert done.exit_code == 0, done.output
        prose = re.compile(rf"next:|Longest run|Distance to|choruses of|{tmp_path}")
        assert [line for line in done.stdout.splitlines() if len(line) > 48 and not prose.search(line)] == []
    assert "2 bars, own changes" in (tmp_path / "bakeoff" / "bakeoff.json").read_text()


def test_a_table_in_a_pipe_has_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert terminal_width() == 80 or (sys.__stdout__ is not None and sys.__stdout__.isatty())


@pytest.mark.parametrize("option", [("--tempo", "200"), ("--key", "Bb")])
def test_held_out_tunes_keep_their_tempo_and_key(option: tuple[str, str]) -> None:
    done = jazzgram("evaluate", "blues", *option)
    assert done.exit_code == 2 and "held-out tunes have their own" in done.output
    done = jazzgram("evaluate", "pitches", "--part", "test", "--chords", "Dm7 | G7")
    assert done.exit_code == 2 and "--part test plays over held-out tunes: leave it out, or --chords" in done.output


def test_choruses_are_evaluated_over_changes_that_are_typed(tmp_path: Path) -> None:
    changes = ("--chords", "Dm7 | G7 | Cmaj7 | %", "--key", "Bb", "--tempo", "200")
    options = ("--set", "model.use=markov", "--n", "2", "--bars", "4", "--against", "corpus", "--keep")
    done = jazzgram("evaluate", "blues", *changes, *options, "--out", tmp_path)
    assert done.exit_code == 0, done.output
    assert "2 choruses of 4 bars over its own changes" in done.output and "no validation part" not in done.output
    assert done.output.splitlines()[-1] == f"next: open {tmp_path / 'evaluation.md'}"
    score = midi_score((tmp_path / "chorus-001.mid").read_bytes())
    assert round(score.tempos[0].qpm) == 200 and "Cm7" in [marker.text for marker in score.markers]


def test_training_prints_its_model_as_json(tmp_path: Path) -> None:
    done = jazzgram("train", "blues", "--set", "model.use=markov", "--out", tmp_path / "model", "--json")
    made = json.loads(done.stdout)
    assert (made["model"], made["folder"]) == ("markov", str(tmp_path / "model")) and made["vocabulary"] > 100
    done = jazzgram("train", "blues", "--set", "model.use=markov", "--out", tmp_path / "other")
    assert done.output.splitlines()[-1] == f"next: jazzgram improvise {tmp_path / 'other'}"


def test_tuning_prints_its_result_as_json(tmp_path: Path) -> None:
    pytest.importorskip("optuna", reason="the extra 'tune' is not installed")
    file = tmp_path / "tuned.yaml"
    options = ("--set", "model.use=markov", "--option", "order=1:2", "--trials", "2", "--out", file, "--json")
    made = json.loads(jazzgram("tune", "blues", *options).stdout)
    assert made["file"] == str(file) and made["trials"] == 2
    assert made["bits_per_term"]["after"] <= made["bits_per_term"]["before"]


def test_a_checked_configuration_is_run_next() -> None:
    assert jazzgram("validate", "blues").output.splitlines()[-1] == "next: jazzgram run blues"


def test_the_version_names_python_and_what_results_depend_on() -> None:
    lines = jazzgram("--version").output.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["jazzgram", "Python", "numpy"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_of_the_shell(shell: str, tmp_path: Path) -> None:
    done = jazzgram("completion", shell)
    assert done.exit_code == 0 and "_JAZZGRAM_COMPLETE" in done.output
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=done.output, text=True, check=True)


def test_a_second_result_has_a_folder_of_its_own(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        with result_folder(None, tmp_path / "out" / "blues", "run.yaml") as folder:
            (folder / "run.yaml").touch()
            names.append(folder.name)
    assert names == ["blues", "blues-2", "blues-3"]
    with result_folder(None, tmp_path / "out" / "blues", "run.yaml", force=True) as folder:
        assert folder.name == "blues"


def test_commands_side_by_side_have_folders_of_their_own(tmp_path: Path) -> None:
    with (
        result_folder(None, tmp_path / "blues", "run.yaml") as first,
        result_folder(None, tmp_path / "blues", "run.yaml") as second,
    ):
        assert first != second
    assert not first.exists() and not second.exists(), "nothing was written"


def test_a_named_folder_with_a_result_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.yaml").touch()
    with (
        pytest.raises(
            JazzgramError, match=r"has a result \(run.yaml\); name another folder with --out, or add --force"
        ),
        result_folder(tmp_path, tmp_path / "blues", "run.yaml"),
    ):
        pass
    with result_folder(tmp_path, tmp_path / "blues", "run.yaml", force=True) as folder:
        assert folder == tmp_path


def test_a_named_folder_that_stays_empty_is_removed_again(tmp_path: Path) -> None:
    with result_folder(tmp_path / "a" / "b", tmp_path / "blues", "run.yaml") as folder:
        folder.mkdir(parents=True)
    assert not (tmp_path / "a").exists()
    with result_folder(tmp_path, tmp_path / "blues", "run.yaml"):
        pass
    assert tmp_path.exists(), "it was there before"


def test_a_file_in_the_way_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(JazzgramError, match="out: is a file, not a folder"):
        new_folder(tmp_path / "out" / "blues")


def test_runs_do_not_overwrite_each_other_and_tell_programs_what_they_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = json.loads(jazzgram("run", "blues", *SMALL, "--json").stdout)
    assert (first["folder"], first["bars"]) == ("out/blues", 2)
    assert "out/blues/solo.mid" in first["files"]
    before = (tmp_path / "out" / "blues" / "solo.mid").read_bytes()
    second = jazzgram("run", "blues", *SMALL, "--seed", "7", "-q")
    assert (second.stdout, second.stderr) == ("out/blues-2\n", "")
    assert (tmp_path / "out" / "blues" / "solo.mid").read_bytes() == before
    explained = json.loads(jazzgram("explain", "out/blues", "--bar", "1", "--all", "--json").stdout)
    assert {"bar", "step", "hook", "options", "removed", "added", "changed", "after"} == set(explained[0])


def test_several_takes_have_seeds_in_a_row_and_folders_of_their_own(tmp_path: Path) -> None:
    words = ("run", "blues", *SMALL, "--seed", "4", "--n", "2", "--out", tmp_path, "--json")
    takes = json.loads(jazzgram(*words).stdout)
    assert [Path(take["folder"]).name for take in takes] == ["take-4", "take-5"]
    first, second = ((tmp_path / name / "solo.mid").read_bytes() for name in ("take-4", "take-5"))
    assert first != second
    again = json.loads(jazzgram("run", "blues", *SMALL, "--seed", "5", "--out", tmp_path / "one", "--json").stdout)
    assert Path(again["files"][-1]).parent == tmp_path / "one"
    assert (tmp_path / "one" / "solo.mid").read_bytes() == second


def test_a_word_in_place_of_a_number_is_named_so() -> None:
    assert "'abc' is not a valid whole number." in jazzgram("run", "blues", "--seed", "abc").output
    assert "'abc' is not a valid number." in jazzgram("run", "blues", "--tempo", "abc").output


def test_validate_tells_programs_every_mistake(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: blues\nseed: x\nbars: 3\n")
    done = jazzgram("validate", tmp_path / "mine.yaml", "--json")
    assert done.exit_code == 2
    assert len(json.loads(done.stdout)["mistakes"]) == 2


class Clock:
    """Seconds that pass when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def train(clock: Clock, display: Display, minutes: int) -> None:
    """Train for some minutes, an epoch a second."""
    display.started("train")
    for number in range(1, 60 * minutes + 1):
        clock.now += 1
        display.epoch(Epoch(number, 60 * minutes, 1.0, 0.5))


def test_a_log_has_a_line_every_ten_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    with Display(clock) as display:
        train(clock, display, 1)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 6
    assert " ".join(lines[0].split()) == "Training the model epoch 10/60 loss 1.00 accuracy 0.500 (0:10 min)"


@pytest.mark.parametrize(("flag", "count"), [("-q", 0), ("-v", 61), (None, 6)])
def test_quiet_and_verbose_say_less_and_more(flag: str | None, count: int) -> None:
    @click.command()
    @arguments.verbosity
    def command() -> None:
        clock = Clock()
        with Display(clock) as display:
            train(clock, display, 1)

    done = CliRunner().invoke(command, [flag] if flag else [])
    assert len(done.stderr.splitlines()) == count


def test_the_debugger_opens_at_the_line_that_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "half.py").write_text(
        "from jazzgram import hookimpl\n\n\n@hookimpl\ndef prune_notes(notes):\n    return notes[0] / 2\n"
    )
    (tmp_path / "mine.yaml").write_text("extends: blues\nchain:\n  - prune_notes: half.py\n")
    lines = []
    monkeypatch.setattr("pdb.post_mortem", lambda trace: lines.append(extract_tb(trace)[-1].line))
    done = jazzgram("run", tmp_path / "mine.yaml", *SMALL, "--out", tmp_path / "out", "--pdb")
    assert lines == ["return notes[0] / 2"]
    assert isinstance(done.exception, JazzgramError), "and it is reported as ever"
    jazzgram("run", tmp_path / "mine.yaml", *SMALL, "--out", tmp_path / "out")
    assert len(lines) == 1, "only where it is asked for"


def test_changes_without_bar_lines_and_a_style_of_the_band(tmp_path: Path) -> None:
    played = jazzgram("run", "blues", *SMALL, "--chords", "Dm7 G7 Cmaj7", "--style", "bossa", "--out", tmp_path / "one")
    assert "improvise.chords: 'Dm7 G7 Cmaj7' is one bar; put | between bars" in played.output
    assert "bossa: " in played.output and played.exit_code == 0
    refused = jazzgram("run", "blues", *SMALL, "--style", "polka").exception
    assert isinstance(refused, ConfigError)
    assert str(refused).startswith("--style: there is no style 'polka'; styles: swing")
