"""What the pages play, listened to in a real browser: pitch, level, time, and that it is the recording."""

from __future__ import annotations

import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import chromium
from numpy.typing import NDArray

import jazzgram
from jazzgram import Pipeline
from jazzgram.rendering import RATE, render_stems
from jazzgram.rendering.sound.bank import bundled_bank
from jazzgram.rendering.sound.master import loudness

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

Sound = NDArray[np.float32]

RENDER = """
async ({ seconds, track, pitch, rate }) => {
  const { steps, schedule, bytesOf, Bank, Band } = globalThis.jazzgram;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const [sound, view] = [read("sound"), steps.readView(read("view"))];
  const context = new OfflineAudioContext(2, seconds * rate, rate);
  const bank = new Bank((file) => bytesOf(sound.files[file]));
  await bank.load(sound, rate);
  const band = new Band(context, sound, bank);
  const segment = schedule.segmentFrom(0, 0, view.tempo, null, view);
  const { due } = schedule.dueNotes(view, segment, view.tracks.map(() => 0), seconds, false);
  const notes = pitch === null ? due.filter((note) => note.track === track)
    : [{ track, note: { pitch, velocity: 100 }, when: 0.25, end: 1.25 }];
  for (const { track, note, when, end } of notes) band.play(track, note, when, end);
  const made = await context.startRendering();
  const text = (samples) => {
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    let letters = "";
    for (let at = 0; at < bytes.length; at += 32768) letters += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(letters);
  };
  return [0, 1].map((channel) => text(made.getChannelData(channel)));
}
"""
"""Plays one part of a report, or one note of its instrument, as fast as it can."""

LISTEN = """
(() => {
  const heard = (globalThis.heard = { starts: [], blocks: [], context: null });
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (when, ...rest) {
    const { currentTime } = this.context;
    if (heard.context) {
      heard.starts.push({ when, now: currentTime, rate: this.playbackRate.value, seconds: this.buffer.duration });
    }
    return start.call(this, when, ...rest);
  };
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode && !(this.context instanceof OfflineAudioContext) && !this.isEar) {
      if (!heard.context) {
        heard.context = this.context;
        heard.analyser = new AnalyserNode(this.context, { fftSize: 32768 });
      }
      connect.call(this, heard.analyser);
    }
    return connect.call(this, to, ...rest);
  };
  globalThis.level = () => {
    const samples = new Float32Array(16384);
    heard.analyser.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  };
})();
"""
"""Hears what a page sends to its loudspeaker, and which recordings it begins when."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    Pipeline.load("blues", settings=["model.use=markov", "improvise.bars=12", "write=[midi]"]).run(out)
    return out


@pytest.fixture
def page(browser: Any, folder: Path) -> Iterator[Any]:
    context = browser.new_context()
    context.set_offline(True)
    context.add_init_script(LISTEN)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto((folder / "report.html").as_uri())
    yield opened
    assert errors == []
    context.close()


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60  # a busy machine takes long
    while not holds():
        assert time.monotonic() < end, "it did not happen within a minute"
        time.sleep(0.05)


def rendered(page: Any, seconds: int, track: int, pitch: int | None = None) -> Sound:
    """Return what the page plays, shape (2, frames)."""
    sides = page.evaluate(RENDER, {"seconds": seconds, "track": track, "pitch": pitch, "rate": RATE})
    return np.stack([np.frombuffer(b64decode(side), np.float32) for side in sides])


def frequency(sound: Sound) -> float:
    """Return the fundamental frequency in Hz: the first high peak of the autocorrelation."""
    wave = sound.mean(axis=0)[round(0.5 * RATE) : round(1.0 * RATE)]
    spectrum = np.fft.rfft(wave * np.hanning(len(wave)), 4 * len(wave))
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)[: RATE // 30]
    lowest = RATE // 1500
    rising = lowest + int(np.argmax(correlation[lowest:] > 0))
    peaks = [
        lag
        for lag in range(max(rising, 1), len(correlation) - 1)
        if correlation[lag - 1] < correlation[lag] >= correlation[lag + 1]
    ]
    best = max(correlation[lag] for lag in peaks)
    return RATE / next(lag for lag in peaks if correlation[lag] > 0.9 * best)


@pytest.mark.parametrize(("track", "role"), list(enumerate(["solo", "chords", "bass", "drums"])))
def test_the_page_sounds_like_the_recording(page: Any, folder: Path, track: int, role: str) -> None:
    solo = jazzgram.load(folder).solo
    stems = render_stems(solo, bundled_bank())
    whole = -16 - loudness(np.sum(list(stems.values()), axis=0), RATE)
    heard = rendered(page, 8, track)
    recorded = stems[role].T[:, : heard.shape[1]] * 10 ** (whole / 20)
    size = 1 << 20
    together = np.fft.irfft(np.fft.rfft(heard[0], size) * np.conj(np.fft.rfft(recorded[0], size)), size)
    late = int(np.argmax(together))
    assert 0 <= late < 0.01 * RATE, "the limiter looks ahead by some milliseconds"
    heard, recorded = heard[:, late:], recorded[:, : heard.shape[1] - late]
    assert np.corrcoef(heard.ravel(), recorded.ravel())[0, 1] > (0.95 if role == "drums" else 0.98)
    for left_or_right in (0, 1):
        level = np.mean(heard[left_or_right] ** 2) / np.mean(recorded[left_or_right] ** 2)
        assert 10 * np.log10(level) == pytest.approx(0, abs=1)


@pytest.mark.parametrize(("track", "pitch"), [(0, 57), (0, 69), (0, 77), (1, 60), (2, 41)])
def test_a_note_has_its_pitch(page: Any, track: int, pitch: int) -> None:
    cents = 1200 * np.log2(frequency(rendered(page, 2, track, pitch)) / (440 * 2 ** ((pitch - 69) / 12)))
    assert abs(cents) < 25


def starts(page: Any, begun: int = 0) -> list[dict[str, float]]:
    """Return the recordings that were begun, but for the clicks of the metronome, from the one with a number on."""
    return [start for start in page.evaluate("heard.starts")[begun:] if start["seconds"] > 0.06]


def test_every_note_begins_at_its_time(page: Any, folder: Path) -> None:
    page.click("#play")
    until(lambda: float(page.input_value("#time")) > 3 * 1920)
    page.click("#play")
    solo = jazzgram.load(folder).solo
    tracks = page.evaluate("JSON.parse(document.getElementById('view').textContent).tracks")
    onsets = sorted(note[1] for track in tracks for note in track["notes"])
    whens = sorted(start["when"] for start in starts(page))[: len(onsets)]
    begun = whens[0] - onsets[0] * 60 / solo.tempo / 480
    planned = [begun + onset * 60 / solo.tempo / 480 for onset in onsets[: len(whens)]]
    in_time = [abs(when - plan) for when, plan in zip(whens, planned, strict=True)]
    assert np.median(in_time) < 1e-6 and np.quantile(in_time, 0.95) < 0.001, "a stalled page may be late once"


def test_a_muted_part_is_silent_and_one_alone_silences_the_others(page: Any) -> None:
    page.click("#mixer-toggle")
    for part in ("Solo", "Piano", "Bass"):
        page.get_by_label(f"Mute {part}").click()
    page.click("#play")
    until(lambda: float(page.input_value("#time")) > 1920)
    drums = page.evaluate("level()")
    assert drums > 0.001
    page.get_by_label("Mute Drums").click()
    until(lambda: page.evaluate("level()") < drums / 30)
    page.get_by_label("Bass alone").click()
    time.sleep(1)
    assert page.evaluate("level()") < 0.001, "it is muted"
    page.get_by_label("Mute Bass").click()
    until(lambda: page.evaluate("level()") > 0.005)


def test_a_turn_of_the_tempo_moves_the_notes_and_not_their_pitch(page: Any) -> None:
    page.click("#play")
    until(lambda: float(page.input_value("#time")) > 1920)
    page.evaluate(
        "const now = document.getElementById('tempo-now'); now.value = 240; now.dispatchEvent(new Event('input'))"
    )
    turned = page.evaluate("heard.starts.length")
    now = "[Number(document.getElementById('time').value), heard.context.currentTime]"
    tick, moment = page.evaluate(now)
    until(lambda: float(page.input_value("#time")) > tick + 4 * 1920)
    later, then = page.evaluate(now)
    assert (later - tick) / 480 / (then - moment) * 60 == pytest.approx(240, rel=0.05)
    assert page.inner_text(".tempo-text") == "♩ = 240"
    regions = page.evaluate("JSON.parse(document.getElementById('sound').textContent).instruments")
    keys = [
        2 ** ((pitch - region["root"]) / 12)
        for rows in regions.values()
        for region in rows
        for pitch in range(region["low"], region["high"] + 1)
    ]
    after = starts(page, turned)
    assert len(after) > 20
    for start in after:
        assert min(abs(start["rate"] / key - 1) for key in keys) < 1e-6, "as fast as its key asks for"


def test_a_loop_returns_at_the_sample_and_gets_faster(page: Any, folder: Path) -> None:
    tempo = jazzgram.load(folder).solo.tempo
    page.click("#mixer-toggle")
    page.fill("#loop-from", "2")
    page.fill("#loop-to", "2")
    page.fill("#faster", "40")
    page.select_option("#metronome", "beats")
    page.click("#play")
    clicks = "heard.starts.filter(start => start.seconds < 0.06).map(start => start.when)"
    until(lambda: len(page.evaluate(clicks)) >= 13)
    page.click("#play")
    heard = page.evaluate(clicks)[:13]
    expected = [heard[0]]
    for faster in (0, 40, 80):
        expected += [expected[-1] + (beat + 1) * 60 / (tempo + faster) for beat in range(4)]
    assert heard == pytest.approx(expected, abs=1e-6)
    assert int(page.inner_text(".tempo-text").removeprefix("♩ = ")) >= tempo + 40


def test_a_bar_is_counted_in(page: Any, folder: Path) -> None:
    tempo = jazzgram.load(folder).solo.tempo
    page.click("#mixer-toggle")
    page.check("#count-in")
    page.click("#play")
    until(lambda: bool(page.evaluate("heard.starts.some(start => start.seconds > 0.06)")))
    all_starts = page.evaluate("heard.starts")
    clicks = [start["when"] for start in all_starts if start["seconds"] < 0.06]
    assert np.diff(clicks) == pytest.approx(60 / tempo, abs=1e-9) and len(clicks) == 4
    first = min(start["when"] for start in all_starts if start["seconds"] > 0.06)
    assert first >= clicks[0] + 4 * 60 / tempo - 1e-6


def test_each_step_of_the_chain_is_heard(page: Any) -> None:
    page.focus("#step")
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    label = page.get_attribute("#step", "aria-valuetext")
    page.click("#mixer-toggle")
    page.click("#play")
    until(lambda: len(starts(page)) > 30)
    view = page.evaluate("JSON.parse(document.getElementById('view').textContent)")
    step = next(step for step in view["steps"] if step["label"].split(":")[-1].replace("_", " ") == label)
    regions = page.evaluate("JSON.parse(document.getElementById('sound').textContent)")
    instrument = regions["instruments"][regions["parts"][0]["instrument"]]
    pitches = [item[2] for item in step["items"][:5]]
    rates = {round(start["rate"], 5) for start in starts(page)}
    for pitch in pitches:
        region = next(region for region in instrument if region["low"] <= pitch <= region["high"])
        assert round(2 ** ((pitch - region["root"]) / 12), 5) in rates
