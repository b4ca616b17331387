"""`jazzgram trade` on ports, with a stand-in for rtmidi."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from live_sessions import StandIn, install_stand_in
from small_configs import write_bundled

import jazzgram
from jazzgram import JazzgramError
from jazzgram.cli import trade
from jazzgram.live import loop

LIVE = 'improvise: {chords: "Dm7 | G7", meter: 4/4, tempo: 400}\nlive: {trade: 1, choruses: 2, count_in: 0}\n'


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> list[StandIn]:
    monkeypatch.setattr(loop, "_LATE", 30.0)  # a test machine may be busy
    return install_stand_in(monkeypatch)


def traded(folder: Path, *options: str, live: str = LIVE) -> Any:
    config = write_bundled(folder, live)
    return CliRunner().invoke(trade.command, [str(config), "--out", str(folder / "out"), *options])


PORTS = ("--in", "Keystation", "--out-port", "FluidSynth")


def test_a_session_on_ports_is_written_as_a_run_is(tmp_path: Path, system: list[StandIn]) -> None:
    def musician() -> None:
        while len(system) < 2 or not any(message[0] & 0xF0 == 0x90 for message in system[1].sent):
            time.sleep(0.01)
        for pitch in (60, 64, 67):
            system[0].play(0x90, pitch, 90)
            time.sleep(0.1)
            system[0].play(0x80, pitch, 0)

    threading.Thread(target=musician, daemon=True).start()
    done = traded(tmp_path, *PORTS, "--clock", "send", "--respond", "repeat")
    assert done.exit_code == 0, done.output
    synth = system[1]
    assert [message for message in synth.sent if message[0] in (0xFA, 0xFC)] == [[0xFA], [0xFC]]
    ended = {(message[0] & 0xF, message[1]) for message in synth.sent if message[0] & 0xF0 == 0x80}
    begun = {(message[0] & 0xF, message[1]) for message in synth.sent if message[0] & 0xF0 == 0x90}
    assert begun and begun == ended
    solo = jazzgram.load(tmp_path / "out").solo
    you = next(track for track in solo.accompaniment if track.name == "You")
    assert you.notes and {note.pitch for note in you.notes} <= {60, 64, 67}


def test_an_unplugged_port_and_a_failing_plugin_keep_the_take(tmp_path: Path, system: list[StandIn]) -> None:
    def unplug() -> None:
        while len(system) < 2:
            time.sleep(0.01)
        system[0].listed = []

    threading.Thread(target=unplug, daemon=True).start()
    done = traded(tmp_path, *PORTS)
    assert done.exit_code == 0 and "'Keystation 61:0' is gone (unplugged?)" in done.output
    assert (tmp_path / "out" / "solo.mid").exists()

    plugin = '"""Bad."""\nfrom jazzgram import hookimpl\n@hookimpl\ndef respond():\n    return []\n'
    (tmp_path / "bad.py").write_text(plugin)
    done = traded(tmp_path, *PORTS, "--force", live=LIVE.replace("count_in: 0", "count_in: 0, respond: [bad.py]"))
    assert isinstance(done.exception, JazzgramError) and "responder bad.py returned 0 bars" in str(done.exception)
    assert (tmp_path / "out" / "run.yaml").exists()


@pytest.mark.parametrize(
    ("ports", "option"), [(("Keystatoin", "FluidSynth"), "--in"), (("Keystation", "FluidSinth"), "--out-port")]
)
def test_a_port_that_is_not_there_is_said_before_a_model_is_trained(
    tmp_path: Path, system: list[StandIn], monkeypatch: pytest.MonkeyPatch, ports: tuple[str, str], option: str
) -> None:
    monkeypatch.setattr("jazzgram.pipeline.stages.fit", lambda training: pytest.fail("it is trained"))
    done = traded(tmp_path, "--in", ports[0], "--out-port", ports[1])
    assert isinstance(done.exception, JazzgramError) and str(done.exception).startswith(f"{option}: no MIDI port")
    assert not system, "nothing was opened"


def test_a_clock_is_waited_for_without_a_count_in(tmp_path: Path, system: list[StandIn]) -> None:
    def sequencer() -> None:
        while len(system) < 3:
            time.sleep(0.01)
        time.sleep(0.3)
        assert not any(message[0] & 0xF0 == 0x90 for message in system[2].sent)
        system[1].play(0xFA)
        for _ in range(100):
            system[1].play(0xF8)
            time.sleep(60 / 400 / 24)
        system[1].play(0xFA)

    threading.Thread(target=sequencer, daemon=True).start()
    done = traded(tmp_path, *PORTS, "--clock-in", "Sequencer", live=LIVE.replace("count_in: 0", "count_in: 2"))
    assert done.exit_code == 0, done.output
    assert "Waiting for the clock's Start, which is bar 1" in done.output and "jumped back" in done.output
    assert any(message[0] & 0xF0 == 0x90 for message in system[2].sent)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--replay", __file__, "--clock", "send"), "leave out --clock, --clock-in and --osc"),
        (("--replay", __file__, "--osc", "localhost:9000"), "leave out --clock, --clock-in and --osc"),
        (("--in", "Keystation", "--clock", "send", "--clock-in", "Sequencer"), "use it with --clock follow"),
        (("--in", "Keystation", "--bars", "65"), "65 is not in the range"),
        (("--in", "Keystation", "--bars", "verse"), "'verse' is not a valid"),
    ],
)
def test_options_that_do_not_go_together(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    done = traded(tmp_path, *options)
    assert done.exit_code == 2 and said in done.output


def test_a_clock_that_is_sent_needs_a_port(tmp_path: Path) -> None:
    done = traded(tmp_path, "--in", "Keystation", "--clock", "send")
    assert isinstance(done.exception, JazzgramError) and "name it with --out-port" in str(done.exception)
