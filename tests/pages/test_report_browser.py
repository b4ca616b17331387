"""The report in a real browser: from a file on the disk, without a network, by mouse and by keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import accessibility_problems, chromium

from jazzgram import Pipeline

pytestmark = pytest.mark.slow

CHAIN = (
    "{prune_grammar: standard_lengths}",
    "{prune_notes: strong_beat_chord_tones}",
    "{prune_notes: resolve_approach}",
    "{prune_notes: repeated_notes}",
    "{prune_notes: max_leap}",
    "{clean_up_notes: no_overlaps}",
)
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with a report."""
    out = tmp_path_factory.mktemp("run")
    settings = ["model.use=markov", "write=[midi]", "measure=[pitch]", f"chain=[{', '.join(CHAIN)}]"]
    Pipeline.load("blues", settings=settings).run(out)
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


def until(holds: Callable[[], bool]) -> None:
    """Wait for what takes a moment; the page's own rules forbid Playwright to wait inside it."""
    end = time.monotonic() + 60  # a busy machine takes long
    while not holds():
        assert time.monotonic() < end, "it did not happen within a minute"
        time.sleep(0.05)


class Seen:
    """A page that is open, and its console messages and requests."""

    def __init__(
        self, browser: Any, file: Path, size: str = "desktop", scheme: str = "light", touch: bool = False
    ) -> None:
        width, height = SIZES[size]
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=touch
        )
        self.context.set_offline(True)
        self.page = self.context.new_page()
        self.messages: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())

    def notes(self) -> int:
        return int(self.page.locator("#roll .note .body").count())

    def tick(self) -> float:
        return float(self.page.input_value("#time"))


@pytest.fixture
def seen(browser: Any, folder: Path) -> Iterator[Seen]:
    page = Seen(browser, folder / "report.html")
    yield page
    assert page.messages == []
    assert [url for url in page.asked if not url.startswith("data:")] == [(folder / "report.html").as_uri()]
    page.context.close()


def test_the_slider_goes_through_the_chain(seen: Seen) -> None:
    page = seen.page
    last = seen.notes()
    assert last > 100 and "no_overlaps" in page.inner_text("#status")
    assert page.is_disabled("#forth")
    page.focus("#step")
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    assert page.inner_text("#status").startswith("4:repeated_notes (faithful=False): ")
    assert page.locator("#roll .changed .body").count() > 0 and page.locator("#roll .gone").count() > 0
    page.keyboard.press("Home")
    assert page.inner_text("#status").startswith("What the model sampled: ")
    assert page.locator("#roll .term").count() > 100 and seen.notes() == 0
    page.click("button[data-step='2']")
    assert page.inner_text("#status").startswith("The tokenizer (")
    assert page.get_attribute("button[data-step='2']", "aria-current") == "step"
    page.click("#forth")
    assert "strong_beat_chord_tones" in page.inner_text("#status")


def test_a_note_tells_its_story(seen: Seen) -> None:
    page = seen.page
    page.locator("#roll .note").nth(3).hover()
    text = page.inner_text("#item")
    assert "bar 1, beat" in text and "of F7" in text and "from the term" in text
    page.focus("#roll")
    page.keyboard.press("Home")
    first = page.inner_text("#item")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#item") != first
    assert page.get_attribute("#roll", "aria-activedescendant") == "roll-1"
    page.keyboard.press("Escape")
    assert page.inner_text("#item").startswith("Point at a note")


def test_a_click_plays_from_there(seen: Seen) -> None:
    page = seen.page
    page.locator("#roll .note").nth(40).click()
    assert page.get_attribute("#play", "aria-label") == "Pause"
    begun = seen.tick()
    assert begun > 5 * 1920
    until(lambda: seen.tick() > begun + 200)
    assert page.locator("#roll .cursor[visibility=visible]").count() == 1
    assert page.locator("#score .sounding").count() > 0
    page.keyboard.press("Space")
    assert page.get_attribute("#play", "aria-label") == "Play"
    stood = seen.tick()
    time.sleep(0.2)
    assert seen.tick() == stood
    page.locator("#score g.note").first.click(force=True)
    assert seen.tick() < 480 and page.get_attribute("#play", "aria-label") == "Pause"
    page.click("#play")


def test_all_of_the_player_is_reached_and_turned_by_keyboard(seen: Seen) -> None:
    page = seen.page
    page.focus("#play")
    names = []
    for _ in range(5):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.id"))
    assert names[:4] == ["time", "tempo-now", "loop", "mixer-toggle"]
    page.focus("#tempo-now")
    page.keyboard.press("ArrowRight")
    assert page.inner_text(".tempo-text") == "♩ = 161"
    page.focus("#mixer-toggle")
    page.keyboard.press("Enter")
    page.get_by_label("Level of Bass").focus()
    page.keyboard.press("ArrowLeft")
    assert page.get_by_label("Level of Bass").get_attribute("aria-valuetext") == "-1 decibels"
    page.get_by_label("Mute Piano").focus()
    page.keyboard.press("Enter")
    assert page.get_by_label("Mute Piano").get_attribute("aria-pressed") == "true"
    page.fill("#loop-from", "5")
    page.fill("#loop-to", "8")
    page.keyboard.press("Tab")
    assert page.inner_text("#loop") == "Loop 5–8"
    page.focus("#loop")
    page.keyboard.press("Space")
    assert page.inner_text("#loop") == "Loop" and page.get_attribute("#play", "aria-label") == "Play"


def test_bars_that_are_drawn_over_are_repeated(seen: Seen) -> None:
    page = seen.page
    first = page.locator("#roll svg").first.bounding_box()
    y = first["y"] + first["height"] / 2
    bar = (first["width"] - 42) / 4
    page.mouse.move(first["x"] + 34 + 1.5 * bar, y)
    page.mouse.down()
    page.mouse.move(first["x"] + 34 + 3.5 * bar, y, steps=5)
    page.mouse.up()
    assert page.inner_text("#loop") == "Loop 2–4"
    assert page.get_attribute("#play", "aria-label") == "Play", "drawing is no click"
    assert float(page.locator("#roll .looped").first.get_attribute("width")) == pytest.approx(3 * bar, abs=2)
    page.click("#play")
    until(lambda: 1920 < seen.tick() < 4 * 1920)
    page.click("#loop")
    assert float(page.locator("#roll .looped").first.get_attribute("width")) == 0


def test_a_finger_beside_a_note_means_it(browser: Any, folder: Path) -> None:
    seen = Seen(browser, folder / "report.html", "phone", touch=True)
    page = seen.page
    first = page.locator("#roll svg").first
    boxes = [note.bounding_box() for note in first.locator(".note .body").all()]
    middles = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes]

    def is_alone(number: int, above: int) -> bool:
        x, y = middles[number]
        return all(
            max(abs(other - x) - box["width"] / 2, 0) + abs(high - (y - above)) > 2 * above
            for index, ((other, high), box) in enumerate(zip(middles, boxes, strict=True))
            if index != number
        )

    number = next(number for number in range(len(boxes)) if is_alone(number, 14))
    x, y = middles[number]
    assert boxes[number]["height"] < 8
    for above in (0, 14):
        page.touchscreen.tap(x, y - above)
        assert page.get_attribute("#roll", "aria-activedescendant") == f"roll-{number}"
        page.evaluate("document.getElementById('roll').dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))")
    seen.context.close()


def test_the_lead_sheet_can_be_read_on_a_phone_and_follows_the_music(browser: Any, folder: Path) -> None:
    seen = Seen(browser, folder / "report.html", "phone")
    page = seen.page
    stave = page.evaluate(
        "Math.min(...[...document.querySelectorAll('#score g.notehead')].map(e => e.getBoundingClientRect().height))"
    )
    assert stave >= 6, "a head is as high as the space between two lines"
    page.evaluate("document.getElementById('sheet').scrollIntoView({behavior: 'instant'})")
    page.evaluate(
        "const time = document.getElementById('time'); time.value = 1920 * 2; time.dispatchEvent(new Event('input'))"
    )
    page.click("#play")

    def in_sight() -> bool:
        box = page.locator("#score .sounding").first.bounding_box()
        player = page.locator(".player").bounding_box()
        return bool(0 <= box["x"] < 390 and 0 <= box["y"] < player["y"])

    for bar in (3, 5, 9):
        until(lambda bar=bar: seen.tick() > bar * 1920)  # type: ignore[misc]
        until(in_sight)
    assert seen.messages == []
    seen.context.close()


def hidden_by_player(page: Any, selector: str) -> bool:
    """Check whether the first such element lies outside of the window or under the player."""
    box = page.locator(selector).first.bounding_box()
    player = page.locator(".player").bounding_box()
    return bool(box["y"] < 0 or box["y"] + box["height"] > player["y"])


def test_a_chosen_note_is_in_sight(seen: Seen) -> None:
    page = seen.page
    page.focus("#roll")
    page.keyboard.press("End")
    until(lambda: not hidden_by_player(page, "#roll .chosen"))
    page.keyboard.press("Home")
    until(lambda: not hidden_by_player(page, "#roll .chosen"))


def test_the_page_goes_on_with_the_music_as_long_as_one_looks_at_it(browser: Any, folder: Path) -> None:
    seen = Seen(browser, folder / "report.html", "phone")
    page = seen.page
    page.evaluate("document.querySelectorAll('#roll svg')[2].scrollIntoView({block: 'end', behavior: 'instant'})")
    page.evaluate(
        "const time = document.getElementById('time'); time.value = 1920 * 5.9; time.dispatchEvent(new Event('input'))"
    )
    page.click("#play")
    until(lambda: seen.tick() > 6 * 1920)
    until(lambda: not hidden_by_player(page, "#roll .cursor[visibility=visible]"))
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    begun = seen.tick()
    until(lambda: seen.tick() > begun + 200)
    assert page.evaluate("scrollY") < 10, "at most the rest of a smooth movement; it would be hundreds"
    assert seen.messages == []
    seen.context.close()


def test_each_name_stands_under_its_place_on_the_slider(seen: Seen) -> None:
    page = seen.page
    slider = page.locator("#step").bounding_box()
    names = page.locator("#names span")
    for place in range(names.count()):
        name = names.nth(place).bounding_box()
        thumb = slider["x"] + 8 + (slider["width"] - 16) * place / (names.count() - 1)
        assert name["x"] + name["width"] / 2 == pytest.approx(thumb, abs=3)
    names.first.click()
    assert page.input_value("#step") == "0"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_the_lead_sheet_is_drawn_in_the_colour_of_ink(browser: Any, folder: Path, scheme: str) -> None:
    seen = Seen(browser, folder / "report.html", scheme=scheme)
    drawn = "use, text, tspan, polygon"
    colours = (
        f"[...new Set([...document.querySelectorAll('#score svg :is({drawn})')].map(e => getComputedStyle(e).fill))]"
    )
    ink = seen.page.evaluate("getComputedStyle(document.body).color")
    assert set(seen.page.evaluate(colours)) <= {ink, "none"}
    seen.context.close()


def test_a_solo_without_notes_is_shown_too(browser: Any, tmp_path: Path) -> None:
    chain = "chain=[{prune_notes: low_notes, with: {below: 127}}]"
    Pipeline.load("blues", settings=["model.use=markov", "improvise.bars=4", "write=[midi]", chain]).run(tmp_path)
    seen = Seen(browser, tmp_path / "report.html")
    page = seen.page
    assert seen.notes() == 0 and page.locator("#roll .gone").count() > 10
    page.focus("#roll")
    for key in ("ArrowRight", "End", "Enter", "Escape"):
        page.keyboard.press(key)
    page.click("#score", force=True)
    page.click("#play")
    assert accessibility_problems(page) == []
    assert seen.messages == []
    seen.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_everybody_can_use_it(browser: Any, folder: Path, size: str, scheme: str, screenshots: Path) -> None:
    seen = Seen(browser, folder / "report.html", size, scheme)
    for _ in range(2):
        seen.page.click("#back")
    seen.page.locator("#roll .note.changed").first.hover()
    seen.page.screenshot(path=screenshots / f"report_{size}_{scheme}.png")
    seen.page.click("#mixer-toggle")
    assert accessibility_problems(seen.page) == []
    wide = seen.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, "nothing stands out of the page"
    seen.page.screenshot(path=screenshots / f"report_mixer_{size}_{scheme}.png")
    seen.context.close()
