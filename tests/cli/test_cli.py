"""The command line as a newcomer and a careless hand use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from paths import ROOT

QUICK = ["--set", "model.with.epochs=2", "--set", "model.with.examples=8", "--set", "improvise.bars=4"]


def jazzgram(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from jazzgram.cli import main; main()", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_help_names_every_command(tmp_path: Path) -> None:
    out = jazzgram("--help", cwd=tmp_path).stdout
    for command in ("run", "train", "improvise", "validate", "tokens", "init"):
        assert f"\n  {command} " in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "nothing.yaml"], "error: nothing.yaml: no such file"),
        (["run", "methany"], "did you mean metheny?"),
        (["run", "blues", "--set", "improvise.bars=none"], "error: --set improvise.bars: expected"),
        (["run", "blues", "--set", "nonsense"], "error: --set nonsense: expected key.path=value"),
        (["run", "blues", "--like", "styl=bebop"], "then = and a name (did you mean style?)"),
        (
            ["run", "weimar", "--like", "style=bebob"],
            "--like style: the model knows no style 'bebob' (did you mean BEBOP?)",
        ),
        (
            ["run", "blues", "--set", "model={use: markov}", "--like", "style=bebop"],
            "error: --like style: the model markov cannot be asked for a style",
        ),
        (["improvise", "blues", "--chords", "Dm7 | Xy"], "error: --chords: bar 2: "),
        (["improvise", "blues", "--bars", "0"], "Invalid value for '--bars'"),
        (["validate", "text.yaml"], "error: text.yaml:1: expected keys and values"),
        (["init", "full"], "error: full: exists and is not an empty folder"),
        (["improvise", "full"], "error: full: is a folder (expected a YAML file or the name of a bundled one)"),
        (["runn", "blues"], "No such command 'runn'"),
    ],
)
def test_a_mistake_gets_one_line_and_status_2(tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "text.yaml").write_text("just text\n")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    done = jazzgram(*arguments, cwd=tmp_path)
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 2
    assert not (tmp_path / "out").exists()


def test_the_starter_project_validates(tmp_path: Path) -> None:
    assert jazzgram("init", "mine", cwd=tmp_path).returncode == 0
    done = jazzgram("validate", "solo.yaml", cwd=tmp_path / "mine")
    assert "no mistakes" in done.stdout, done.stderr


def test_a_run_writes_everything_and_run_yaml_plays_it_again(tmp_path: Path) -> None:
    first = jazzgram("run", "blues", "--out", "a", *QUICK, cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    names = sorted(file.name for file in (tmp_path / "a").iterdir())
    assert names == ["report.html", "run.yaml", "solo.mid", "solo.musicxml", "times.json", "trace.jsonl"]
    again = jazzgram("run", "a/run.yaml", "--out", "b", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    for name in ("report.html", "solo.mid", "solo.musicxml", "trace.jsonl"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    lines = [json.loads(line) for line in (tmp_path / "a" / "trace.jsonl").read_text().splitlines()]
    steps = [line for line in lines if "bar" in line]
    assert {line["bar"] for line in steps if line["hook"] != "clean_up_notes"} == {0, 1, 2, 3}
    assert all({"step", "options", "in", "out", "before", "after"} <= line.keys() for line in steps)


def test_a_trained_model_improvises_over_other_changes_without_tensorflow(tmp_path: Path) -> None:
    trained = jazzgram("train", "blues", "--out", "model", *QUICK, cwd=tmp_path)
    assert trained.returncode == 0, trained.stderr
    code = (
        "import sys; from jazzgram import Pipeline\n"
        "made = Pipeline.load_trained('model', settings=['improvise.chords=\"Dm7 | G7 | Cmaj7 | %\"']).improvise()\n"
        "print(made.solo.bars, [c.symbol for c in made.solo.chords], 'tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["4", "['Dm7',", "'G7',", "'Cmaj7']", "False"], done.stderr


def test_offline_the_fallback_is_announced_and_played(tmp_path: Path) -> None:
    registry = tmp_path / "registry.yaml"
    text = (ROOT / "data" / "registry.yaml").read_text()
    registry.write_text(text.replace("https://raw.githubusercontent.com", "http://127.0.0.1:9"))
    quick = [*QUICK, "--set", "model.with.batch=64", "--set", "model.with.decay=0.003"]  # the model of the blues tests
    done = jazzgram("run", "metheny", *quick, cwd=tmp_path, JAZZGRAM_REGISTRY=str(registry))
    assert done.returncode == 0, done.stderr
    assert "original_metheny.mid" in done.stderr
    assert "WARNING" in done.stderr
    assert "fallback corpus bundled" in done.stderr


def test_an_unwritable_folder_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    done = jazzgram("run", "blues", "--out", "taken", *QUICK, cwd=tmp_path)
    assert done.returncode == 2
    assert f"error: {tmp_path / 'taken'}: is a file" in done.stderr
    assert "Training" not in done.stderr, "it could have been reported before the work"
    assert (tmp_path / "taken").read_text() == "mine"


def test_tokens_as_json(tmp_path: Path, shared: Path) -> None:
    done = jazzgram("tokens", "metheny", "--json", cwd=tmp_path, JAZZGRAM_DATA=str(shared / "data"))
    report = json.loads(done.stdout)
    assert (report["terms"], report["vocabulary"], len(report["bars"])) == (193, 78, 18)
    assert report["bars"][0].startswith("C,0.500 C,0.333,<P1,d-5> ")
