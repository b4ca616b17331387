"""Plugins that come with other packages: found by name, limited by the environment, harmless when broken."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from jazzgram import Pipeline
from jazzgram.cli import plugins as plugins_command
from jazzgram.errors import ConfigError
from jazzgram.hooks.finding import _scan, installed

_LOW = '''"""Move everything down an octave."""
from dataclasses import replace

from jazzgram import hookimpl


@hookimpl
def prune_notes(notes):
    """Sound an octave lower."""
    return [replace(note, pitch=note.pitch - 12) for note in notes]
'''


def distribute(folder: Path, distribution: str, name: str, source: str) -> None:
    """Lay a package into a folder as pip would."""
    module = name.replace(".", "_")
    (folder / f"{module}.py").write_text(source)
    info = folder / f"{distribution.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[jazzgram]\n{name} = {module}\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages: a plugin that works, and one that does not."""
    folder = tmp_path / "site"
    folder.mkdir()
    distribute(folder, "jazzgram-octave", "octave_down", _LOW)
    distribute(folder, "jazzgram-wreck", "wreck", "import no_such_library\n")
    monkeypatch.syspath_prepend(folder)
    _scan.cache_clear()
    yield folder
    _scan.cache_clear()
    for name in ("octave_down", "wreck"):
        sys.modules.pop(name, None)


def config(folder: Path, step: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(f"extends: blues\nchain:\n  - prune_notes: {step}\n")
    return path


def test_a_configuration_names_another_packages_plugin_like_a_stock_one(site: Path, tmp_path: Path) -> None:
    (step,) = Pipeline.load(config(tmp_path, "octave_down")).config.chain
    assert (step.plugin.name, step.plugin.origin) == ("octave_down", "jazzgram-octave 1.0")


def test_a_broken_plugin_breaks_only_what_names_it(site: Path, tmp_path: Path) -> None:
    assert Pipeline.load(config(tmp_path, "octave_down"))
    assert "wreck" not in sys.modules
    with pytest.raises(ConfigError, match=r"mine.yaml:3: chain.0.prune_notes: the installed plugin wreck .+ cannot"):
        Pipeline.load(config(tmp_path, "wreck"))


def test_the_list_says_what_is_broken_and_whose_it_is(site: Path) -> None:
    listed = " ".join(CliRunner().invoke(plugins_command.command, ["list"]).output.split())  # folded to 80 columns
    assert re.search(r"wreck BROKEN: .* No module named 'no_such_library'", listed)
    assert re.search(r"octave_down (\S+ )?Move everything down an octave. \[jazzgram-octave 1.0\]", listed)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, {"octave_down", "wreck"}),
        ("", set()),
        ("jazzgram-octave", {"octave_down"}),
        ("jazzgram-wreck, jazzgram-octave", {"octave_down", "wreck"}),
        ("some-other", set()),
    ],
)
def test_the_environment_limits_other_packages(
    site: Path, monkeypatch: pytest.MonkeyPatch, value: str | None, found: set[str]
) -> None:
    if value is not None:
        monkeypatch.setenv("JAZZGRAM_LOAD_PLUGINS", value)
    assert {"octave_down", "wreck"} & installed().keys() == found
    assert "pruners.low_notes" in installed()


def test_a_stock_plugins_name_stays_its_own(site: Path) -> None:
    distribute(site, "jazzgram-taker", "pruners.low_notes", _LOW)
    _scan.cache_clear()
    entry = installed()["pruners.low_notes"]
    assert entry.dist is not None
    assert entry.dist.name == "jazzgram"


def test_a_plugin_that_the_environment_hides_says_so(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAZZGRAM_LOAD_PLUGINS", "")
    with pytest.raises(ConfigError, match="'octave_down' is installed, but JAZZGRAM_LOAD_PLUGINS does not name"):
        Pipeline.load(config(tmp_path, "octave_down"))
    monkeypatch.setenv("JAZZGRAM_LOAD_PLUGINS", "Jazzgram_Octave")
    assert Pipeline.load(config(tmp_path, "octave_down"))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_new_package_is_built_installed_tested_and_run(tmp_path: Path) -> None:
    """What an author does, from `jazzgram new` to a run that uses the installed package."""
    site = tmp_path / "site"
    environment = os.environ | {"PYTHONPATH": str(site), "JAZZGRAM_LOAD_PLUGINS": "jazzgram-quiet"}

    def do(*command: str, cwd: Path = tmp_path) -> str:
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    jazzgram = (sys.executable, "-c", "from jazzgram.cli import main; main()")
    do(*jazzgram, "new", "pruner", "quiet", "--package")
    package = tmp_path / "jazzgram-quiet"
    do(sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--target", str(site), str(package))
    do(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", ".", cwd=package)
    (tmp_path / "mine.yaml").write_text("extends: blues\nmodel: {with: {epochs: 2}}\nchain:\n  - prune_notes: quiet\n")
    do(*jazzgram, "run", "mine.yaml")
    assert "jazzgram-quiet 0.1.0" in (tmp_path / "out" / "mine" / "run.yaml").read_text()
