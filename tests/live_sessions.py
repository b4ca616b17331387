"""Small sessions, and stand-ins for what they are connected to."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
