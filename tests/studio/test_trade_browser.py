"""Trading bars in a real browser, with a stand-in for the Web MIDI API; the pictures for the docs are made here."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import accessibility_problems, chromium

pytest.importorskip("starlette", reason="the extra 'studio' is not installed")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CODE = "from jazzgram.cli.studio import command; command()"
SETTINGS = (
    *("model.use=markov", "chain=[]", "improvise.tempo=200", "improvise.bars=32"),
    *("live.choruses=1", "live.trade=4", "live.respond=[repeat]"),
)
TICK = 60 / 200 / 480
BAR = 1920

RECORD = """
window.events = [];
document.addEventListener("jazzgram:trade", ({ detail }) => window.events.push(detail));
window.starts = []; // every sound: when it is to begin, and when that was said
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (when, ...rest) {
  window.starts.push([when, this.context.currentTime]);
  window.audio = this.context;
  return start.call(this, when, ...rest);
};
window.sockets = [];
window.WebSocket = class extends WebSocket {
  constructor(...address) {
    super(...address);
    window.sockets.push(this);
  }
};
let answers = 0;
document.addEventListener("jazzgram:answered", () => { document.body.dataset.answers = answers += 1; });
"""
"""What the page does, for the test to read."""

MIDI = """
const port = (id) => ({ id, name: id, state: "connected", onmidimessage: null, sent: [] });
const [keys, synth] = [port("Stand-in keys"), port("Stand-in synth")];
synth.send = (message, when) => synth.sent.push([when, ...message]);
const access = { inputs: new Map([[keys.id, keys]]), outputs: new Map([[synth.id, synth]]), onstatechange: null };
window.midi = { keys, synth, access, asked: 0 };
window.midi.play = (...data) => keys.onmidimessage({ data, timeStamp: performance.now() });
navigator.requestMIDIAccess = async () => { window.midi.asked += 1; return access; };

/* Play [tick, ...message]: each message has the moment at which it was played, as those of an instrument have, and
   arrives some milliseconds later. */
window.midi.perform = (score, first, tick) => {
  const offset = performance.now() / 1000 - window.audio.currentTime;
  for (const [at, ...data] of score) {
    const moment = 1000 * (first + at * tick + offset);
    setTimeout(() => keys.onmidimessage?.({ data, timeStamp: moment }), moment - performance.now());
  }
};
"""
"""A stand-in for the Web MIDI API: one port to play on, one to play to."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    options = [part for setting in SETTINGS for part in ("--set", setting)]
    command = [sys.executable, "-c", CODE, "blues", "--no-open", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """Open the tab Trade; a test fails where the console has an error."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    context.add_init_script(RECORD + MIDI)
    tab = context.new_page()
    errors: list[str] = []
    tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(address)
    tab.wait_for_selector("body[data-answers]")
    tab.click("#tab-trade")
    yield tab
    assert errors == []
    context.close()


def until(page: Any, condition: str, seconds: float = 20) -> None:
    """Wait for what a script says: the page's rules forbid Playwright to wait inside it."""
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"{condition} within {seconds} s; it says {page.inner_text('#trade-say')!r}"
        time.sleep(0.05)


def events(page: Any, kind: str) -> list[dict[str, Any]]:
    return [each for each in page.evaluate("window.events") if each["kind"] == kind]


def start(page: Any) -> dict[str, Any]:
    page.click("#trade-start")
    until(page, "window.events.some(({ kind }) => kind === 'begun')")
    page.evaluate("document.activeElement.blur()")
    return events(page, "begun")[-1]


def play_a_bar(page: Any) -> None:
    """Play the first bar by the computer's keys, and wait until it is over."""
    until(page, "document.querySelector('#trade-turn').dataset.player === 'me'")
    for key in "asdf":
        page.keyboard.down(key)
        time.sleep(0.1)
        page.keyboard.up(key)
    page.wait_for_timeout(1300)


def stopped(page: Any, action: Callable[[], Any]) -> str:
    """Do what ends a session, wait for its take, and return what is said."""
    before = int(page.evaluate("document.body.dataset.answers"))
    action()
    until(page, "window.events.some(({ kind }) => kind === 'over')")
    until(page, f"document.body.dataset.answers > {before}")
    assert page.inner_text("#trade-start") == "Start"
    return str(page.inner_text("#trade-say"))


def line(bar: int) -> list[tuple[int, int]]:
    """Return a bar of eighths, another in each bar: onset and pitch."""
    return [(bar * BAR + 240 * number, 60 + (5 * bar + 7 * number) % 17) for number in range(8)]


def perform(page: Any, begun: dict[str, Any], notes: list[tuple[int, int]]) -> None:
    """Play notes of an eighth on the stand-in, each a little after its tick."""
    strokes = [[tick + 5, 0x90, pitch, 90] for tick, pitch in notes]
    releases = [[tick + 215, 0x80, pitch, 0] for tick, pitch in notes]
    given = [[*strokes, *releases], begun["first"], TICK]
    page.evaluate("([score, first, tick]) => midi.perform(score, first, tick)", given)


def test_thirty_two_bars_at_200_by_midi(page: Any) -> None:
    """Every note of the musician's is heard where it was played, and answered four bars later by the audio clock."""
    page.click("#midi-ask")
    begun = start(page)
    assert begun["tick"] == pytest.approx(TICK)
    mine = [note for bar in range(32) if bar // 4 % 2 == 0 for note in line(bar)]
    perform(page, begun, mine)
    until(page, "window.events.some(({ kind }) => kind === 'over')", 80)
    exchanges = events(page, "exchange")
    assert "What was played is a take" in page.inner_text("#trade-say")
    assert [(each["player"], each["bar"], each["bars"]) for each in exchanges] == [
        ("it" if number % 2 else "me", 4 * number, 4) for number in range(8)
    ]
    heard = [(onset, pitch) for each in exchanges if each["player"] == "me" for pitch, onset, *_ in each["notes"]]
    too_late = exchanges[-1]["tooLate"]  # what a busy machine brings when the answer has begun
    lost = set(mine) - set(heard)
    assert heard == [note for note in mine if note not in lost] and len(lost) == too_late, "none moved, none in silence"
    assert all(onset % (4 * BAR) >= 4 * BAR - 480 for onset, _ in lost), "of a turn's last beat only"
    answered = [note for each in events(page, "played") for note in each["notes"]]
    assert [(onset - 4 * BAR, pitch) for pitch, onset, *_ in answered] == heard

    # Each note that sounds was given to the audio clock for its moment; what was late is counted.
    late = sum(each["late"] + each["leftOut"] for each in events(page, "played"))
    starts = sorted(when for when, _ in page.evaluate("window.starts"))
    expected = [begun["first"] + onset * TICK for _, onset, *_ in answered]
    exact = sum(any(abs(when - each) < 1e-6 for when in starts) for each in expected)
    assert exact >= len(expected) - late
    for each in events(page, "played"):
        bar = min(onset for _, onset, *_ in each["notes"]) // BAR
        assert each["at"] > begun["first"] + bar // 4 * 4 * BAR * TICK - 0.2, "not before all was heard"
    assert begun["first"] - begun["started"] == pytest.approx(4 * 0.3)

    page.click("#tab-roll")
    until(page, "document.querySelectorAll('#roll .note').length > 0")
    assert page.locator("#roll .note").count() == len(answered), "the take has the same answers"


def test_keys_play_and_stop_keeps_a_take_whose_answers_can_be_others(page: Any) -> None:
    page.select_option("#trade-bars", "1")
    start(page)
    play_a_bar(page)
    until(page, "document.querySelector('#trade-turn').dataset.player === 'it'")
    said = stopped(page, lambda: page.keyboard.press(" "))
    assert "What was played is a take" in said and "traded" in page.inner_text("#sum")
    rows = page.locator("#exchanges li")
    assert rows.nth(0).inner_text().startswith("▶") and "4 notes" in rows.nth(0).inner_text()
    assert page.locator("#trade-roll .yours").count() == 4
    its = page.locator("#trade-roll .its").count()
    assert its > 0
    rows.nth(1).locator("select").select_option(label="accompany only")
    # Not the next answer: that of the take itself may be it.
    until(page, "document.querySelectorAll('#trade-roll .its').length === 0")
    page.click("#undo")
    until(page, f"document.querySelectorAll('#trade-roll .its').length === {its}")
    page.click("#tab-numbers")
    until(page, "document.querySelectorAll('#aims td').length > 0")
    page.click("#tab-trade")
    page.click("#trade-leave")
    until(page, "document.querySelector('#trade-exchanges').hidden")


def test_the_keyboard_on_the_screen_plays(page: Any) -> None:
    start(page)
    until(page, "document.querySelector('#trade-turn').dataset.player === 'me'")
    key = page.locator('.key[data-pitch="67"]').bounding_box()
    page.mouse.move(key["x"] + 5, key["y"] + key["height"] - 8)
    page.mouse.down()
    page.wait_for_timeout(150)
    assert page.locator(".key.down").count() == 1
    page.mouse.up()
    assert page.locator(".key.down").count() == 0
    page.wait_for_timeout(900)
    stopped(page, lambda: page.click("#trade-start"))
    assert page.locator("#trade-roll .yours").count() == 1


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        ("midi.keys.state = 'disconnected'; midi.access.onstatechange({ port: midi.keys })", "“Stand-in keys” is gone"),
        (
            "Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
            "document.dispatchEvent(new Event('visibilitychange'))",
            "went to the background",
        ),
        ("audio.suspend(); setTimeout(() => audio.resume(), 1500)", "clock jumped"),
    ],
)
def test_what_breaks_a_session_off_is_said_and_the_take_so_far_is_kept(page: Any, happens: str, said: str) -> None:
    page.click("#midi-ask")
    start(page)
    play_a_bar(page)
    page.evaluate("midi.play(0x90, 64, 90)")  # a key that nobody releases
    assert page.locator(".key.down").count() == 1
    assert said in stopped(page, lambda: page.evaluate(f"() => {{ {happens} }}"))
    assert page.locator(".key.down").count() == 0, "no note is stuck"
    assert page.locator("#trade-roll .yours").count() >= 4
    quiet = len(page.evaluate("window.starts"))
    page.wait_for_timeout(500)
    assert len(page.evaluate("window.starts")) == quiet, "nothing begins to sound any more"


def test_a_server_that_is_gone(page: Any) -> None:
    start(page)
    play_a_bar(page)
    said = stopped(page, lambda: page.evaluate("sockets.at(-1).close()"))
    assert "does not answer any more" in said and "What was played is a take" in said
    assert page.locator("#trade-roll .yours").count() == 4, "as the page has them"


def test_ten_thousand_notes_a_second_are_counted(page: Any) -> None:
    page.click("#midi-ask")
    start(page)
    until(page, "document.querySelector('#trade-turn').dataset.player === 'me'")
    page.evaluate(
        "() => { for (let n = 0; n < 1e4; n += 1) for (const on of [90, 0]) midi.play(0x90, 40 + (n % 40), on); }"
    )
    until(page, "document.querySelector('#trade-say').textContent.includes('too many to be music')")
    page.wait_for_timeout(900)
    stopped(page, lambda: page.click("#trade-start"))


def test_answers_go_to_a_midi_port(page: Any) -> None:
    page.click("#midi-ask")
    page.select_option("#midi-out", label="Stand-in synth")
    page.select_option("#trade-bars", "1")
    begun = start(page)
    play_a_bar(page)
    until(page, "midi.synth.sent.some(([, status]) => status === 0x90)")
    page.wait_for_timeout(1000)
    stopped(page, lambda: page.click("#trade-start"))
    sent = page.evaluate("midi.synth.sent")
    assert begun and sum(status == 0x90 for _, status, *_ in sent) >= 4
    sounding = set()
    for _, status, pitch, *_ in sent:
        sounding.add(pitch) if status == 0x90 else sounding.discard(pitch) if status == 0x80 else None
    assert not sounding and sent[-1][1:3] == [0xB0, 123], "all notes off in the end"


def test_permission_is_asked_for_there_only_and_its_lack_is_said(page: Any) -> None:
    assert page.evaluate("midi.asked") == 0
    page.evaluate("() => { navigator.requestMIDIAccess = async () => { throw new DOMException('no'); }; }")
    page.click("#midi-ask")
    until(page, "document.querySelector('#trade-say').textContent.includes('refused MIDI')")
    page.evaluate("() => { navigator.requestMIDIAccess = undefined; }")
    page.click("#midi-ask")
    until(page, "document.querySelector('#trade-say').textContent.includes('no Web MIDI')")
    page.evaluate("() => { midi.access.inputs.clear(); navigator.requestMIDIAccess = async () => midi.access; }")
    page.click("#midi-ask")
    until(page, "document.querySelector('#trade-say').textContent.includes('No MIDI port')")


def test_tapping_along_measures_the_latency_and_the_browser_keeps_it(page: Any) -> None:
    page.click("#midi-ask")
    page.evaluate("window.starts.length = 0")
    page.click("#trade-tap")
    until(page, "window.starts.length >= 20")
    clicks = page.evaluate("window.starts.map(([when]) => when)")
    page.evaluate(
        "([score]) => midi.perform(score, 0.12, 1)",  # each tap is 120 ms late
        [[[click + more, status, 60, 90] for click in clicks for more, status in ((0, 0x90), (0.1, 0x80))]],
    )
    until(page, "document.querySelector('#trade-say').textContent.includes('Measured with')", 25)
    measured = int(page.input_value("#trade-latency"))
    assert measured == pytest.approx(120, abs=25), "by the clocks of a browser that a test drives"
    page.reload()
    page.wait_for_selector("body[data-answers]")
    assert int(page.input_value("#trade-latency")) == measured


def test_voicings_become_the_changes(page: Any) -> None:
    page.click("#midi-ask")
    page.click("#trade-voice")
    page.fill("#chords", "")
    page.evaluate("document.activeElement.blur()")
    for voicing in ([50, 53, 57, 60], [43, 53, 59, 64], [48, 52, 55, 59]):
        for status in (0x90, 0x80):
            page.evaluate("([status, keys]) => keys.forEach((key) => midi.play(status, key, 80))", [status, voicing])
        page.wait_for_timeout(300)
    assert page.input_value("#chords") == "Dm7 | G13 | Cmaj7"
    until(page, "document.querySelector('#strip .bar').textContent.includes('Dm7')")


def test_everybody_can_use_it_and_nothing_is_wider_than_a_phone(page: Any) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert accessibility_problems(page) == [], scheme
    page.set_viewport_size({"width": 390, "height": 844})
    start(page)
    play_a_bar(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    stopped(page, lambda: page.click("#trade-start"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert accessibility_problems(page) == []
    start(page)
    assert accessibility_problems(page) == [], "while it plays"


def test_pictures_for_the_docs(page: Any, screenshots: Path) -> None:
    screenshots.mkdir(parents=True, exist_ok=True)
    page.click("#midi-ask")
    page.select_option("#trade-bars", "2")
    begun = start(page)
    mine = [note for bar in range(2) for note in line(bar)]
    perform(page, begun, mine)
    until(page, "document.querySelector('#trade-turn').dataset.player === 'it'")
    page.wait_for_timeout(900)
    page.screenshot(path=screenshots / "studio_trade_light.png")
    stopped(page, lambda: page.click("#trade-start"))
    assert (screenshots / "studio_trade_light.png").stat().st_size > 10_000
