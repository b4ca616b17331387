"""Other people's plugins as packages: the index, and how they get into an environment."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.hooks.finding import forget_installed
from jazzgram.hooks.plugins import CONFIGS, GROUP, HOOKS
from jazzgram.resources.registry import shipped

_ADDRESS = re.compile(r"^(git\+|https?://|file:)|[/\\]|\.(whl|tar\.gz|zip)$")
_WAIT = 900
"""Seconds that an installation may take."""


class IndexEntry(BaseModel):
    """A package of the index."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    summary: str = Field(min_length=10, max_length=90, pattern=r"^[A-Z].*\.$", description="One sentence.")
    hooks: tuple[Literal[HOOKS] | Literal["configs"], ...] = Field(  # type: ignore[valid-type]
        min_length=1, description="What it implements; configs for chains."
    )
    install: str = Field(pattern=r"^(jazzgram[\w.-]*|git\+https://\S+@\S+)$", description="As pip takes it.")
    licence: str = Field(min_length=2, max_length=40, description="Its SPDX name.")
    homepage: str = Field(pattern="^https://", description="Where its source is.")


def read_index(text: str | None = None) -> dict[str, IndexEntry]:
    """Read the index of packages that comes with jazzgram.

    Parameters
    ----------
    text : str or None
        Another index, as YAML.

    Raises
    ------
    JazzgramError
        With every mistake, each with the name of its entry.
    """
    found = yaml.safe_load(shipped("plugin_index.yaml").read_text("utf-8") if text is None else text)
    try:
        entries = TypeAdapter(dict[str, IndexEntry]).validate_python(found)
    except ValidationError as error:
        lines = (f"{'.'.join(map(str, mistake['loc']))}: {mistake['msg']}" for mistake in error.errors())
        raise JazzgramError("; ".join(lines)) from None
    if list(entries) != sorted(entries):
        raise JazzgramError("the entries are not in alphabetical order")
    return entries


def requirement(name: str) -> tuple[str, bool]:
    """Return what an installer takes for a name, and whether the index has it.

    Raises
    ------
    JazzgramError
        Where a folder or file of that name is not there.
    """
    index = read_index()
    if name in index:
        return index[name].install, True
    if _ADDRESS.search(name):
        if not re.match(r"(git\+|https?://|file:)", name) and not Path(name).exists():
            raise JazzgramError(f"{name}: no such file or folder{did_you_mean(name, index)}")
        return name, False
    return name, False


def install(what: str, python: Path | None = None) -> None:
    """Install a package with pip or uv.

    Parameters
    ----------
    what : str
        As pip takes it.
    python : Path or None
        The interpreter of the environment; None for the running one.

    Raises
    ------
    JazzgramError
        Where there is neither installer, or it fails: with its last lines.
    """
    _run(_installer("install", python), what)


def uninstall(distribution: str) -> None:
    """Uninstall a package with plugins or configurations from the running environment.

    Raises
    ------
    JazzgramError
        Where it is not installed, has neither, or is jazzgram itself.
    """
    if distribution == "jazzgram":
        raise JazzgramError("jazzgram itself is not uninstalled from within; use pip or uv")
    known = sorted(packages())
    if distribution not in known:
        raise JazzgramError(
            f"{distribution}: no such package with plugins is installed{did_you_mean(distribution, known)};"
            f" there are: {', '.join(known) or 'none'}"
        )
    _run(_installer("uninstall", None), distribution)


def packages() -> dict[str, list[str]]:
    """Return the plugins and configurations of each other installed package, by the package's name."""
    found: dict[str, list[str]] = {}
    for group in (GROUP, CONFIGS):
        for entry in importlib.metadata.entry_points(group=group):
            if entry.dist is not None and entry.dist.name != "jazzgram":
                found.setdefault(entry.dist.name, []).append(entry.name.rpartition(".")[2])
    return found


def new_environment(folder: Path) -> Path:
    """Make an environment that has what the running one has, and return its interpreter.

    What is installed there leaves the running environment as it is. The code is no less free: this is no sandbox.
    """
    venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
    paths = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", scheme="venv", vars=paths))
    borrowed = [path for path in sys.path if path and Path(path).is_dir()]
    lines = [f"import site; site.addsitedir({path!r})" for path in borrowed]
    (site / "zz_borrowed.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Path(sysconfig.get_path("scripts", scheme="venv", vars=paths)) / Path(sys.executable).name


def _installer(action: Literal["install", "uninstall"], python: Path | None) -> list[str]:
    """Return the command of pip, else that of uv."""
    target = str(python or sys.executable)
    if find_spec("pip") is not None:
        other = [] if python is None else ["--python", target]
        return [sys.executable, "-m", "pip", *other, "--quiet", action, *(["--yes"] * (action == "uninstall"))]
    uv = shutil.which("uv")
    if uv is None:
        raise JazzgramError("neither pip nor uv is here; install one of them, or add the package as you added jazzgram")
    return [uv, "pip", action, "--quiet", "--python", target]


_TELLING = ("ERROR:", "error:", "fatal:")
"""How the lines begin in which pip, uv and, indented between those, git say what went wrong."""

_TELLS_NOTHING = "error: subprocess-exited-with-error"
"""What pip says before the lines of git."""


def _run(command: Sequence[str], what: str) -> None:
    if what.startswith("-"):
        raise JazzgramError(f"{what}: is no package (an option of an installer is none)")
    try:
        done = subprocess.run([*command, what], capture_output=True, text=True, check=False, timeout=_WAIT)
    except subprocess.TimeoutExpired:
        raise JazzgramError(f"{what}: the installer took more than {_WAIT} s") from None
    if done.returncode:
        output = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        told = [line for line in output if line.startswith(_TELLING) and line != _TELLS_NOTHING]
        errors = told or output[-3:]
        raise JazzgramError(f"{what}: cannot be installed or removed: {' '.join(errors)[:600]}")
    importlib.invalidate_caches()
    forget_installed()
