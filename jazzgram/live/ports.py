"""MIDI ports, by python-rtmidi: ALSA and JACK, CoreMIDI, Windows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from time import sleep
from types import TracebackType
from typing import Any

from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.live.clock import MESSAGES
from jazzgram.live.player import Event

_NOTE_OFF, _NOTE_ON, _CONTROL, _PROGRAM = 0x80, 0x90, 0xB0, 0xC0
_SUSTAIN, _ALL_NOTES_OFF = 64, 123
_OUT = "--out-port"
_FLUSHED = 0.2
"""Seconds after which what was sent last has left: JACK drops what waits in a port that is closed."""


def port_names() -> tuple[list[str], list[str]]:
    """Return the names of the ports that can be played from, and of those that can be played to.

    Raises
    ------
    JazzgramError
        One line, where python-rtmidi is not installed or the system has no MIDI.
    """
    found: tuple[list[str], list[str]] = _open(lambda midi: (midi.MidiIn().get_ports(), midi.MidiOut().get_ports()))
    return found


def check_ports(source: str | None, sink: str | None, clock_source: str | None = None) -> None:
    """Check that ports are there, before anything takes long; none is opened.

    Parameters
    ----------
    source, sink, clock_source : str or None
        As in `Ports`.

    Raises
    ------
    JazzgramError
        As `port_names`, and where there is no such port.
    """
    inputs, outputs = port_names()
    for name, names, option in ((source, inputs, "--in"), (clock_source, inputs, "--clock-in"), (sink, outputs, _OUT)):
        if name is not None:
            _find(name, names, option)


def _find(name: str, names: list[str], option: str) -> int:
    """Return the index of the first port that has a name, or part of it."""
    found = [number for number, each in enumerate(names) if name.lower() in each.lower()]
    if not found:
        known = ", ".join(names) or "none"
        raise JazzgramError(f"{option}: no MIDI port {name!r}{did_you_mean(name, names)}; there are: {known}")
    return found[0]


def _open(use: Callable[[Any], Any]) -> Any:
    try:
        import rtmidi
    except ImportError:
        raise JazzgramError('MIDI ports need python-rtmidi: pip install "jazzgram[live]"') from None
    try:
        return use(rtmidi)
    except OSError as error:  # what python-rtmidi raises is one
        raise JazzgramError(f"MIDI is not to be had on this machine: {error}") from None


class Ports:
    """Open inputs and an output.

    Parameters
    ----------
    source, sink : str or None
        Names of ports, or parts of them; None for none.
    receive : callable
        Called with each stroke and release: whether a key goes down, its pitch and velocity. From another thread.
    clock : callable or None
        Called with the bytes of each message of a clock that comes in; None where none is followed.
    clock_source : str or None
        The port that the clock comes from; that of the keys if None.

    Raises
    ------
    JazzgramError
        Where there is no such port.
    """

    def __init__(
        self,
        source: str | None,
        sink: str | None,
        receive: Callable[[bool, int, int], None],
        clock: Callable[[Sequence[int]], None] | None = None,
        clock_source: str | None = None,
    ) -> None:
        self._receive, self._clock = receive, clock
        self._inputs: list[_Port] = []
        self._out: _Port | None = None
        try:
            if source is not None:
                self._listen(source, "--in", self._received)
            if clock is not None and clock_source is not None:
                self._listen(clock_source, "--clock-in", self._received_clock)
            if sink is not None:
                self._out = _open(lambda midi: _Port(midi.MidiOut(), sink, _OUT))
        except BaseException:
            self.close()
            raise

    def send(self, event: Event) -> None:
        """Send an event."""
        kind = _NOTE_ON if event.on else _NOTE_OFF
        self.send_message([kind | event.channel, event.pitch, event.velocity])

    def send_message(self, message: Sequence[int]) -> None:
        """Send the bytes of a message.

        Raises
        ------
        JazzgramError
            Where the port cannot be played to any more.
        """
        if self._out is not None:
            try:
                self._out.midi.send_message(list(message))
            except OSError as error:
                raise JazzgramError(f"MIDI port {self._out.name!r} cannot be played to any more: {error}") from None

    def choose(self, programs: Mapping[int, int]) -> None:
        """Choose the General MIDI program of each channel."""
        for channel, program in programs.items():
            self.send_message([_PROGRAM | channel, program])

    def gone(self) -> str:
        """Return the name of an open port that is not there any more; empty while all are."""
        for port in (*self._inputs, self._out):
            if port is not None and not port.is_there():
                return str(port.name)
        return ""

    def close(self) -> None:
        """Silence all channels, and close; ports that are gone are no mistake."""
        if self._out is not None:
            for channel in range(16):
                for control in (_SUSTAIN, _ALL_NOTES_OFF):
                    with suppress(OSError):
                        self._out.midi.send_message([_CONTROL | channel, control, 0])
            sleep(_FLUSHED)
        for port in (*self._inputs, self._out):
            if port is not None:
                with suppress(OSError):
                    port.midi.close_port()
        self._inputs, self._out = [], None

    def __enter__(self) -> Ports:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _listen(self, name: str, option: str, received: Callable[[tuple[list[int], float], object], None]) -> None:
        port = _open(lambda midi: _Port(midi.MidiIn(), name, option))
        self._inputs.append(port)
        if self._clock is not None:
            port.midi.ignore_types(sysex=True, timing=False, active_sense=True)
        port.midi.set_callback(received)

    def _received(self, message: tuple[list[int], float], data: object) -> None:
        status, *values = message[0]
        kind = status & 0xF0
        if kind in (_NOTE_ON, _NOTE_OFF) and len(values) == 2:
            self._receive(kind == _NOTE_ON and values[1] > 0, values[0], values[1])
        else:
            self._received_clock(message, data)

    def _received_clock(self, message: tuple[list[int], float], data: object) -> None:
        if self._clock is not None and message[0][0] in MESSAGES:
            self._clock(message[0])


class _Port:
    """An open port."""

    def __init__(self, midi: Any, name: str, option: str) -> None:
        names = midi.get_ports()
        number = _find(name, names, option)
        self.midi = midi
        self.name = names[number]
        midi.open_port(number)

    def is_there(self) -> bool:
        """Return whether the system still lists it."""
        try:
            return self.name in self.midi.get_ports()
        except OSError:
            return False
