"""The studio in a real browser, from an empty page to a file; its pictures for the docs are made here.

``pytest -m slow tests/test_studio_browser.py --screenshots docs/images`` keeps them.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from browser import accessibility_problems, chromium

pytest.importorskip("starlette", reason="the extra 'studio' is not installed")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CODE = "from jazzgram.cli.studio import command; command()"
STANDARD = " | ".join(["Dm7", "G7", "Cmaj7", "A7"] * 8)
Studio = tuple[str, subprocess.Popen[str]]
Open = Callable[..., Any]
COUNT_ANSWERS = """
let answers = 0;
document.addEventListener("jazzgram:answered", ({ detail }) => {
  document.body.dataset.milliseconds = detail.milliseconds;
  document.body.dataset.answers = answers += 1;
});
"""
"""What a test adds to the page: attributes to wait for, as its rules forbid Playwright to wait inside it."""


SMALL_TARGETS = """() => {
  const small = [];
  const selector = "button, select, input, textarea, summary, a[href], .grip, [data-effect]:not(:empty)";
  for (const node of document.querySelectorAll(selector)) {
    const { width, height } = node.getBoundingClientRect();
    if (width > 0 && (width < 24 || height < 24)) small.push(`${node.outerHTML.slice(0, 80)} ${width} x ${height}`);
  }
  return small;
}"""
"""What is narrower or lower than 24 pixels (WCAG 2.2, 2.5.8) of what can be pressed."""


def start(*options: str, config: str = "blues") -> Studio:
    command = [sys.executable, "-c", CODE, config, "--no-open", "--set", "model.use=markov", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    return process.stdout.readline().strip(), process


def stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    """Start a studio without a network model to train."""
    running = start()
    yield running
    stop(running[1])


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Any, studio: Studio) -> Iterator[Any]:
    """Open the studio; a test fails where the console has an error, unless it says which it expects."""
    opened = Pages(browser, studio[0])
    yield opened.open()
    opened.close()


class Pages:
    """Tabs of one browser profile, with the messages of their consoles."""

    def __init__(self, browser: Any, address: str) -> None:
        self.context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
        self.context.add_init_script(COUNT_ANSWERS)
        self.address = address
        self.errors: list[str] = []

    def remember(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def open(self) -> Any:
        tab = self.context.new_page()
        tab.on("console", self.remember)
        tab.on("pageerror", lambda error: self.errors.append(str(error)))
        tab.pages = self
        tab.goto(self.address)
        tab.wait_for_selector("body[data-answers]")
        return tab

    def close(self) -> None:
        expected = ("422", "413", "ERR_CONNECTION_REFUSED", "Failed to load resource: net::ERR", "Opener-Policy")
        assert [error for error in self.errors if not any(word in error for word in expected)] == []
        self.context.close()


def after(tab: Any, action: Callable[[], Any]) -> int:
    """Do something that asks for a take, and wait for its answer; give the milliseconds until its notes are shown."""
    number = int(tab.evaluate("document.body.dataset.answers"))
    action()
    tab.wait_for_selector(f'body[data-answers="{number + 1}"]', state="attached", timeout=30_000)
    return int(tab.evaluate("document.body.dataset.milliseconds"))


def notes(tab: Any) -> list[str]:
    """Return the notes that the roll shows, by their labels."""
    return [one.get_attribute("aria-label") for one in tab.query_selector_all("#roll .note")]


def card(tab: Any, name: str) -> Any:
    return tab.locator(f'.card[data-name="{name}"]')


def add(tab: Any, hook: str, name: str) -> None:
    """Add a step of a hook."""
    tab.click(f'[data-add="{hook}"] summary')
    tab.click(f'[data-add="{hook}"] [data-plugin="{name}"]')


def test_from_an_empty_page_to_a_midi_file(page: Any) -> None:
    after(page, lambda: page.fill("#chords", "Gm7 | C7 | Fmaj7 | D7"))
    after(page, lambda: (page.fill("#bars", "8"), page.press("#bars", "Enter")))
    assert page.locator("#strip .bar").count() == 8
    assert "8 bars of 4/4" in page.inner_text("#sum")
    with page.expect_download() as download:
        page.select_option("#export", "midi")
    assert download.value.suggested_filename.endswith(".mid")
    assert Path(download.value.path()).read_bytes()[:4] == b"MThd"


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        ("musicxml", "<?xml"),
        ("report", "<!DOCTYPE html>"),
        ("yaml", "# Made by jazzgram"),
        ("mp3", ""),
        ("wav", "RIFF"),
    ],
)
def test_every_export(page: Any, kind: str, begins: str) -> None:
    after(page, lambda: (page.fill("#bars", "2"), page.press("#bars", "Enter")))
    with page.expect_download(timeout=60_000) as download:
        page.select_option("#export", kind)
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(begins.encode()) and len(content) > 500


def test_options_are_heard_at_once(page: Any) -> None:
    before = notes(page)
    slider = card(page, "max_leap").locator("input[type=range]")
    times = [after(page, partial(slider.fill, str(width))) for width in (3, 5, 4, 3)]
    assert notes(page) != before
    assert card(page, "max_leap").locator("input[type=number]").input_value() == "3"
    assert "changed" in card(page, "max_leap").locator(".effect").inner_text()
    print("milliseconds from a change to its notes:", sorted(times))
    after(page, lambda: card(page, "max_leap").locator("select").select_option("step"))
    after(page, lambda: card(page, "repeated_notes").locator("input[type=checkbox]").check())
    grid = card(page, "standard_lengths").locator("input[type=text]")
    after(page, lambda: (grid.fill("1/4"), grid.press("Enter")))
    page.click("#tab-yaml")
    chain = yaml.safe_load(page.input_value("#yaml"))["chain"]
    assert chain[0] == {"prune_grammar": "standard_lengths", "with": {"grid": ["1/4"]}}
    assert {"prune_notes": "max_leap", "with": {"semitones": 3, "by": "step"}} in chain
    assert {"prune_notes": "repeated_notes", "with": {"faithful": True}} in chain


def test_cards_are_added_moved_dragged_and_removed(page: Any) -> None:
    def order() -> list[str]:
        return [one.get_attribute("data-name") for one in page.query_selector_all("#panel-chain .card")]

    first = order()
    after(page, lambda: add(page, "clean_up_notes", "zero_lengths"))
    assert order() == [*first, "zero_lengths"]
    after(page, lambda: add(page, "prune_notes", "low_notes"))
    assert order()[5:7] == ["low_notes", "no_overlaps"]
    after(page, lambda: page.get_by_label("Move low notes up").click())
    assert order()[4:6] == ["low_notes", "max_leap"]
    assert page.evaluate("document.activeElement.ariaLabel") == "Move low notes up"
    after(page, lambda: card(page, "low_notes").locator(".grip").drag_to(card(page, "strong_beat_chord_tones")))
    assert order()[1:3] == ["low_notes", "strong_beat_chord_tones"]
    after(page, lambda: page.get_by_label("Remove low notes").click())
    after(page, lambda: page.get_by_label("Remove zero lengths").click())
    assert order() == first


def test_a_step_is_described_before_it_is_added(page: Any) -> None:
    page.click('[data-add="prune_notes"] summary')
    assert page.inner_text('[data-add="prune_notes"] [data-plugin="max_leap"] small') == "Fold leaps that are too wide."


@pytest.mark.parametrize("size", [(1440, 1000), (390, 844)])
def test_whatever_can_be_pressed_is_as_large_as_a_finger(page: Any, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.click('[data-add="prune_notes"] summary')
    page.click("#mixer-toggle")
    page.click('[data-bar="0"]')
    assert page.evaluate(SMALL_TARGETS) == []
    page.click("#mixer-toggle")
    note = page.locator("#roll .note").nth(2)
    note.evaluate("node => node.scrollIntoView({ block: 'center' })")
    page.wait_for_timeout(800)  # it scrolls smoothly
    box = note.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] - 8)
    page.locator("#item", has_text="from the term").wait_for()  # it is pointed at from some pixels away, too


def test_samplers_too(page: Any) -> None:
    page.click("#tab-samplers")
    before = notes(page)
    after(page, lambda: card(page, "temperature").locator("input[type=range]").fill("2"))
    assert notes(page) != before
    after(page, lambda: add(page, "sample", "argmax"))
    assert page.locator('#panel-samplers .card[data-name="argmax"]').count() == 1
    assert page.locator('#panel-samplers .card[data-name="categorical"]').count() == 0


def test_yaml_both_ways_with_mistakes_by_line(page: Any) -> None:
    page.click("#tab-yaml")
    text = page.input_value("#yaml")
    after(page, lambda: page.fill("#yaml", text.replace("semitones: 9", "semitones: 99")))
    assert "chain.4.with.semitones" in page.inner_text("#yaml-mistakes")
    page.click("#yaml-mistakes button")
    assert "semitones: 99" in page.evaluate("getSelection().toString()")
    page.click("#tab-chain")
    assert card(page, "max_leap").locator(".mistake >> nth=0").inner_text().startswith("expected at most")
    assert "Not played" in page.inner_text("#sum")
    page.click("#tab-yaml")
    after(page, lambda: page.fill("#yaml", text.replace("semitones: 9", "semitones: 5")))
    assert page.inner_text("#yaml-mistakes") == ""
    page.click("#tab-chain")
    assert card(page, "max_leap").locator("input[type=number]").input_value() == "5"
    assert "wrong" not in card(page, "max_leap").get_attribute("class")
    page.click("#tab-yaml")
    after(page, lambda: page.fill("#yaml", "corpus: {read: midi, source: /etc/passwd}\n" + text))
    assert "corpus: is set where the studio was started" in page.inner_text("#yaml-mistakes")


def test_comments_in_the_yaml_stay_when_cards_are_edited(page: Any) -> None:
    page.click("#tab-yaml")
    text = page.input_value("#yaml").replace("  - prune_notes: max_leap\n", "  # no leaps\n  - prune_notes: max_leap\n")
    page.fill("#yaml", text)
    page.wait_for_timeout(1000)  # nothing to hear has changed
    page.click("#tab-chain")
    after(page, lambda: card(page, "max_leap").locator("input[type=range]").fill("4"))
    after(page, lambda: card(page, "max_leap").get_by_label("Move max leap up").click())
    after(page, lambda: page.click("#another"))
    assert "  # no leaps\n  - prune_notes: max_leap\n    with: {" in page.input_value("#yaml")
    after(page, lambda: card(page, "max_leap").get_by_label("Remove max leap").click())
    assert "no leaps" not in page.input_value("#yaml")
    after(page, lambda: page.click("#undo"))
    assert "  # no leaps\n" in page.input_value("#yaml")


def test_a_locks_bars_and_another_take(page: Any) -> None:
    def bar(number: int) -> list[str]:
        """Return the notes of a bar, without those of the next one that are played early."""
        return [note for note in notes(page) if f", bar {number}," in note and "beat 4.9" not in note]

    kept, others = bar(3), notes(page)
    page.click('[data-bar="2"]')
    after(page, lambda: page.click("#another"))
    assert bar(3) == kept and notes(page) != others
    after(page, lambda: (page.fill("#seed", "77"), page.press("#seed", "Enter")))
    assert bar(3) == kept
    page.click("#unlock")
    after(page, lambda: page.click("#another"))
    assert bar(3) != kept
    assert page.input_value("#seed") == "78"


def test_undo_redo_and_the_list_of_takes(page: Any) -> None:
    first = notes(page)
    after(page, lambda: page.click("#another"))
    second = notes(page)
    after(page, lambda: page.click("#undo"))
    assert notes(page) == first
    page.locator("body").click(position={"x": 5, "y": 400})
    after(page, lambda: page.keyboard.press("Control+Shift+Z"))
    assert notes(page) == second
    after(page, lambda: page.locator("#takes button").last.click())
    assert notes(page) == first
    assert page.locator("#undo").is_disabled()


def test_a_plugin_file_that_is_saved_plays_at_once(browser: Any, tmp_path: Path) -> None:
    plugin = tmp_path / "high.py"
    text = (
        '"""Play high notes."""\nfrom jazzgram import hookimpl\n\n'
        "@hookimpl\ndef prune_notes(notes):\n    return [note for note in notes if note.pitch >= 127]\n"
    )
    plugin.write_text(text)
    config = tmp_path / "own.yaml"
    config.write_text("extends: blues\nmodel: {use: markov}\nchain: [{prune_notes: high.py}]\n")
    address, process = start(config=str(config))
    pages = Pages(browser, address)
    tab = pages.open()
    assert notes(tab) == []
    after(tab, lambda: plugin.write_text(text.replace("127", "0").replace("high", "all")))
    assert len(notes(tab)) > 20
    assert tab.inner_text("#saved").startswith("high.py saved at ")
    assert card(tab, "high.py").locator(".summary").inner_text() == "Play all notes."
    after(tab, lambda: plugin.write_text("def broken(:"))
    assert "high.py" in card(tab, "high.py").locator(".mistake").first.inner_text()
    pages.close()
    stop(process)


def test_a_reload_keeps_the_take_and_two_tabs_do_not_mix(page: Any) -> None:
    page.click('[data-bar="1"]')
    after(page, lambda: page.click("#another"))
    after(page, lambda: card(page, "max_leap").locator("input[type=range]").fill("4"))
    mine = notes(page)
    other = page.pages.open()
    after(other, lambda: other.click("#another"))
    after(other, lambda: other.fill("#chords", "Cmaj7 | F7"))
    page.goto(page.url)  # without the token: the cookie has it
    page.wait_for_selector("body[data-answers]")
    assert "token" not in page.url
    assert notes(page) == mine
    assert page.get_attribute('[data-bar="1"]', "aria-pressed") == "true"
    assert card(page, "max_leap").locator("input[type=number]").input_value() == "4"
    assert notes(other) != mine


def test_two_chains_side_by_side(page: Any) -> None:
    a = notes(page)
    page.click("#side-b")
    assert notes(page) == a and page.inner_text("#compared") == "A and B play the same notes."
    after(page, lambda: page.get_by_label("Remove strong beat chord tones").click())
    assert "are not as in A, on the same terms" in page.inner_text("#compared")
    after(page, lambda: page.click("#side-a"))
    assert notes(page) == a
    assert card(page, "strong_beat_chord_tones").count() == 1


def test_the_slider_goes_through_the_chain(page: Any) -> None:
    page.locator("#step").fill("0")
    assert page.inner_text("#status").startswith("Sampled: ")
    assert page.locator("#roll .term").count() > 100
    page.click("#forth")
    assert "After standard lengths" in page.inner_text("#status")
    page.locator("#step").fill("99")
    card(page, "repeated_notes").locator(".effect").click()
    assert "After repeated notes" in page.inner_text("#status")
    page.focus("#roll")
    page.keyboard.press("ArrowRight")
    assert "bar 1, beat 1" in page.inner_text("#item")


def test_every_take_is_measured(page: Any) -> None:
    page.click("#tab-numbers")
    page.wait_for_selector("#aims td")
    assert page.inner_text("#copied").startswith("The longest run of intervals that stands in what the model learned")
    head, first, meaning, *_ = page.inner_text("#aims").splitlines()
    assert head.split("\t") == ["metric", "value", "real solos"]
    assert first == "pitch entropy 1" and meaning.startswith("how varied the notes of a bar are")
    page.click("summary:has-text('All numbers')")
    assert page.locator("#others tbody tr").count() > 25
    before = page.inner_text("#aims")
    after(page, lambda: (page.fill("#bars", "32"), page.press("#bars", "Enter")))
    page.wait_for_selector("#aims th:has-text('z')")
    assert page.inner_text("#aims") != before
    assert "standard deviations" in page.inner_text("#numbers-note")


def test_it_plays(page: Any) -> None:
    page.click("#play")
    page.wait_for_selector("#strip .bar.now")
    assert page.get_attribute("#play", "aria-label") == "Pause"
    after(page, lambda: page.click("#another"))
    assert page.get_attribute("#play", "aria-label") == "Pause"
    page.locator("#roll .note").nth(20).click()
    page.locator("body").click(position={"x": 5, "y": 400})
    page.keyboard.press("Space")
    assert page.get_attribute("#play", "aria-label") == "Play"
    page.click("#mixer-toggle")
    page.get_by_label("Mute Piano").click()
    page.click("#loop")
    page.locator("#time").fill("1920")
    assert page.inner_text("#clock").startswith("bar 2")


def test_a_loop_begins_again_at_the_start(page: Any) -> None:
    after(page, lambda: (page.fill("#bars", "2"), page.press("#bars", "Enter")))
    page.click("#loop")
    end = float(page.get_attribute("#time", "max"))
    page.locator("#time").fill(str(end - 200))
    page.click("#play")
    page.wait_for_selector('#strip .bar.now[data-bar="0"]')
    assert page.get_attribute("#play", "aria-label") == "Pause"
    page.click("#loop")
    page.locator("#time").fill(str(end - 200))
    page.wait_for_selector("#play[aria-label=Play]")
    assert page.input_value("#time") == "0"


def test_changes_are_read_as_they_are_typed(page: Any) -> None:
    after(page, lambda: page.fill("#chords", "dm7 | G7 | Cmaj7 | %"))
    assert page.locator("#strip .bar").count() == 8, "two choruses of four: the 24 bars of the blues are gone"
    assert page.inner_text("#chords-note") == "dm7 is taken as Dm7."
    after(page, lambda: (page.fill("#bars", "8"), page.press("#bars", "Enter")))
    after(page, lambda: page.fill("#chords", "Dm7 G7 Cmaj7"))
    assert page.inner_text("#chords-note") == "This is one bar: put | between bars."
    assert page.locator("#strip .bar").count() == 8, "what was typed stays"
    after(page, lambda: (page.fill("#chords", "title: Mine\n[A]\nGm7 | C7"), page.press("#chords", "Tab")))
    assert page.input_value("#title") == "Mine" and page.input_value("#chords") == "Gm7 | C7"
    assert page.locator("#strip .bar").count() == 4


def test_key_style_and_instrument_stand_beside_the_tempo(page: Any) -> None:
    after(page, lambda: page.fill("#chords", "Dm7 | G7 | Cmaj7 | %"))
    after(page, lambda: (page.fill("#transpose", "-2"), page.press("#transpose", "Enter")))
    assert page.locator("#strip .bar").nth(0).inner_text().split() == ["1", "Cm7"]
    after(page, lambda: page.select_option("#style", "bossa"))
    after(page, lambda: page.select_option("#instrument", "trumpet"))
    assert "style: bossa" in page.input_value("#yaml") and "instrument: trumpet" in page.input_value("#yaml")
    after(page, lambda: (page.fill("#transpose", ""), page.press("#transpose", "Enter")))
    after(page, lambda: (page.fill("#key", "H"), page.press("#key", "Enter")))
    assert page.inner_text("#chords-mistake").startswith("key: ")
    after(page, lambda: (page.fill("#key", "Eb"), page.press("#key", "Enter")))
    assert page.locator("#strip .bar").nth(2).inner_text().split() == ["3", "Ebmaj7"]
    after(page, lambda: page.click("#undo"))
    assert page.input_value("#style") == "bossa"


def test_a_mistake_stands_where_it_was_made_and_only_as_long_as_it_is_there(page: Any) -> None:
    after(page, lambda: (page.fill("#seed", "-1"), page.press("#seed", "Enter")))
    assert page.inner_text("#seed-mistake").startswith("seed: ") and page.is_hidden("#trouble")
    after(page, lambda: (page.fill("#seed", "5"), page.press("#seed", "Enter")))
    assert page.inner_text("#seed-mistake") == ""
    assert page.locator("#takes button").first.inner_text() == "Seed 5"
    after(page, lambda: (page.fill("#bars", "-3"), page.press("#bars", "Enter")))
    assert page.inner_text("#chords-mistake").startswith("bars: ")
    after(page, lambda: (page.fill("#bars", "9999"), page.press("#bars", "Enter")))
    assert "-3" not in page.inner_text("#chords-mistake")
    after(page, lambda: (page.fill("#bars", ""), page.press("#bars", "Enter")))
    assert page.is_hidden("#trouble") and "Not played" not in page.inner_text("#sum"), "as it was played before"


def test_a_note_tells_its_story_beside_the_player(page: Any) -> None:
    page.locator("#roll .note").nth(2).hover()
    assert "from the term" in page.inner_text("#item")
    story = page.locator("#item").bounding_box()
    assert 0 <= story["y"] < page.viewport_size["height"]


def test_changes_by_hand_from_the_corpus_and_from_files(page: Any, tmp_path: Path) -> None:
    after(page, lambda: page.fill("#chords", "Dm7 | G7 H7"))
    assert "H7" in page.inner_text("#chords-mistake")
    after(page, lambda: page.fill("#chords", "Dm7 | G7"))
    assert page.inner_text("#chords-mistake") == ""
    page.wait_for_selector("#tune option:nth-child(5)", state="attached")
    after(page, lambda: page.select_option("#tune", "0"))
    assert page.input_value("#title") == "Kettle On"
    after(page, lambda: page.fill("#chords", "irealbook://Turn=Nobody=Medium Swing=C=n={T44D-7 |G7 |C^7 Z"))
    assert page.input_value("#chords") == "D-7 | G7 | C^7" and page.input_value("#title") == "Turn"
    broken = tmp_path / "broken.mid"
    broken.write_bytes(b"MThd\0\0")
    after(page, lambda: page.set_input_files("#file", str(broken)))
    assert page.inner_text("#chords-mistake").startswith("broken.mid:")
    links = tmp_path / "two.html"
    links.write_text(
        "<a href='irealbook://One=N=Swing=C=n={T44C7 |F7 Z'>1</a>"
        "<a href='irealbook://Two=N=Swing=C=n={T44A7 |D7 Z'>2</a>"
    )
    after(page, lambda: drop(page, links))
    after(page, lambda: page.select_option("#picked-tune", "1"))
    assert page.input_value("#chords") == "A7 | D7"
    after(page, lambda: page.fill("#chords", ""))
    assert page.get_attribute("#chords", "placeholder").startswith("The corpus")


def drop(page: Any, file: Path) -> None:
    """Drop a file on the page, as a hand with a mouse does."""
    transfer = page.evaluate_handle(
        """([name, text]) => { const all = new DataTransfer(); all.items.add(new File([text], name)); return all; }""",
        [file.name, file.read_text(encoding="utf-8")],
    )
    page.dispatch_event("body", "dragover", {"dataTransfer": transfer})
    assert page.is_visible("#drop")
    page.dispatch_event("body", "drop", {"dataTransfer": transfer})
    assert page.is_hidden("#drop")


def test_bars_of_an_opened_chart_are_chosen(page: Any, tmp_path: Path) -> None:
    chart = tmp_path / "eight.txt"
    chart.write_text("title: Eight\nstyle: Bossa Nova\n\nDm7 | G7 | Cmaj7 | A7 | Dm7 | % | Em7 | A7 |")
    after(page, lambda: page.set_input_files("#file", chart))
    assert page.get_attribute("#last-bar", "placeholder") == "8" and page.is_hidden("#chord-part")
    assert page.input_value("#style") == "bossa"
    after(page, lambda: (page.fill("#first-bar", "3"), page.press("#first-bar", "Enter")))
    after(page, lambda: (page.fill("#last-bar", "4"), page.press("#last-bar", "Enter")))
    assert page.input_value("#chords") == "Cmaj7 | A7" and page.input_value("#first-bar") == "3"


def test_sixty_four_bars(page: Any) -> None:
    after(page, lambda: page.fill("#chords", STANDARD))
    assert page.locator("#strip .bar").count() == 64
    assert page.locator("#roll svg").count() == 16
    page.click("#tab-score")
    page.wait_for_selector("#score svg")
    took = after(page, lambda: card(page, "max_leap").locator("input[type=range]").fill("3"))
    print("milliseconds from a change to the notes of 64 bars:", took)


def test_when_the_studio_was_stopped(browser: Any) -> None:
    address, process = start()
    pages = Pages(browser, address)
    tab = pages.open()
    before = notes(tab)
    stop(process)
    tab.click("#another")
    tab.wait_for_selector("#trouble:not([hidden])")
    assert "does not answer" in tab.inner_text("#trouble-text")
    assert notes(tab) == before
    tab.click("#play")
    tab.wait_for_selector("#strip .bar.now")  # the page plays what it has
    tab.click("#retry")
    tab.wait_for_selector("#trouble:not([hidden])")
    pages.close()


def test_without_the_token(browser: Any, studio: Studio) -> None:
    tab = browser.new_page()
    answer = tab.goto(studio[0].partition("?")[0])
    assert answer.status == 403 and "token is missing" in tab.inner_text("body")
    tab.close()


def test_another_device_plays_at_the_address_in_the_network(browser: Any) -> None:
    """Its page has no TLS, so that browsers withhold from it what they keep for secure contexts."""
    address, process = start("--host", "0.0.0.0")
    pages = Pages(browser, address)
    tab = pages.open()
    if "127.0.0.1" not in address:  # a machine without a network has only that
        assert tab.evaluate("window.isSecureContext") is False
    after(tab, lambda: tab.click("#another"))
    assert notes(tab)
    tab.click("#play")
    tab.wait_for_selector("#strip .bar.now")
    pages.close()
    stop(process)


def test_everybody_can_use_it(page: Any) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for tab in ("#tab-chain", "#tab-samplers", "#tab-yaml", "#tab-score", "#tab-roll"):
            page.click(tab)
            if tab == "#tab-score":
                page.wait_for_selector("#score svg")
            assert accessibility_problems(page) == [], (scheme, tab)


def test_nothing_is_wider_than_a_phone(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(300)
    for tab in ("#tab-chain", "#tab-samplers", "#tab-yaml", "#tab-score"):
        page.click(tab)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_pictures_for_the_docs(page: Any, screenshots: Path) -> None:
    screenshots.mkdir(parents=True, exist_ok=True)
    page.click('[data-bar="2"]')
    page.click('[data-bar="3"]')
    after(page, lambda: page.click("#another"))
    assert "take 2" in page.inner_text("#sum"), "a picture of a mistake is of no use"
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.querySelector('.right').scrollTop = 0")
    page.wait_for_timeout(300)
    page.screenshot(path=screenshots / "studio_desktop_light.png")
    page.emulate_media(color_scheme="dark")
    page.locator("#step").fill("5")
    page.click("#tab-yaml")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(300)
    page.screenshot(path=screenshots / "studio_desktop_dark.png")
    page.emulate_media(color_scheme="light")
    page.click("#tab-chain")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(300)
    page.evaluate("document.querySelector('.solo').scrollIntoView({ behavior: 'instant' })")
    page.screenshot(path=screenshots / "studio_phone_light.png")
    assert all(
        (screenshots / name).stat().st_size > 10_000 for name in ("studio_desktop_light.png", "studio_desktop_dark.png")
    )
