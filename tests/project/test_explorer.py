"""The chain explorer and the page of every step: runs are played, measured and shown as recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
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
    explorer = make_pages.explorer
    assert [step.plugin.name for step in Pipeline.load(explorer.page.CONFIG).config.chain] == STEPS
    files = {explorer.page.CONFIG: "chain", explorer.effects.CONFIG: "chain", explorer.critics.CONFIG: "critics"}
    for path, key in files.items():
        head, written = explorer.recording.written_steps(path, key)
        assert f"{head}{key}:\n{''.join(written)}" == path.read_text(encoding="utf-8")
    assert set(explorer.recording.METRICS) <= set(find_reference().style())


def test_the_pages_are_in_search_and_navigation(pages: dict[str, str]) -> None:
    assert pages["explorer.md"].startswith("# Chain explorer\n")
    assert pages["steps.md"].startswith("# Every step\n") and "| `breathe` |" in pages["steps.md"]
    assert pages["every_critic.md"].startswith("# Every critic\n") and "| `cadence` |" in pages["every_critic.md"]


def test_every_stock_step_of_a_chain_has_its_card_and_a_link_to_it(
    make_pages: ModuleType, pages: dict[str, str]
) -> None:
    stock = make_pages.plugins.stock()
    names = [step.plugin.name for step in Pipeline.load(make_pages.explorer.effects.CONFIG).config.chain]
    assert sorted(names) == sorted(plugin.name for kind in ("pruners", "cleaners") for plugin in stock[kind])
    linked = re.findall(r"steps\.html#step=(\w+)", pages["plugins/pruners.md"] + pages["plugins/cleaners.md"])
    assert sorted(linked) == sorted(names)


def test_every_stock_critic_has_its_card_and_what_was_measured(make_pages: ModuleType, pages: dict[str, str]) -> None:
    critics = Pipeline.load(make_pages.explorer.critics.CONFIG).config.critics
    names = [critic.plugin.name for critic in critics]
    assert sorted(names) == sorted(plugin.name for plugin in make_pages.plugins.stock()["critics"])
    assert sorted(re.findall(r"every_critic\.html#step=(\w+)", pages["plugins/critics.md"])) == sorted(names)
    gains = make_pages.explorer.critics.measured_gains()
    assert gains.keys() == {*names} - {"future"} and gains["cadence"] > 0 > gains["motif"]
    assert all(make_pages.explorer.critics.measured(critic).endswith(".") for critic in critics)


# --- what is recorded ---


@pytest.fixture(scope="module")
def site(make_pages: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the pages, their runs played anew."""
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make_pages.cached, "FOLDER", folder / "cached")
        for name in ("explorer", "steps", "every_critic"):
            (folder / f"{name}.html").write_text(make_pages.explorer.standalone(f"{name}.md"), encoding="utf-8")
        yield folder


def read_runs(path: Path) -> dict[str, Any]:
    """Return what a page has of the runs, by the number of the combination."""
    (found,) = re.findall(r'<script type="application/json" id="runs">(.+?)</script>', path.read_text(encoding="utf-8"))
    assert len(found) < 300_000, "one small JSON"
    recorded: dict[str, Any] = json.loads(found)
    combinations = {int(combination): run for combination, run in recorded["combinations"].items()}
    return recorded | {"combinations": combinations}


@pytest.fixture(scope="module")
def runs(site: Path) -> dict[str, Any]:
    """The runs of the chain explorer."""
    return read_runs(site / "explorer.html")


@pytest.fixture(scope="module")
def every(site: Path) -> dict[str, Any]:
    """The runs of every step."""
    return read_runs(site / "steps.html")


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
    assert played(runs, combination, tmp_path) == sorted(notes(runs, combination))


def played(runs: dict[str, Any], combination: int, folder: Path) -> list[tuple[int, ...]]:
    """Return the notes that the configuration of a combination plays."""
    chosen = "".join(step["yaml"] for bit, step in enumerate(runs["steps"]) if combination >> bit & 1)
    path = folder / "solo.yaml"
    path.write_text(runs["head"] + (f"chain:\n{chosen}" if chosen else "chain: []\n"), encoding="utf-8")
    solo = Pipeline.load(path).improvise().solo
    return sorted((note.onset, note.duration, note.pitch, note.velocity) for note in solo.notes)


@pytest.mark.slow
@pytest.mark.parametrize(("step", "nearer"), [("guide_tones", False), ("resolve_approach", False), ("breathe", True)])
def test_what_the_page_says_of_the_distance_is_so(step: str, nearer: bool, runs: dict[str, Any]) -> None:
    distance = {combination: each["distance"] for combination, each in runs["combinations"].items()}
    off = [each for each in range(ALL + 1) if not each & bits(step)]
    assert all((distance[each | bits(step)] < distance[each]) is nearer for each in off)


@pytest.mark.slow
@pytest.mark.parametrize("step", ["build", "rectify", "standard_lengths"])
def test_before_and_after_differ_by_one_step_alone(step: str, every: dict[str, Any], tmp_path: Path) -> None:
    (effect,) = (each for each, shown in zip(every["effects"], every["steps"], strict=True) if shown["name"] == step)
    assert (effect["with"] ^ effect["without"]).bit_count() == 1
    assert notes(every, effect["with"]) != notes(every, effect["without"])
    for combination in (effect["without"], effect["with"]):
        assert played(every, combination, tmp_path) == sorted(notes(every, combination))


@pytest.mark.slow
def test_what_a_step_improves_is_so(every: dict[str, Any]) -> None:
    effects = {step["name"]: effect for step, effect in zip(every["steps"], every["effects"], strict=True)}
    says = [metric[0] for metric in every["metrics"]]
    assert effects["breathe"]["gain"] > 0.1 and effects["breathe"]["gains"][says.index("share of silence")] > 1
    assert effects["guide_tones"]["gain"] < -0.1
    assert effects["guide_tones"]["gains"][says.index("changes met with a third or seventh")] < -1
    assert effects["accents"]["gain"] == 0, "no value is of loudness"
    mended = {"fill_bar", "zero_lengths", "same_onset", "no_overlaps"}
    idle = {
        name
        for name, effect in effects.items()
        if notes(every, effect["with"]) == notes(every, effect["without"]) and effect["gain"] == 0
    }
    assert idle == mended, "every other step has something to do"


@pytest.fixture(scope="module")
def steered(site: Path) -> dict[str, Any]:
    """The runs of every critic."""
    return read_runs(site / "every_critic.html")


@pytest.mark.slow
@pytest.mark.parametrize("critic", ["density", "novelty", "future"])
def test_without_and_with_a_critic_are_what_the_shown_configurations_play(
    critic: str, steered: dict[str, Any], tmp_path: Path
) -> None:
    names = [step["name"] for step in steered["steps"]]
    effect = steered["effects"][names.index(critic)]
    for combination in (effect["without"], effect["with"]):
        path = tmp_path / "solo.yaml"
        path.write_text(steered["combinations"][combination]["yaml"], encoding="utf-8")
        solo = Pipeline.load(path).improvise().solo
        played = sorted((note.onset, note.duration, note.pitch, note.velocity) for note in solo.notes)
        assert played == sorted(notes(steered, combination))


@pytest.mark.slow
def test_every_critic_is_heard_where_it_acts(steered: dict[str, Any]) -> None:
    bar = steered["bar"]

    def in_bars(combination: int, first: int, last: int) -> int:
        return sum(first * bar <= onset < last * bar for onset, *_ in notes(steered, combination))

    effects = {step["name"]: effect for step, effect in zip(steered["steps"], steered["effects"], strict=True)}
    assert all(notes(steered, each["without"]) != notes(steered, each["with"]) for each in effects.values())
    dense = effects["density"]["with"]
    assert in_bars(dense, 0, 8) < in_bars(dense, 8, 16) < in_bars(dense, 16, 24)
    low, high = (
        [pitch for onset, _, pitch, _ in notes(steered, effects["register"]["with"]) if onset // (12 * bar) == half]
        for half in (0, 1)
    )
    assert sum(low) / len(low) + 3 < sum(high) / len(high)


# --- in a browser ---


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser for all tests of the module."""
    with chromium() as running:
        yield running


@contextmanager
def opened(browser: Any, address: str) -> Iterator[Any]:
    """Open a page from the disk, on a phone; it fetches nothing and reports no error."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: wrong.append(request.url) if request.url.startswith("http") else None)
    page.goto(address)
    yield page
    context.close()
    assert not wrong


@pytest.fixture
def page(browser: Any, site: Path) -> Iterator[Any]:
    """The chain explorer."""
    with opened(browser, (site / "explorer.html").as_uri()) as shown:
        yield shown


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


@pytest.mark.slow
def test_every_step_is_seen_and_heard_before_and_after(browser: Any, site: Path, every: dict[str, Any]) -> None:
    with opened(browser, (site / "steps.html").as_uri() + "#step=low_notes") as page:
        (low,) = (index for index, step in enumerate(every["steps"]) if step["name"] == "low_notes")
        before, after = (notes(every, every["effects"][low][side]) for side in ("without", "with"))
        assert page.get_by_role("radio", checked=True).count() == 1
        assert page.locator("#step").inner_text() == "Low notes"
        assert drawn(page) == len(after) < len(before)
        assert page.locator("#roll .gone").count() == len(before) - len(after)
        page.get_by_role("button", name="Before").click()
        assert drawn(page) == len(before)
        page.locator("#play").click()
        now = tick(page, 900)
        page.get_by_role("radio", name="swing").check()
        assert tick(page, now + 900) < now + 10_000, "what plays goes on"
        assert page.url.endswith("#step=swing") and "swing" in page.locator("#yaml").inner_text()
        assert page.locator("#plugin").get_attribute("href") == "plugins/cleaners.html#swing"
        assert "farther from real solos" in page.locator("#improves").inner_text()
        page.reload()
        assert page.locator("#step").inner_text() == "Swing", "the address has the step"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not accessibility_problems(page)


@pytest.mark.slow
def test_every_critic_is_seen_and_heard_without_and_with(browser: Any, site: Path, steered: dict[str, Any]) -> None:
    with opened(browser, (site / "every_critic.html").as_uri() + "#step=cadence") as page:
        names = [step["name"] for step in steered["steps"]]
        cadence, future = (steered["effects"][names.index(name)] for name in ("cadence", "future"))
        assert page.locator("#step").inner_text() == "Cadence" and page.get_by_role("radio").count() == len(names)
        assert "0.04 nearer to real solos. The last beat of every eighth bar" in page.locator("#improves").inner_text()
        assert drawn(page) == len(notes(steered, cadence["with"]))
        page.get_by_role("button", name="Without", exact=True).click()
        assert drawn(page) == len(notes(steered, cadence["without"]))
        page.locator("#play").click()
        tick(page, 900)
        page.get_by_role("radio", name="future").check()
        assert page.locator("#improves").inner_text().startswith("In 60 gaps") and page.url.endswith("#step=future")
        assert "keep: [1-4, 7-12, 15-24]" in page.locator("#yaml").inner_text()
        assert drawn(page) == len(notes(steered, future["with"]))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not accessibility_problems(page)
