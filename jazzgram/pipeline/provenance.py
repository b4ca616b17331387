"""What became of every note: read from the trace that a run left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jazzgram.errors import JazzgramError
from jazzgram.music.chord import Chord, chord_at
from jazzgram.music.time import Meter

Item = dict[str, Any]
"""A term or a note as `jazzgram.pipeline.trace.plain` wrote it."""


@dataclass(frozen=True)
class Change:
    """What one step did to one bar.

    Parameters
    ----------
    step, hook : str
        The step's label and its hook.
    options : dict
        Its options.
    before, after : tuple of Item
        The bar's terms or notes, onsets from its start.
    removed, added : tuple of Item
        What is only in `before`, what is only in `after`.
    changed : tuple of pairs of Item
        What has the same origin and other values.
    """

    step: str
    hook: str
    options: dict[str, Any]
    before: tuple[Item, ...]
    after: tuple[Item, ...]
    removed: tuple[Item, ...]
    added: tuple[Item, ...]
    changed: tuple[tuple[Item, Item], ...]

    @property
    def changes_anything(self) -> bool:
        """Whether the step did more than hand on what it was given."""
        return bool(self.removed or self.added or self.changed)


@dataclass(frozen=True)
class NoteHistory:
    """Where a note of the solo comes from.

    Parameters
    ----------
    note : Item
        The note, its onset from the start of the solo.
    term : str
        The sampled term; empty for a note that a step added.
    chord : str
        The symbol of the chord it sounds over.
    steps : tuple of str
        The labels of the steps that changed it, in order.
    """

    note: Item
    term: str
    chord: str
    steps: tuple[str, ...]


@dataclass
class Record:
    """A run's ``trace.jsonl``.

    Attributes
    ----------
    frame : dict
        Title, bars, meter and chords of the solo.
    samplers : list of dict
        The sampler steps with their calls and seconds.
    events : list of dict
        The calls of the chain and the tokenizer, in order.
    """

    frame: dict[str, Any] = field(default_factory=dict)
    samplers: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def read(cls, folder: Path) -> Record:
        """Read the trace of a run's folder.

        Raises
        ------
        JazzgramError
            Where there is none, or it is not one that jazzgram wrote.
        """
        path = folder / "trace.jsonl"
        if not path.is_file():
            raise JazzgramError(f"{folder}: no trace.jsonl here; name a folder that `jazzgram run` wrote")
        try:
            return cls.of([json.loads(line) for line in path.read_text().splitlines()])
        except (ValueError, KeyError, TypeError) as error:
            raise JazzgramError(
                f"{path}: not a trace of this version of jazzgram; run the configuration again"
            ) from error

    @classmethod
    def of(cls, lines: list[dict[str, Any]]) -> Record:
        """Take the lines of a trace; raise KeyError, TypeError or ValueError where the first is no frame."""
        frame = lines[0]["solo"] if lines else {}
        Meter.parse(frame["meter"])
        range(frame["bars"])
        return cls(
            frame,
            [line for line in lines if "calls" in line],
            [line for line in lines if "before" in line],
        )

    @property
    def bar_length(self) -> int:
        """The length of a bar in ticks."""
        return Meter.parse(self.frame["meter"]).bar

    @property
    def chords(self) -> tuple[Chord, ...]:
        """The solo's chords."""
        return tuple(
            Chord(tuple(pitches), onset, length, symbol) for onset, length, symbol, pitches in self.frame["chords"]
        )

    def bar(self, number: int) -> Iterator[Change]:
        """Give what each step did to a bar, counted from 0, in order."""
        for event in self.events:
            if event["bar"] == number:
                yield _change(event, tuple(event["before"]), tuple(event["after"]))
            elif event["bar"] is None:
                yield _change(event, self._of_bar(event["before"], number), self._of_bar(event["after"], number))

    def _of_bar(self, notes: list[Item], number: int) -> tuple[Item, ...]:
        start = number * self.bar_length
        end = start + self.bar_length
        return tuple(note | {"onset": note["onset"] - start} for note in notes if start <= note["onset"] < end)

    def notes(self) -> list[NoteHistory]:
        """Tell where each note of the solo comes from, in time order."""
        chords = self.chords
        terms: dict[Any, str] = {}
        for event in self.events:
            for item in event["before"]:
                if "term" in item:
                    terms.setdefault(_key(item), item["term"])  # the first is the one that was sampled
        touched: dict[Any, list[str]] = {}
        for number in range(self.frame["bars"]):
            for change in self.bar(number):
                if change.hook in ("prune_notes", "clean_up_notes"):
                    for item in (*(after for _, after in change.changed), *change.added):
                        touched.setdefault(_key(item), []).append(change.step)
        last = self.final_notes()
        return [
            NoteHistory(
                note,
                terms.get(_key(note), ""),
                chord.symbol if (chord := chord_at(chords, note["onset"])) else "",
                tuple(dict.fromkeys(touched.get(_key(note), ()))),
            )
            for note in last
        ]

    def final_notes(self) -> list[Item]:
        """Give the solo's notes, onsets from its start."""
        if not self.events:
            return []
        last = self.events[-1]
        if last["bar"] is None:
            return list(last["after"])
        bars = [event for event in self.events if event["step"] == last["step"]]
        return [
            note | {"onset": note["onset"] + event["bar"] * self.bar_length}
            for event in bars
            for note in event["after"]
        ]


def _key(item: Item) -> Any:
    """Identify an item across steps: by its origin, or by what it is where a step made it."""
    return (
        tuple(item["origin"])
        if item["origin"] is not None
        else (item.get("pitch"), item.get("onset"), item.get("term"))
    )


def _change(event: dict[str, Any], before: tuple[Item, ...], after: tuple[Item, ...]) -> Change:
    if event["hook"] == "unparse_grammar":  # terms become notes: nothing is removed, added or changed
        return Change(event["step"], event["hook"], event["options"], before, after, (), (), ())
    old = {_key(item): item for item in before}
    new = {_key(item): item for item in after}
    return Change(
        event["step"],
        event["hook"],
        event["options"],
        before,
        after,
        tuple(item for key, item in old.items() if key not in new),
        tuple(item for key, item in new.items() if key not in old),
        tuple((old[key], item) for key, item in new.items() if key in old and old[key] != item),
    )
