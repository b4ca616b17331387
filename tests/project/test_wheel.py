"""The wheel holds what an installation outside a checkout needs."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from paths import ROOT


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_wheel_has_every_plugin_configuration_and_tune(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    for folder, package in (
        ("plugins", "jazzgram_plugins"),
        ("configs", "jazzgram_configs"),
        ("data", "jazzgram_data"),
    ):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".py", ".yaml", ".txt", ".mid", ".mp3", ".json") and "__pycache__" not in path.parts:
                assert f"{package}/{path.relative_to(ROOT / folder).as_posix()}" in names
    # templates and assets, too
    for path in (ROOT / "jazzgram").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(ROOT).as_posix() in names


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_wheel_is_in_order_and_plays_without_the_checkout(tmp_path: Path) -> None:
    """What `pip install jazzgram` gives: checked as PyPI checks it, then a first solo from an empty folder."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(command, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    checked = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", str(wheel)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    site, folder = tmp_path / "site", tmp_path / "empty"
    folder.mkdir()
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site)]
    subprocess.run([*install, str(wheel)], check=True)
    environment = os.environ | {"PYTHONPATH": str(site), "JAZZGRAM_CACHE": str(tmp_path / "cache")}

    def do(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert str(site) in do("-c", "import jazzgram, jazzgram_plugins; print(jazzgram.__file__)")
    do("-m", "jazzgram", "run", "pitches", "--bars", "4")
    assert (folder / "out" / "pitches" / "solo.mid").read_bytes().startswith(b"MThd")


def test_the_tests_have_what_the_extras_bring() -> None:
    """But for devices, which a test machine does not have, and TensorBoard, which only reads what others write."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = {Requirement(each).name for each in chain(*settings["project"]["optional-dependencies"].values())}
    dev = {Requirement(each).name for each in settings["dependency-groups"]["dev"]}
    assert extras - dev == {"python-rtmidi", "sounddevice", "tensorboard"}
