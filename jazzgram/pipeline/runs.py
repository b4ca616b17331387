"""Runs, read back from the folders that they left."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from jazzgram.errors import JazzgramError
from jazzgram.music.note import Note, Origin
from jazzgram.music.solo import Solo
from jazzgram.music.term import Grammar, Term
from jazzgram.music.time import Meter
from jazzgram.music.tune import Track
from jazzgram.pipeline.provenance import Item, Record
from jazzgram.pipeline.results import Improvisation
from jazzgram.pipeline.trace import Event, Tally, Trace


@dataclass(frozen=True)
class LoadedRun(Improvisation):
    """A run as its folder has it.

    Parameters
    ----------
    solo, trace
        As in `jazzgram.pipeline.results.Improvisation`, equal to what they were.
    folder : Path
        Where it was read from.
    config : dict
        The content of ``run.yaml``: every value written out.
    measures : dict of str to float
        The metrics' numbers; empty where none was computed.
    files : tuple of Path
        Every file of the folder, sorted by name.
    """

    folder: Path
    config: dict[str, Any]
    measures: dict[str, float]
    files: tuple[Path, ...]

    @cached_property
    def record(self) -> Record:
        """What became of every note: `jazzgram.pipeline.provenance.Record`."""
        return Record.of(self.trace.lines(self.solo))


def load(folder: str | Path) -> LoadedRun:
    """Read a run back from its folder.

    Parameters
    ----------
    folder : str or Path
        What ``jazzgram run`` or `Pipeline.run` wrote to.

    Returns
    -------
    LoadedRun
        Its solo, with accompaniment and terms, the trace of its chain, its configuration and measures.

    Raises
    ------
    JazzgramError
        One line, where the folder is none of a run, or one of its files is damaged or of another version.

    Examples
    --------
    ::

        run = jazzgram.load("out/blues")
        run.solo.show()
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise JazzgramError(f"{folder}: there is no such folder; name one that `jazzgram run` wrote")
    record = _read(folder, "trace.jsonl", lambda path: Record.read(path.parent))
    solo = _read(folder, "trace.jsonl", lambda path: _solo(record))
    return LoadedRun(
        solo=solo,
        trace=_trace(record),
        folder=folder,
        config=_read(folder, "run.yaml", lambda path: _mapping(yaml.safe_load(path.read_text("utf-8")))),
        measures=_read(folder, "measures.json", _measures) if (folder / "measures.json").exists() else {},
        files=tuple(sorted(path for path in folder.iterdir() if path.is_file())),
    )


def _read(folder: Path, name: str, reader: Any) -> Any:
    path = folder / name
    if not path.is_file():
        raise JazzgramError(f"{folder}: no {name} here; name a folder that `jazzgram run` wrote")
    try:
        return reader(path)
    except OSError as error:
        raise JazzgramError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, yaml.YAMLError):
        raise JazzgramError(
            f"{path}: damaged, or written by another version of jazzgram; run the configuration again"
        ) from None


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(type(value))
    return value


def _measures(path: Path) -> dict[str, float]:
    return {name: float(value) for name, value in _mapping(json.loads(path.read_text("utf-8"))).items()}


def _solo(record: Record) -> Solo:
    frame = record.frame
    notes = tuple(sorted(map(_note, record.final_notes()), key=lambda note: note.onset))
    return Solo(
        notes=notes,
        chords=record.chords,
        bars=frame["bars"],
        grammar=_sampled(record),
        meter=Meter.parse(frame["meter"]),
        tempo=float(frame["tempo"]),
        title=frame["title"],
        accompaniment=tuple(
            Track(name, program, tuple(Note(*values) for values in played), is_drum)
            for name, program, is_drum, played in frame["accompaniment"]
        ),
        program=frame["program"],
        key=frame["key"],
        written=notes if frame["written"] is None else tuple(map(_note, frame["written"])),
    )


def _sampled(record: Record) -> Grammar:
    """Give the terms as they went into the first step."""
    events = [event for event in record.events if event["hook"] in ("prune_grammar", "unparse_grammar")]
    return tuple(tuple(map(_term, event["before"])) for event in events if event["step"] == events[0]["step"])


def _trace(record: Record) -> Trace:
    events = [
        Event(
            event["step"],
            event["hook"],
            event["bar"],
            event["options"],
            tuple(map(_item, event["before"])),
            tuple(map(_item, event["after"])),
            event["seconds"],
        )
        for event in record.events
    ]
    samplers = {
        line["step"]: Tally(line["hook"], line["options"], line["calls"], line["seconds"]) for line in record.samplers
    }
    return Trace(events, samplers)


def _item(item: Item) -> Term | Note:
    return _term(item) if "term" in item else _note(item)


def _term(item: Item) -> Term:
    parsed = Term.parse(item["term"])
    return Term(parsed.kind, parsed.duration, parsed.interval_range, _origin(item))


def _note(item: Item) -> Note:
    return Note(item["pitch"], item["onset"], item["duration"], item["velocity"], item.get("spelling"), _origin(item))


def _origin(item: Item) -> Origin | None:
    return None if item["origin"] is None else Origin(*item["origin"])
