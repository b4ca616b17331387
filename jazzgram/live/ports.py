"""MIDI ports, by python-rtmidi: ALSA and JACK, CoreMIDI, Windows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.live.player import Event

_NOTE_OFF, _NOTE_ON, _CONTROL, _PROGRAM = 0x80, 0x90, 0xB0, 0xC0
_ALL_NOTES_OFF = 123


def port_names() -> tuple[list[str], list[str]]:
    """Return the names of the ports that can be played from, and of those that can be played to.

    Raises
    ------
    JazzgramError
        One line, where python-rtmidi is not installed or the system has no MIDI.
    """
    found: tuple[list[str], list[str]] = _open(lambda midi: (midi.MidiIn().get_ports(), midi.MidiOut().get_ports()))
    return found


def _open(use: Callable[[Any], Any]) -> Any:
    try:
        import rtmidi
    except ImportError:
        raise JazzgramError('MIDI ports need python-rtmidi: pip install "jazzgram[live]"') from None
    try:
        return use(rtmidi)
    except (rtmidi.RtMidiError, SystemError) as error:
        raise JazzgramError(f"MIDI is not to be had on this machine: {error}") from None


class Ports:
    """An open input and output.

    Parameters
    ----------
    source, sink : str or None
        Names of ports, or parts of them; None for none.
    receive : callable
        Called with each stroke and release: whether a key goes down, its pitch and velocity. From another thread.

    Raises
    ------
    JazzgramError
        Where there is no such port.
    """

    def __init__(self, source: str | None, sink: str | None, receive: Callable[[bool, int, int], None]) -> None:
        self._receive = receive
        self._in = None if source is None else _open(lambda midi: _opened(midi.MidiIn(), source, "--in"))
        self._out = None if sink is None else _open(lambda midi: _opened(midi.MidiOut(), sink, "--out-port"))
        if self._in is not None:
            self._in.set_callback(self._received)

    def _received(self, message: tuple[list[int], float], data: object) -> None:
        status, *values = message[0]
        kind = status & 0xF0
        if kind in (_NOTE_ON, _NOTE_OFF) and len(values) == 2:
            self._receive(kind == _NOTE_ON and values[1] > 0, values[0], values[1])

    def send(self, event: Event) -> None:
        """Send an event."""
        if self._out is not None:
            kind = _NOTE_ON if event.on else _NOTE_OFF
            self._out.send_message([kind | event.channel, event.pitch, event.velocity])

    def choose(self, programs: Mapping[int, int]) -> None:
        """Choose the General MIDI program of each channel."""
        if self._out is not None:
            for channel, program in programs.items():
                self._out.send_message([_PROGRAM | channel, program])

    def __enter__(self) -> Ports:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Silence all channels, and close."""
        if self._out is not None:
            for channel in range(16):
                self._out.send_message([_CONTROL | channel, _ALL_NOTES_OFF, 0])
            self._out.close_port()
        if self._in is not None:
            self._in.close_port()


def _opened(port: Any, name: str, option: str) -> Any:
    names = port.get_ports()
    found = [number for number, each in enumerate(names) if name.lower() in each.lower()]
    if not found:
        known = ", ".join(names) or "none"
        raise JazzgramError(f"{option}: no MIDI port {name!r}{did_you_mean(name, names)}; there are: {known}")
    port.open_port(found[0])
    return port
