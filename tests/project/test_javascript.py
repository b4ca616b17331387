"""The pages' JavaScript: its unit tests pass, and the pages load every script that there is, in an order that works."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from jazzgram.pages.report import page
from jazzgram.studio import app

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "jazzgram" / "pages" / "report" / "assets"
STUDIO = ROOT / "jazzgram" / "studio" / "assets"


def test_the_unit_tests_pass() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on this machine: the JavaScript of the pages is not tested")
    tests = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests" / "js").glob("*.test.js"))
    assert tests
    run = subprocess.run([node, "--test", *tests], cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_script_of_a_page_is_loaded_after_those_it_uses() -> None:
    studio = re.findall(r'<script src="/assets/(\w+)\.js">', (STUDIO / "studio.html").read_text(encoding="utf-8"))
    report = [*page.PLAYER, "report"]
    assert sorted(report) == sorted(path.stem for path in REPORT.glob("*.js"))
    assert sorted(f"{name}.js" for name in studio) == sorted(name for name in app._ASSETS if name.endswith(".js"))
    for names in (report, studio):
        known: set[str] = set()
        for name in names:
            text = ((STUDIO if (STUDIO / f"{name}.js").exists() else REPORT) / f"{name}.js").read_text(encoding="utf-8")
            code = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
            used = set(re.findall(r"jazzgram\.(\w+)(?! =)\b", code))
            for taken in re.findall(r"const \{([^}]*)\} = jazzgram;", code):
                used |= set(re.findall(r"\w+", taken))
            made = set(re.findall(r"jazzgram\.(\w+) =", code))
            assert used - made <= known, f"{name}.js uses what is loaded after it"
            known |= made


def test_a_report_holds_its_scripts_without_comments_and_indentation() -> None:
    for name in (*page.PLAYER, "report"):
        text = (REPORT / f"{name}.js").read_text(encoding="utf-8")
        assert all(line.count("`") % 2 == 0 for line in text.splitlines()), (
            "a text over lines would lose its indentation"
        )
        held = page.script(name)
        assert "/*" not in held and not re.search(r"^[ \n]", held, re.MULTILINE)
        assert held.endswith("})((globalThis.jazzgram ??= {}));\n")
        assert len(held) < 0.9 * len(text)
