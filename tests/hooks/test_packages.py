"""Other people's packages: the index, chains by name, environments that are thrown away, fixtures for their tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from paths import ROOT

from jazzgram import ConfigError, JazzgramError, Note, Pipeline, Solo, Tune
from jazzgram.cli import new, plugins
from jazzgram.hooks import packages
from jazzgram.hooks.packages import new_environment, read_index, requirement, uninstall
from jazzgram.testing.fixtures import JazzgramRun

ENTRY = """\
jazzgram-high-notes:
  summary: Take out notes above a pitch.
  hooks: [prune_notes]
  install: git+https://example.org/high-notes@v1.0
  licence: MIT
  homepage: https://example.org/high-notes
"""


def test_the_index_is_in_order() -> None:
    text = (ROOT / "data" / "plugin_index.yaml").read_text("utf-8")
    assert read_index(text) == read_index()


def test_the_comment_of_the_index_shows_an_entry_that_is_in_order() -> None:
    lines = (ROOT / "data" / "plugin_index.yaml").read_text("utf-8").splitlines()
    example = "\n".join(line.removeprefix("# ") for line in lines if line.startswith(("# jazz", "#   ")))
    assert list(read_index(example)) == ["jazzgram-high-notes"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("notes above a pitch.", "notes above a pitch", "jazzgram-high-notes.summary: "),
        ("prune_notes", "prune_note", "jazzgram-high-notes.hooks.0"),
        ("git+https://example.org/high-notes@v1.0", "git+https://example.org/high-notes", "install: "),
        ("git+https://example.org/high-notes@v1.0", "--index-url=x", "install: "),
        ("licence: MIT", "license: MIT", "jazzgram-high-notes.licence: "),
    ],
)
def test_an_entry_of_another_form_is_named(old: str, new: str, message: str) -> None:
    with pytest.raises(JazzgramError, match=message):
        read_index(ENTRY.replace(old, new))


def test_the_index_is_in_alphabetical_order() -> None:
    with pytest.raises(JazzgramError, match="alphabetical"):
        read_index(ENTRY + ENTRY.replace("jazzgram-high-notes:", "jazzgram-blue:"))


def test_a_name_of_the_index_is_what_it_installs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "read_index", lambda: read_index(ENTRY))
    assert requirement("jazzgram-high-notes") == ("git+https://example.org/high-notes@v1.0", True)
    assert requirement("jazzgram-other") == ("jazzgram-other", False)
    with pytest.raises(JazzgramError, match=r"\./nothing: no such file or folder"):
        requirement("./nothing")


def test_what_the_index_does_not_have_is_installed_only_after_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(what: str) -> None:
        raise AssertionError(what)

    monkeypatch.setattr(packages, "install", never)
    done = CliRunner().invoke(plugins.command, ["install", "jazzgram-anything"], input="n\n")
    assert "not in the index" in done.output and "nothing was installed" in done.output and done.exit_code == 0
    with pytest.raises(JazzgramError, match="nothing was installed; --yes installs without asking"):
        CliRunner().invoke(plugins.command, ["install", "jazzgram-anything"], input="", catch_exceptions=False)
    with pytest.raises(JazzgramError, match="is no package"):
        packages._run(["true"], "--index-url=x")


def test_what_git_says_of_the_network_is_in_the_line() -> None:
    said = "error: subprocess-exited-with-error\\n  fatal: Could not resolve host: a.host\\nERROR: Failed"
    with pytest.raises(JazzgramError, match=r"removed: fatal: Could not resolve host: a\.host ERROR: Failed"):
        packages._run(["sh", "-c", f'printf "{said}" >&2; exit 1'], "git+https://example.org/x.git")


@pytest.mark.parametrize(
    ("name", "message"), [("jazzgram", "itself is not"), ("numpy", "numpy: no such package with plugins")]
)
def test_only_packages_with_plugins_are_uninstalled(name: str, message: str) -> None:
    with pytest.raises(JazzgramError, match=message):
        uninstall(name)


def test_search_finds_words_in_names_hooks_and_descriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "read_index", lambda: read_index(ENTRY))
    lines = CliRunner().invoke(plugins.command, ["search", "Above a"]).output.splitlines()
    assert lines[0].endswith("Take out notes above a pitch.")
    assert [line.strip() for line in lines[1:]] == ["[install jazzgram-high-notes]"]
    assert "low_notes" in CliRunner().invoke(plugins.command, ["search", "prune_notes"]).output
    assert "nothing has 'xyzzy'" in CliRunner().invoke(plugins.command, ["search", "xyzzy"]).output


@pytest.fixture
def chains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package with two chains, as pip would lay it out."""
    site = tmp_path / "site"
    (site / "jazzgram_cool").mkdir(parents=True)
    (site / "jazzgram_cool" / "__init__.py").write_text("raise RuntimeError('nobody imports me')\n")
    (site / "jazzgram_cool" / "cool.yaml").write_text("extends: blues\nseed: 5\nchain:\n  - prune_notes: soft.py\n")
    (site / "jazzgram_cool" / "soft.py").write_text(
        "from jazzgram import hookimpl\n\n@hookimpl\ndef prune_notes(notes):\n    return list(notes)\n"
    )
    (site / "jazzgram_cool" / "cooler.yaml").write_text("extends: cool.yaml\nseed: 6\n")
    info = site / "jazzgram_cool-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: jazzgram-cool\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[jazzgram.configs]\njazzgram-cool = jazzgram_cool\n")
    monkeypatch.syspath_prepend(site)
    return site


def test_a_chain_of_a_package_is_run_and_extended_by_its_name(chains: Path, tmp_path: Path) -> None:
    assert Pipeline.load("jazzgram-cool:cooler").config.sections.seed == 6
    (tmp_path / "mine.yaml").write_text("extends: jazzgram-cool:cool\nimprovise: {bars: 2}\n")
    config = Pipeline.load(tmp_path / "mine.yaml").config
    assert (config.sections.seed, config.chain[0].plugin.name) == (5, "soft.py")
    assert "jazzgram_cool" not in sys.modules


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "jazzgram-col:cool",
            r"no installed package 'jazzgram-col' has configurations \(did you mean jazzgram-cool\?\)",
        ),
        ("jazzgram-cool:col", r"no configuration of that name in jazzgram-cool .*there are: cool, cooler"),
    ],
)
def test_a_chain_that_is_not_there_is_named(chains: Path, tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "mine.yaml").write_text(f"seed: 1\nextends: {name}\n")
    with pytest.raises(ConfigError, match=r"mine.yaml:2: extends: .*" + message):
        Pipeline.load(tmp_path / "mine.yaml")
    with pytest.raises(ConfigError, match=message):
        Pipeline.load(name)


@pytest.mark.parametrize(("kind", "name"), [("pruner", "quiet"), ("chain", "cool")])
def test_a_new_package_brings_its_workflows(
    kind: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(new.command, [kind, name, "--package"]).exit_code == 0
    folder = tmp_path / f"jazzgram-{name}" / ".github" / "workflows"
    test, release = (yaml.load((folder / f"{file}.yml").read_text(), yaml.BaseLoader) for file in ("test", "release"))
    assert any("pytest" in step.get("run", "") for step in test["jobs"]["test"]["steps"])
    assert release["jobs"]["publish"]["permissions"] == {"id-token": "write"}, "trusted publishing, without a secret"
    assert release["on"]["push"]["tags"] == ["v*"]


def test_a_chain_without_a_package_needs_no_command() -> None:
    assert "extends: blues" in str(CliRunner().invoke(new.command, ["chain", "cool"]).exception)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_package_is_tried_installed_used_and_uninstalled(tmp_path: Path) -> None:
    """What a user does with somebody's folder, in environments that are thrown away, without a network."""
    site = tmp_path / "environment"
    python = new_environment(site)
    environment = os.environ | {"PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_INDEX": "1"}

    def do(*words: str, status: int = 0) -> str:
        done = subprocess.run(
            [str(python), "-m", *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    do("jazzgram", "new", "pruner", "quiet", "--package")
    do("jazzgram", "new", "chain", "cool", "--package")
    (tmp_path / "mine.yaml").write_text(
        "extends: blues\nmodel: {use: markov}\nimprovise: {bars: 2}\nreport: false\nchain:\n  - prune_notes: quiet\n"
    )
    assert "no plugin 'quiet'" in do("jazzgram", "validate", "mine.yaml", status=2)
    do("jazzgram", "plugins", "try", "./jazzgram-quiet", "mine.yaml", "--out", "tried")
    assert "jazzgram-quiet 0.1.0" in (tmp_path / "tried" / "run.yaml").read_text()
    assert "no plugin 'quiet'" in do("jazzgram", "validate", "mine.yaml", status=2), "it was thrown away"
    assert "jazzgram-quiet: quiet" in do("jazzgram", "plugins", "install", "./jazzgram-quiet", "--yes")
    do("jazzgram", "validate", "mine.yaml")
    assert "jazzgram-cool: jazzgram-cool" in do("jazzgram", "plugins", "install", "./jazzgram-cool", "--yes")
    do("jazzgram", "validate", "jazzgram-cool:cool")
    do("pytest", "-q", "-p", "no:cacheprovider", "jazzgram-cool/tests")
    do("jazzgram", "plugins", "uninstall", "jazzgram-quiet")
    assert "no plugin 'quiet'" in do("jazzgram", "validate", "mine.yaml", status=2)


def test_the_fixtures_are_there_for_every_project(
    jazzgram_run: JazzgramRun, tiny_tune: Tune, assert_same_bars: Callable[[Solo, Solo], None]
) -> None:
    run = jazzgram_run("extends: blues\nchain: []\n", improvise={"bars": 2}, seed=3)
    assert (run.solo.bars, run.config["seed"], run.config["model"]["use"]) == (2, 3, "markov")
    assert [bar.chords[0].symbol for bar in tiny_tune.bars] == ["Dm7", "G7", "Cmaj7"]
    assert_same_bars(run.solo, run.solo)
    one, other = (Solo((Note(60, 1920, 480), Note(pitch, 2400, 480)), (), 2) for pitch in (62, 64))
    with pytest.raises(pytest.fail.Exception, match=r"bar 2: found 60@1:1!80 62@2:1!80; expected 60@1:1!80 64@2:1!80"):
        assert_same_bars(one, other)
