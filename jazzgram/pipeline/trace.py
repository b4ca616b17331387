"""What every step of a chain did, observed from outside."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pluggy

from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.music.term import Term
from jazzgram.resources.attached import attached

_WATCHED = ("prune_grammar", "unparse_grammar", "prune_notes", "clean_up_notes", "shape_distribution", "sample")
_TOKENIZER = "tokenizer"
"""How the trace calls the step from terms to notes, which has no place in the chain's list."""


@dataclass(frozen=True, slots=True)
class Event:
    """One call of one step.

    Parameters
    ----------
    step : str
        The step's label, ``3:low_notes``.
    hook : str
        The hook that was called.
    bar : int or None
        The bar it was called for, from 0; None for the whole solo.
    options : dict
        The step's options.
    before, after : tuple of Term or Note
        What went in and what came out.
    seconds : float
        How long it took.
    """

    step: str
    hook: str
    bar: int | None
    options: dict[str, Any]
    before: tuple[Any, ...]
    after: tuple[Any, ...]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """Give the event as plain values, one line of ``trace.jsonl``."""
        return {
            "step": self.step,
            "hook": self.hook,
            "bar": self.bar,
            "options": self.options,
            "in": len(self.before),
            "out": len(self.after),
            "seconds": round(self.seconds, 7),
            "before": [plain(item) for item in self.before],
            "after": [plain(item) for item in self.after],
        }


@dataclass
class Tally:
    """The calls of one sampler step, added up: there is one for every term of every solo."""

    hook: str
    options: dict[str, Any]
    calls: int = 0
    seconds: float = 0.0


@dataclass
class Trace:
    """The record of one improvisation.

    Attributes
    ----------
    events : list of Event
        The calls of the chain's steps and of the tokenizer, in order.
    samplers : dict of str to Tally
        The calls of the sampler steps, by label.
    """

    events: list[Event] = field(default_factory=list)
    samplers: dict[str, Tally] = field(default_factory=dict)

    def __repr__(self) -> str:
        steps = {event.step for event in self.events} | self.samplers.keys()
        return f"Trace({len(self.events)} calls of {len(steps)} steps)"

    def watch(self, manager: pluggy.PluginManager) -> Callable[[], None]:
        """Observe every hook call of a manager; call what is returned to stop."""
        clock = [0.0]
        bars: dict[str, int] = {}
        dumped: dict[str, dict[str, Any]] = {}  # a step's options are frozen: they are turned into values once

        def before(hook: str, implementations: Sequence[Any], arguments: Any) -> None:
            clock[0] = time.perf_counter()

        def after(outcome: Any, hook: str, implementations: Sequence[Any], arguments: Any) -> None:
            seconds = time.perf_counter() - clock[0]
            if hook not in _WATCHED or outcome.exception is not None:
                return
            step = arguments.get("step", _TOKENIZER)
            if (options := dumped.get(step)) is None:
                options = dumped[step] = arguments["options"].model_dump(mode="json")
            if hook in ("shape_distribution", "sample"):
                tally = self.samplers.setdefault(step, Tally(hook, options))
                tally.calls += 1
                tally.seconds += seconds
                return
            given = arguments["terms" if "terms" in arguments else "notes"]
            bar = None
            if hook != "clean_up_notes":
                bar = bars[step] = bars.get(step, -1) + 1  # a step is called once for every bar, in order
            result = tuple(outcome.get_result() or ())
            self.events.append(Event(step, hook, bar, options, given, result, seconds))

        return manager.add_hookcall_monitoring(before, after)

    def _repr_html_(self) -> str:
        """Show in a notebook what every step did."""
        html: str = attached("Trace._repr_html_")(self)
        return html

    def lines(self, solo: Solo) -> list[dict[str, Any]]:
        """Give what ``trace.jsonl`` holds, one mapping a line: the solo's frame, the samplers, the chain's calls.

        With it a solo can be made again: `jazzgram.load`.

        Parameters
        ----------
        solo : Solo
            What came out of the improvisation that was watched.
        """
        frame = {
            "title": solo.title,
            "bars": solo.bars,
            "meter": str(solo.meter),
            "tempo": solo.tempo,
            "key": solo.key,
            "program": solo.program,
            "chords": [[chord.onset, chord.duration, chord.symbol, list(chord.pitches)] for chord in solo.chords],
            "written": None if solo.written == solo.notes else [plain(note) for note in solo.written],
            "accompaniment": [
                [
                    track.name,
                    track.program,
                    track.is_drum,
                    [[note.pitch, note.onset, note.duration, note.velocity] for note in track.notes],
                ]
                for track in solo.accompaniment
            ],
        }
        samplers = [
            {"step": step, "hook": t.hook, "options": t.options, "calls": t.calls, "seconds": round(t.seconds, 6)}
            for step, t in self.samplers.items()
        ]
        return [{"solo": frame}, *samplers, *(event.as_json() for event in self.events)]


def plain(item: Term | Note) -> dict[str, Any]:
    """Give a term or a note as plain values."""
    origin = list(item.origin) if item.origin is not None else None
    if isinstance(item, Term):
        return {"term": str(item), "origin": origin}
    spelling = {} if item.spelling is None else {"spelling": item.spelling}
    return {
        "pitch": item.pitch,
        "onset": item.onset,
        "duration": item.duration,
        "velocity": item.velocity,
        **spelling,
        "origin": origin,
    }
