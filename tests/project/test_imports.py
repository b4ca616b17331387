"""What starts quickly imports little: the packages beside the standard library that a first line may import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ALWAYS = {"jazzgram", "lazy_loader"}
ENTRIES = {
    "import jazzgram": ALWAYS,
    "from jazzgram import Pipeline": ALWAYS,
    "from jazzgram import Pipeline; Pipeline.load('blues')": ALWAYS
    | {"jazzgram_configs", "jazzgram_data", "jazzgram_plugins", "numpy", "pluggy", "pydantic", "pydantic_core", "yaml"}
    | {"annotated_types", "typing_extensions", "typing_inspection"},  # of pydantic
    "from jazzgram.cli import main; main()": ALWAYS | {"click"},
}
HEAVY_PARTS = ("jazzgram.pages", "jazzgram.rendering", "jazzgram.evaluation", "jazzgram.studio", "jazzgram.testing")
"""Of jazzgram: none of them is imported before it is used."""


def imported(code: str, folder: Path) -> set[str]:
    """Return the modules that a new process has after some code, without those that it begins with."""
    before, after = "import sys; before = set(sys.modules)\n", "print(*sorted(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-c", f"{before}try:\n    {code}\nexcept SystemExit: pass\n{after}", "--help"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("code", ENTRIES)
def test_a_first_line_imports_what_is_listed_and_nothing_else(code: str, tmp_path: Path) -> None:
    modules = imported(code, tmp_path)
    others = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names
    # Compiled packages register these two for their own use.
    others = {name for name in others if not name.startswith(("_cython", "cython_runtime", "_sysconfigdata"))}
    assert others - ENTRIES[code] == set()
    assert others >= ALWAYS, "the process has imported jazzgram"


@pytest.mark.parametrize("code", [code for code in ENTRIES if "load" not in code])  # a configuration names writers
def test_no_part_is_imported_before_it_is_used(code: str, tmp_path: Path) -> None:
    assert [name for name in imported(code, tmp_path) if name.startswith(HEAVY_PARTS)] == []
