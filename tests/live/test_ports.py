"""MIDI ports, with a stand-in for rtmidi, and through JACK where it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from live_sessions import Message, RtMidiError, StandIn, install_stand_in

from jazzgram import JazzgramError
from jazzgram.live.player import Event
from jazzgram.live.ports import Ports, port_names


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> list[StandIn]:
    return install_stand_in(monkeypatch)


def ignore(*_: Any) -> None:
    pass


def test_the_names_of_the_ports(system: list[StandIn]) -> None:
    assert port_names() == (list(StandIn.system), list(StandIn.system))


def test_strokes_come_in_and_nothing_else(system: list[StandIn]) -> None:
    came: list[tuple[bool, int, int]] = []
    with Ports("keystation", None, lambda *stroke: came.append(stroke)):
        keys = system[0]
        for message in (
            (0x90, 60, 90),
            (0x91, 64, 0),
            (0x85, 60, 64),
            (0xB0, 64, 127),
            (0xE0, 0, 64),
            (0xF8,),
            (0xFE,),
        ):
            keys.play(*message)
    assert came == [(True, 60, 90), (False, 64, 0), (False, 60, 64)]
    assert not keys.hears_clock and keys.opened is None


def test_events_go_out_and_every_channel_is_silenced_at_the_end(system: list[StandIn]) -> None:
    with Ports(None, "fluid", ignore) as ports:
        ports.choose({0: 65})
        ports.send(Event(0, True, 0, 60, 90))
        ports.send(Event(1, False, 9, 51))
    (synth,) = system
    assert synth.sent[:3] == [[0xC0, 65], [0x90, 60, 90], [0x89, 51, 0]]
    assert [[0xB0 | channel, control, 0] for channel in range(16) for control in (64, 123)] == synth.sent[3:]
    assert synth.opened is None


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, JazzgramError, ZeroDivisionError])
def test_whatever_ends_it_nothing_is_left_sounding(system: list[StandIn], stop: type[BaseException]) -> None:
    def played() -> None:
        with Ports("keystation", "fluid", ignore) as ports:
            ports.send(Event(0, True, 3, 60, 90))
            raise stop("stop")

    with pytest.raises(stop):
        played()
    assert [0xB3, 123, 0] in system[1].sent and all(port.opened is None for port in system)


def test_a_port_that_is_not_there_names_those_that_are(system: list[StandIn]) -> None:
    with pytest.raises(JazzgramError, match=r"--out-port: no MIDI port 'FluidSinth'.*there are: Keystation 61:0"):
        Ports("keystation", "FluidSinth", ignore)
    assert system[0].opened is None, "the one that was open is closed"


def test_a_port_that_is_unplugged(system: list[StandIn]) -> None:
    with Ports("keystation", "fluid", ignore) as ports:
        assert ports.gone() == ""
        system[0].listed = ["FluidSynth 128:0"]
        assert ports.gone() == "Keystation 61:0"
        system[1].fails = True
        with pytest.raises(JazzgramError, match="MIDI port 'FluidSynth 128:0' cannot be played to any more: no such"):
            ports.send(Event(0, True, 0, 60, 90))


def test_a_clock_comes_from_the_port_of_the_keys_or_its_own(system: list[StandIn]) -> None:
    for source in (None, "Sequencer"):
        came: list[Message] = []
        system.clear()
        with Ports("keystation", None, ignore, came.append, source):
            assert system[-1].hears_clock
            for message in ((0xF2, 16, 0), (0xFA,), (0xF8,), (0xFC,), (0xFE,), (0x90, 60, 90)):
                system[-1].play(*message)
        assert came == [[0xF2, 16, 0], [0xFA], [0xF8], [0xFC]]


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    with pytest.raises(JazzgramError, match=r'MIDI ports need python-rtmidi: pip install "jazzgram\[live\]"'):
        port_names()


def test_a_system_without_midi_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise RtMidiError("error creating ALSA sequencer client object")

    monkeypatch.setitem(sys.modules, "rtmidi", SimpleNamespace(MidiIn=missing, MidiOut=missing))
    with pytest.raises(JazzgramError, match="MIDI is not to be had on this machine: error creating ALSA"):
        port_names()


@pytest.fixture
def jack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A JACK server without a sound card."""
    rtmidi = pytest.importorskip("rtmidi")
    if rtmidi.API_UNIX_JACK not in rtmidi.get_compiled_api():
        pytest.skip("python-rtmidi is built without JACK")
    if (program := shutil.which("jackd")) is None:
        pytest.skip("no jackd on this machine: apt install jackd2")
    name = f"jazzgram-{uuid.uuid4().hex[:8]}"
    monkeypatch.setenv("JACK_DEFAULT_SERVER", name)
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    command = [program, "--no-realtime", "-n", name, "-t", "5000", "-d", "dummy", "-r", "48000", "-p", "1024"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
    try:
        for _ in range(50):
            try:
                rtmidi.MidiIn(rtmidi.API_UNIX_JACK, name="probe").delete()
                break
            except OSError:
                if server.poll() is not None:
                    pytest.skip("jackd does not start here")
                time.sleep(0.1)
        else:
            pytest.skip("jackd does not answer here")
        yield rtmidi
    finally:
        server.terminate()
        server.wait(10)


def test_notes_and_clock_go_round_through_jack(jack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is played to a port comes back through another, and the keyboard's end is noticed."""
    api = jack.API_UNIX_JACK
    keyboard, synth = jack.MidiOut(api, name="Keys"), jack.MidiIn(api, name="Synth")
    keyboard.open_virtual_port("out")
    synth.open_virtual_port("in")
    synth.ignore_types(timing=False)
    heard: list[Message] = []
    synth.set_callback(lambda message, data: heard.append(message[0]))
    ours = SimpleNamespace(
        MidiIn=lambda: jack.MidiIn(api, name="jazzgram in"), MidiOut=lambda: jack.MidiOut(api, name="o")
    )
    monkeypatch.setitem(sys.modules, "rtmidi", ours)
    came: list[tuple[bool, int, int]] = []
    clock: list[Message] = []
    with Ports("Keys:out", "Synth:in", lambda *stroke: came.append(stroke), clock.append) as ports:

        def connected() -> bool:  # what is sent before JACK has connected two ports is lost
            keyboard.send_message([0xF8])
            ports.send_message([0xF8])
            return bool(clock and heard)

        wait(connected)
        time.sleep(0.5)
        clock.clear()
        heard.clear()
        for message in ([0x90, 60, 90], [0xFA], [0xF8], [0x80, 60, 0]):
            keyboard.send_message(message)
        ports.send(Event(0, True, 2, 67, 80))
        ports.send_message([0xF8])
        wait(lambda: len(came) == 2 and len(clock) == 2 and len(heard) == 2)
        assert ports.gone() == ""
        keyboard.delete()
        wait(lambda: ports.gone() == "Keys:out")
    wait(lambda: [0xBF, 123, 0] in heard)
    assert came == [(True, 60, 90), (False, 60, 0)] and clock == [[0xFA], [0xF8]]
    assert heard[:2] == [[0x92, 67, 80], [0xF8]]
    synth.delete()


def wait(until: Callable[[], bool]) -> None:
    for _ in range(3000):
        if until():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come within half a minute")
