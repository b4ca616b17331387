"""The chain explorer: every combination of its steps, played, measured and shown as recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from browser import accessibility_problems, chromium

from jazzgram import Pipeline
from jazzgram.evaluation.reference import find_reference

STEPS = ["standard_lengths", "guide_tones", "resolve_approach", "breathe", "accents", "swing"]
ALL = 2 ** len(STEPS) - 1


def bits(*names: str) -> int:
    """Return the combination of these steps."""
    return sum(1 << STEPS.index(name) for name in names)


def test_its_configuration_has_the_steps_as_they_are_written(make_pages: ModuleType) -> None:
    recording = make_pages.explorer.recording
    config = Pipeline.load(recording.CONFIG).config
    assert [step.plugin.name for step in config.chain] == STEPS
    head, written = recording.written_steps()
    assert f"{head}chain:\n{''.join(written)}" == recording.CONFIG.read_text(encoding="utf-8")
    assert set(recording.METRICS) <= set(find_reference().style())


def test_the_page_is_in_search_and_navigation(make_pages: ModuleType, pages: dict[str, str]) -> None:
    assert pages[make_pages.explorer.PAGE].startswith("# Chain explorer\n")


# --- what is recorded ---


@pytest.fixture(scope="module")
def site(make_pages: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the page, its runs played anew."""
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make_pages.cached, "FOLDER", folder / "cached")
        (folder / "explorer.html").write_text(make_pages.explorer.standalone(), encoding="utf-8")
        yield folder


@pytest.fixture(scope="module")
def runs(site: Path) -> dict[str, Any]:
    """What the page has of the runs."""
    text = (site / "explorer.html").read_text(encoding="utf-8")
    (found,) = re.findall(r'<script type="application/json" id="runs">(.+?)</script>', text)
    assert len(found) < 300_000, "one small JSON"
    recorded: dict[str, Any] = json.loads(found)
    return recorded


def notes(runs: dict[str, Any], combination: int) -> list[tuple[int, ...]]:
    """Return onset, duration, pitch and velocity of a combination's notes."""
    rows = [runs["notes"][index] for index in runs["combinations"][combination]["notes"]]
    return [(onset, duration, pitch, velocity) for onset, duration, pitch, _, _, velocity, *_ in rows]


@pytest.mark.slow
def test_every_combination_is_a_solo_of_its_own(runs: dict[str, Any]) -> None:
    assert [step["name"] for step in runs["steps"]] == STEPS
    assert len({tuple(notes(runs, each)) for each in range(ALL + 1)}) == ALL + 1


@pytest.mark.slow
@pytest.mark.parametrize("combination", [0, bits("guide_tones", "swing"), ALL], ids=["none", "two", "all"])
def test_the_configuration_that_is_shown_plays_the_notes(
    combination: int, runs: dict[str, Any], tmp_path: Path
) -> None:
    chosen = "".join(step["yaml"] for bit, step in enumerate(runs["steps"]) if combination >> bit & 1)
    path = tmp_path / "solo.yaml"
    path.write_text(runs["head"] + (f"chain:\n{chosen}" if chosen else "chain: []\n"), encoding="utf-8")
    solo = Pipeline.load(path).improvise().solo
    played = [(note.onset, note.duration, note.pitch, note.velocity) for note in solo.notes]
    assert sorted(played) == sorted(notes(runs, combination))


@pytest.mark.slow
@pytest.mark.parametrize(("step", "nearer"), [("guide_tones", False), ("resolve_approach", False), ("breathe", True)])
def test_what_the_page_says_of_the_distance_is_so(step: str, nearer: bool, runs: dict[str, Any]) -> None:
    distance = [each["distance"] for each in runs["combinations"]]
    off = [each for each in range(ALL + 1) if not each & bits(step)]
    assert all((distance[each | bits(step)] < distance[each]) is nearer for each in off)


# --- in a browser ---


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser for all tests of the module."""
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Any, site: Path, runs: dict[str, Any]) -> Iterator[Any]:
    """The page as opened from the disk, on a phone; it fetches nothing and reports no error."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    opened.on("request", lambda request: wrong.append(request.url) if request.url.startswith("http") else None)
    opened.goto((site / "explorer.html").as_uri())
    yield opened
    context.close()
    assert not wrong


def drawn(page: Any) -> int:
    """Count the notes on the roll."""
    count: int = page.locator("#roll .note").count()
    return count


@pytest.mark.slow
def test_a_switch_changes_roll_numbers_configuration_and_address(page: Any, runs: dict[str, Any]) -> None:
    assert drawn(page) == len(notes(runs, ALL))
    page.get_by_role("switch", name="breathe").uncheck()
    without = ALL ^ bits("breathe")
    assert drawn(page) == len(notes(runs, without)) > len(notes(runs, ALL))
    assert page.locator("#status").inner_text().startswith("breathe switched off: ")
    assert page.locator("#roll .added").count() > 10
    assert page.locator("#distance").inner_text() == f"{runs['combinations'][without]['distance']:.2f}"
    assert "breathe" not in page.locator("#yaml").inner_text()
    assert page.url.endswith("#standard_lengths+guide_tones+resolve_approach+accents+swing")
    page.get_by_role("button", name="All off").click()
    assert drawn(page) == len(notes(runs, 0)) and page.url.endswith("#none")
    page.reload()
    assert drawn(page) == len(notes(runs, 0)), "the address has the combination"


@pytest.mark.slow
def test_the_sampled_terms_are_shown_and_notes_tell_where_they_come_from(page: Any, runs: dict[str, Any]) -> None:
    page.get_by_role("button", name="Show the sampled terms").click()
    assert page.locator("#roll .term").count() == len(runs["terms"])
    page.get_by_role("switch", name="swing").uncheck()
    assert drawn(page) == len(notes(runs, ALL ^ bits("swing")))
    page.locator("#roll").press("ArrowRight")
    assert "from the term A,0.500" in page.locator("#item").inner_text()


def tick(page: Any, after: int) -> int:
    """Wait until what plays is behind a tick; return where it is."""
    for _ in range(200):
        if (now := int(page.locator("#time").input_value())) > after:
            return now
        page.wait_for_timeout(50)
    raise AssertionError(f"it does not play on after {after}")


@pytest.mark.slow
def test_what_plays_goes_on_while_steps_are_switched(page: Any) -> None:
    page.locator("#play").click()
    before = tick(page, 900)
    page.get_by_role("switch", name="guide tones").uncheck()
    assert page.locator("#play").get_attribute("aria-label") == "Pause"
    assert tick(page, before + 900) < before + 10_000, "it has not begun anew, nor run away"


@pytest.mark.slow
def test_everybody_can_use_it_on_a_phone(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not accessibility_problems(page)
    for box in (each.bounding_box() for each in page.get_by_role("switch").all()):
        assert box["height"] >= 24 and box["width"] >= 24
