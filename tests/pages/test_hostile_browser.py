"""Titles, track names, symbols and option texts that are HTML, in a real browser: no page runs them.

Each page is opened twice: with its own content policy, which must have nothing to refuse, and past it, so that the
escaping is tested by itself.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browser import chromium

from jazzgram import Corpus, Pipeline, Solo, Track
from jazzgram.evaluation.listening_test.page import make_page
from jazzgram.pages.report.page import Facts, report
from jazzgram.pipeline.run import Run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

EVIL = """"'></script></style></title></textarea><script>ran=1</script><img src=x onerror="ran=1"><svg onload=ran=1>"""
FIRES = """
window.ran = 0;
for (const kind of ["alert", "confirm", "prompt"]) window[kind] = () => { window.ran = 1; };
"""
PLUGIN = '''
from pydantic import Field
from jazzgram import Note, Options as Base, hookimpl
EVIL = """%s"""

class Options(Base):
    """What is heard."""
    words: str = Field(EVIL, description=EVIL)

@hookimpl
def clean_up_notes(notes):
    """Leave all as it is. %s"""
    return notes
'''


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration with a hostile plugin, title, corpus and tracks."""
    found = tmp_path_factory.mktemp("hostile")
    (found / "evil.py").write_text(PLUGIN % (EVIL.replace('"""', ""), EVIL.replace("'", "").replace('"', "")))
    tune = "composer: {0}\nmeter: 4/4\ntempo: 120\n\nC | C4:2 E4:2\nF | F4:2 A4:2\nG7 | G4:4\nC | C4:4\n"
    (found / "solos").mkdir()
    for number in range(3):
        (found / "solos" / f"{number}.txt").write_text(f"title: {number} {EVIL}\n" + tune.format(EVIL))
    title = json.dumps(f"Blues {EVIL}")
    (found / "mine.yaml").write_text(
        f"corpus: {{read: jazzgram_text, source: solos}}\ntokenizer: {{use: scale_degree}}\nmodel: {{use: markov}}\n"
        f"samplers: [sample: categorical]\nchain: [clean_up_notes: evil.py]\nwrite: [midi]\nmeasure: []\n"
        f"improvise: {{bars: 4, title: {title}}}\nexecution: {{engine: local}}\n"
    )
    return found


@pytest.fixture(params=[False, True], ids=["with its policy", "past its policy"])
def tab(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A tab; the test fails where something ran, or where the policy had something to refuse."""
    context = browser.new_context(bypass_csp=request.param)
    context.add_init_script(FIRES)
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.wait_for_timeout(300)  # an image that is not there fails after a moment
    assert page.evaluate("window.ran") == 0
    assert page.locator("img[src=x], svg[onload]").count() == 0
    assert errors == []
    context.close()


def hostile(run: Run) -> Run:
    """Return a run whose every text is hostile."""
    solo = run.solo
    chords = tuple(replace(chord, symbol=EVIL) for chord in solo.chords)
    band = (*solo.accompaniment, Track(EVIL, 0, solo.notes[:4]))
    calls = [replace(call, step=f"{call.step}{EVIL}", options={EVIL: EVIL}) for call in run.trace.calls]
    return Run(replace(solo, title=EVIL, chords=chords, accompaniment=band), replace(run.trace, calls=calls))


def test_the_report(tab: Any, folder: Path) -> None:
    run = hostile(Pipeline.load(folder / "mine.yaml").improvise())
    page = folder / "report.html"
    page.write_text(report(run, Facts(EVIL, EVIL, {EVIL: 1.0}, {EVIL: (1.0, 1.0)})), "utf-8")
    tab.goto(page.as_uri())
    assert tab.inner_text("h1") == EVIL and tab.title() == EVIL
    assert tab.locator("#roll .note").count() > 0, "its own script has run"
    assert tab.evaluate("getComputedStyle(document.querySelector('.player')).position") == "fixed", "its own style, too"
    assert tab.evaluate("getComputedStyle(document.querySelector('.score svg path')).stroke") != "none", "the score's"
    tab.click("#back")
    tab.locator("#roll .note").first.hover()


def test_a_long_command_line_of_the_run(tab: Any, folder: Path) -> None:
    Pipeline.load(folder / "mine.yaml").run(folder / "out")
    tab.goto((folder / "out" / "report.html").as_uri())
    assert tab.inner_text("h1") == f"Blues {EVIL}"


def test_notebooks(tab: Any, folder: Path) -> None:
    pipeline = Pipeline.load(folder / "mine.yaml")
    run = hostile(pipeline.improvise())
    shown = [run.solo._repr_html_(), Corpus(pipeline.corpus.tunes)._repr_html_(), run.trace._repr_html_()]
    page = folder / "notebook.html"
    page.write_text("<!doctype html><meta charset=utf-8><link rel=icon href='data:,'>" + "<hr>".join(shown), "utf-8")
    tab.goto(page.as_uri())
    assert tab.locator("table").count() == 2
    assert EVIL in tab.locator("img").first.get_attribute("alt")


def test_the_listening_page(tab: Any, folder: Path) -> None:
    page = folder / "listen.html"
    page.write_text(make_page([b"\xff\xfb\x90\x00" + bytes(413)] * 2), "utf-8")
    tab.goto(page.as_uri())
    tab.check("input[value=musician]")
    tab.click("#start button")
    assert tab.inner_text("#place") == "1 of 2"
    button = "getComputedStyle(document.querySelector('#rate [type=submit]')).backgroundColor"
    assert tab.evaluate(button) != "rgba(0, 0, 0, 0)", "its own style counts"


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    pytest.importorskip("starlette", reason="the extra 'studio' is not installed")
    code = "from jazzgram.cli.studio import command; command()"
    command = [sys.executable, "-c", code, "--no-open", str(folder / "mine.yaml")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as studio:
        assert studio.stdout is not None
        yield studio.stdout.readline().strip()
        studio.terminate()


def test_the_studio(tab: Any, address: str, tmp_path: Path) -> None:
    tab.goto(address)
    tab.wait_for_selector("#strip .bar")
    assert EVIL in tab.inner_text("#sum")
    assert EVIL in tab.inner_text("#panel-chain .card .hint >> nth=0")
    tab.wait_for_selector("#tune option[value='1']", state="attached")
    assert EVIL in tab.locator("#tune").inner_text()
    tab.select_option("#tune", "1")
    tab.click("#tab-score")
    tab.wait_for_selector("#score svg")
    assert tab.evaluate("document.adoptedStyleSheets[0].cssRules.length") > 3
    tab.click("#tab-numbers")
    tab.click("#tab-roll")
    tab.fill("#title", EVIL[:80])
    tab.press("#title", "Enter")
    tab.click("#another")
    tab.click("#tab-yaml")
    link = f"irealbook://{quote(EVIL.replace('=', ''))}=Composer=Swing=C=n={{T44C7 |F7 Z"
    chart = tmp_path / "<img src=x onerror=ran=1>.html"
    chart.write_text(f'<a href="{link}">{EVIL}</a>', "utf-8")
    tab.set_input_files("#file", str(chart))
    tab.click("#tab-chain")
    with tab.expect_download() as download:
        tab.select_option("#export", "midi")
    assert download.value.suggested_filename.endswith(".mid")


def test_a_japanese_title_is_the_name_of_its_file(tab: Any, address: str) -> None:
    tab.goto(address)
    tab.wait_for_selector("#strip .bar")
    tab.fill("#title", "枯葉")
    tab.press("#title", "Enter")
    with tab.expect_download() as download:
        tab.select_option("#export", "musicxml")
    assert download.value.suggested_filename == "枯葉.musicxml"


def test_a_solo_s_svg_is_no_page(tab: Any, folder: Path) -> None:
    """The lead sheet as a picture, opened by itself: its title is text there, too."""
    from jazzgram.rendering.score import lead_sheet_svg

    solo: Solo = hostile(Pipeline.load(folder / "mine.yaml").improvise()).solo
    picture = folder / "solo.svg"
    picture.write_text(lead_sheet_svg(solo), "utf-8")
    tab.goto(picture.as_uri())
    assert tab.locator("script").count() == 0
