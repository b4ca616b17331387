"""What starts quickly imports little: the packages beside the standard library that a first line may import."""

from __future__ import annotations

import os
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
WARM = ALWAYS | {
    *("click", "jazzgram_configs", "jazzgram_data", "jazzgram_plugins", "pluggy", "yaml"),  # the configuration
    *("pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"),
    *("numpy", "safetensors"),  # terms and weights
    *("symusic", "verovio", "jinja2", "markupsafe"),  # solo.mid, the score in the page, the page
}
NOT_IN_A_WARM_RUN = {
    *("asyncio", "http", "multiprocessing", "ssl", "urllib.request"),  # nothing is downloaded, nobody else works
    *("jazzgram.evaluation.benchmark", "jazzgram.improvisation.reharmony.propose"),
    *("jazzgram.cli.evaluate", "jazzgram.live", "jazzgram.studio", "jazzgram_plugins.models.lstm"),
    *("symusic", "symusic.factory"),  # but for its core
}
HEAVY_PARTS = ("jazzgram.pages", "jazzgram.rendering", "jazzgram.evaluation", "jazzgram.studio", "jazzgram.testing")
"""Of jazzgram: none of them is imported before it is used."""


def imported(code: str, folder: Path, *arguments: str) -> set[str]:
    """Return the modules that a new process has after some code, without those that it begins with."""
    before, after = "import sys; before = set(sys.modules)\n", "print(*sorted(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-c", f"{before}try:\n    {code}\nexcept SystemExit: pass\n{after}", *arguments],
        cwd=folder,
        env={**os.environ, "JAZZGRAM_CACHE": str(folder / "cache")},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("code", ENTRIES)
def test_a_first_line_imports_what_is_listed_and_nothing_else(code: str, tmp_path: Path) -> None:
    modules = imported(code, tmp_path, "--help")
    assert others_of(modules) - ENTRIES[code] == set()
    assert others_of(modules) >= ALWAYS, "the process has imported jazzgram"


def others_of(modules: set[str]) -> set[str]:
    """Return the packages of modules, those of the standard library aside."""
    others = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names
    # Compiled packages register these for their own use.
    return {
        name
        for name in others
        if not name.startswith(("_cython", "cython_runtime", "_sysconfigdata", "swig_runtime_data"))
    }


@pytest.mark.parametrize("code", [code for code in ENTRIES if "load" not in code])  # a configuration names writers
def test_no_part_is_imported_before_it_is_used(code: str, tmp_path: Path) -> None:
    assert [name for name in imported(code, tmp_path, "--help") if name.startswith(HEAVY_PARTS)] == []


def test_a_warm_run_imports_what_it_needs(tmp_path: Path) -> None:
    """With everything in the cache, and where no terminal shows a bar."""
    code = "from jazzgram.cli import main; main()"
    for out in ("cold", "warm"):
        modules = imported(code, tmp_path, "run", "pitches", "--out", out)
    assert (tmp_path / "warm" / "report.html").is_file()
    assert others_of(modules) - WARM == set()
    assert modules & NOT_IN_A_WARM_RUN == set()
