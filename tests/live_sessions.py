"""Small sessions, and stand-ins for what they are connected to."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from small_configs import write_bundled

from jazzgram import JazzgramError, Pipeline
from jazzgram.live.player import Event
from jazzgram.live.session import TradingSession


def session(
    folder: Path,
    *settings: str,
    live: str = "{trade: 1, choruses: 2}",
    improvise: str = 'chords: "Dm7 | G7 | Cmaj7 | C6", meter: 4/4, tempo: 120',
    **options: Any,
) -> TradingSession:
    """Return a session over four bars, twice, by an untrained tokenizer of pitches and an empty chain."""
    path = write_bundled(folder, f"improvise: {{{improvise}}}\nlive: {live}\n")
    return TradingSession(Pipeline.load(path, settings=["tokenizer={use: events}", "chain=[]", *settings], **options))


class Sink:
    """An output that remembers what it was sent, and may be unplugged."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.messages: list[tuple[int, ...]] = []
        self.unplugged_after: int | None = None
        self.is_listed = True

    def send(self, event: Event) -> None:
        if self.unplugged_after is not None and len(self.events) >= self.unplugged_after:
            raise JazzgramError("MIDI port 'Synth' cannot be played to any more: gone")
        self.events.append(event)

    def send_message(self, message: Sequence[int]) -> None:
        self.messages.append(tuple(message))

    def gone(self) -> str:
        return "" if self.is_listed else "Synth"

    def unplug(self) -> None:
        """Be gone as soon as something has been played."""
        while not self.events:
            time.sleep(0.01)
        self.is_listed = False

    @property
    def sounding(self) -> set[tuple[int, int]]:
        """Channels and pitches that have begun and not ended."""
        on: set[tuple[int, int]] = set()
        for event in self.events:
            (on.add if event.on else on.discard)((event.channel, event.pitch))
        return on


Message = Sequence[int]


class RtMidiError(OSError):
    """As python-rtmidi's own."""


class StandIn:
    """One port of a system with a keyboard, a sequencer and a synthesizer."""

    system = ("Keystation 61:0", "Sequencer 20:0", "FluidSynth 128:0")
    all: ClassVar[list[StandIn]] = []

    def __init__(self) -> None:
        self.listed = list(self.system)
        self.opened: int | None = None
        self.sent: list[Message] = []
        self.fails = False
        self.callback: Callable[[Any, Any], None] = lambda message, data: None
        self.hears_clock = False

    def get_ports(self) -> list[str]:
        return self.listed

    def open_port(self, number: int) -> None:
        self.opened = number
        self.all.append(self)

    def close_port(self) -> None:
        self.opened = None
        if self.fails:
            raise RtMidiError("no such device")

    def send_message(self, message: Message) -> None:
        if self.fails:
            raise RtMidiError("no such device")
        self.sent.append(message)

    def ignore_types(self, sysex: bool, timing: bool, active_sense: bool) -> None:
        self.hears_clock = not timing

    def set_callback(self, callback: Callable[[Any, Any], None]) -> None:
        self.callback = callback

    def play(self, *message: int) -> None:
        self.callback((list(message), 0.0), None)


def install_stand_in(monkeypatch: pytest.MonkeyPatch) -> list[StandIn]:
    """Put the stand-in in the place of rtmidi; return its ports, as they are opened."""
    StandIn.all = []
    monkeypatch.setitem(sys.modules, "rtmidi", SimpleNamespace(MidiIn=StandIn, MidiOut=StandIn))
    return StandIn.all
