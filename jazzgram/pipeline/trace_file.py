"""``trace.jsonl``: a solo and its trace as lines of JSON, written and read back to equal values.

The first line is the solo's frame (title, meter, chords, accompaniment …), then a line for each sampler step, for each
bar and critic, and for each call of a step of the chain. The solo's own notes are those that the last step returned. A
log weight of ``-inf`` is null.

What the calls took is in ``times.json``, so that equal runs have equal traces. A trace alone is read without times.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import islice
from math import inf
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field

from jazzgram.errors import JazzgramError
from jazzgram.music.chord import Chord
from jazzgram.music.form import Form, Section
from jazzgram.music.labels import Labels
from jazzgram.music.note import Note, Origin
from jazzgram.music.solo import Solo
from jazzgram.music.term import Grammar, Term
from jazzgram.music.time import Meter
from jazzgram.music.tune import Track
from jazzgram.pipeline.trace import BarScores, StepCall, Tally, Trace

NAME = "trace.jsonl"
TIMES = "times.json"
_ITEMS = 500
"""Notes or terms that are written at once."""

_Ticks = Annotated[int, Field(gt=-(2**31), lt=2**31)]
_Index = Annotated[int, Field(ge=0, lt=2**31)]
_Pitch = Annotated[int, Field(ge=0, le=127)]


class _Item(BaseModel, defer_build=True):
    """A term, or a note."""

    term: str | None = None
    pitch: _Pitch | None = None
    onset: _Ticks | None = None
    duration: _Index | None = None
    velocity: _Pitch | None = None
    spelling: str | None = None
    origin: Annotated[list[_Index], Field(min_length=2, max_length=2)] | None


class _Frame(BaseModel, defer_build=True):
    """A solo without its notes."""

    title: str
    bars: Annotated[int, Field(ge=0, le=1_000_000)]
    meter: str
    tempo: Annotated[float, Field(gt=0, lt=10_000)]
    key: Annotated[int, Field(ge=-7, le=7)]
    program: _Pitch
    chords: list[tuple[_Ticks, _Index, str, list[_Pitch]]]
    written: list[_Item] | None
    accompaniment: list[tuple[str, _Pitch, bool, list[tuple[_Pitch, _Ticks, _Index, _Pitch]]]]


class _First(BaseModel, defer_build=True):
    solo: _Frame


class _Line(BaseModel, defer_build=True):
    """A sampler step with its number of calls, or a call of a step of the chain."""

    step: str
    hook: str
    options: dict[str, Any]
    calls: _Index | None = None
    bar: _Index | None = None
    before: list[_Item] | None = None
    after: list[_Item] | None = None


def _lines(solo: Solo, trace: Trace) -> Iterator[dict[str, Any]]:
    """Yield the content of the file, one mapping for each line; what may be long is an iterator over its items.

    Parameters
    ----------
    solo : Solo
        The solo.
    trace : Trace
        The calls that made it.
    """
    frame = {
        "title": solo.title,
        "bars": solo.bars,
        "meter": str(solo.meter),
        "tempo": solo.tempo,
        "key": solo.key,
        "program": solo.program,
        "instrument": solo.instrument,
        "style": solo.style,
        "labels": asdict(solo.labels),
        "chords": ([chord.onset, chord.duration, chord.symbol, list(chord.pitches)] for chord in solo.chords),
        "form": None if solo.form is None else asdict(solo.form),
        "written": None if solo.notated == solo.notes else map(_plain, solo.notated),
        "accompaniment": [
            [
                track.name,
                track.program,
                track.is_drum,
                ([note.pitch, note.onset, note.duration, note.velocity] for note in track.notes),
            ]
            for track in solo.accompaniment
        ],
    }
    yield {"solo": frame}
    for step, t in (*trace.samplers.items(), *trace.accompanists.items()):
        yield {"step": step, "hook": t.hook, "options": t.options, "calls": t.calls}
    yield from map(_bar_scores_line, trace.bar_scores)
    yield from map(_call_line, trace.calls)


def write_trace(solo: Solo, trace: Trace, folder: Path) -> None:
    """Write the file, and the times beside it, into a folder."""
    with (folder / NAME).open("w", encoding="utf-8") as file:
        for line in _lines(solo, trace):
            file.writelines(_json(line))
            file.write("\n")
    times = {
        "samplers": {step: round(tally.seconds, 6) for step, tally in trace.samplers.items()},
        "bar_scores": [round(scored.seconds, 7) for scored in trace.bar_scores],
        "accompanists": {step: round(tally.seconds, 6) for step, tally in trace.accompanists.items()},
        "calls": [round(call.seconds, 7) for call in trace.calls],
    }
    (folder / TIMES).write_text(json.dumps(times) + "\n", encoding="utf-8")


def _json(value: Any) -> Iterator[str]:
    """Yield the text of `json.dumps` in pieces, iterators as arrays: a long solo's lines take more memory than it."""
    if isinstance(value, dict):
        for number, (key, inner) in enumerate(value.items()):
            yield f"{', ' if number else '{'}{json.dumps(key)}: "
            yield from _json(inner)
        yield "}" if value else "{}"
    elif isinstance(value, list) and any(isinstance(inner, list | Iterator) for inner in value):
        for number, inner in enumerate(value):
            yield ", " if number else "["
            yield from _json(inner)
        yield "]"
    elif isinstance(value, Iterator):
        yield "["
        separator = ""
        while items := list(islice(value, _ITEMS)):
            yield separator + json.dumps(items)[1:-1]
            separator = ", "
        yield "]"
    else:
        yield json.dumps(value)


def read_trace(folder: Path) -> tuple[Solo, Trace]:
    """Read the file of a run's folder.

    Returns
    -------
    Solo, Trace
        Equal to what was written; all times are 0 where there is no ``times.json``.

    Raises
    ------
    JazzgramError
        One line, where there is no such file, or it is damaged or of another version.
    """
    path = folder / NAME
    if not path.is_file():
        raise JazzgramError(f"{folder}: no {NAME} here; name a folder that `jazzgram run` wrote")
    try:
        written = path.read_text("utf-8").splitlines()
        lines = [json.loads(line) for line in written]
        frame = lines[0]["solo"]
        Meter.parse(frame["meter"])
        range(frame["bars"])
    except OSError as error:
        raise JazzgramError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise JazzgramError(
            f"{path}: not a trace of this version of jazzgram, or cut off; run the configuration again"
        ) from error
    try:
        _First.model_validate_json(written[0], strict=True)
        for line in written[1:]:
            _Line.model_validate_json(line, strict=True)
        trace = _trace(lines)
        solo = _solo(frame, trace)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise JazzgramError(
            f"{path}: damaged, or written by another version of jazzgram; run the configuration again"
        ) from None
    times = folder / TIMES
    return solo, _timed(trace, times) if times.is_file() else trace


def _timed(trace: Trace, path: Path) -> Trace:
    """Return a trace with the times of a file."""
    try:
        times = json.loads(path.read_text("utf-8"))
        calls = [
            replace(call, seconds=float(seconds)) for call, seconds in zip(trace.calls, times["calls"], strict=True)
        ]
        bar_scores = [
            replace(scored, seconds=float(seconds))
            for scored, seconds in zip(trace.bar_scores, times.get("bar_scores", ()), strict=True)
        ]
        samplers, accompanists = (
            {step: replace(tally, seconds=float(times[key][step])) for step, tally in tallies.items()}
            for key, tallies in (("samplers", trace.samplers), ("accompanists", trace.accompanists))
        )
    except OSError as error:
        raise JazzgramError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise JazzgramError(
            f"{path}: not the times of the {NAME} beside it: one of them is cut off or of another run; run again"
        ) from None
    return Trace(calls, samplers, bar_scores, accompanists)


def _bar_scores_line(scored: BarScores) -> dict[str, Any]:
    weights = [None if weight == -inf else weight for weight in scored.weights]
    return {
        "step": scored.step,
        "hook": "score_bar",
        "bar": scored.bar,
        "options": scored.options,
        "weights": weights,
        "chosen": scored.chosen,
    }


def _call_line(call: StepCall) -> dict[str, Any]:
    return {
        "step": call.step,
        "hook": call.hook,
        "bar": call.bar,
        "options": call.options,
        "in": len(call.before),
        "out": len(call.after),
        "before": map(_plain, call.before),
        "after": map(_plain, call.after),
    }


def _plain(item: Term | Note) -> dict[str, Any]:
    """Return a term or a note as plain values."""
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


def _trace(lines: list[dict[str, Any]]) -> Trace:
    calls = [
        StepCall(
            line["step"],
            line["hook"],
            line["bar"],
            line["options"],
            tuple(map(_item, line["before"])),
            tuple(map(_item, line["after"])),
            line.get("seconds", 0.0),
        )
        for line in lines
        if "before" in line
    ]
    tallies = [line for line in lines if "calls" in line]
    samplers, accompanists = (
        {
            line["step"]: Tally(line["hook"], line["options"], line["calls"], line.get("seconds", 0.0))
            for line in tallies
            if (line["hook"] == "accompany") == of_band
        }
        for of_band in (False, True)
    )
    bar_scores = [
        BarScores(
            line["step"],
            line["bar"],
            line["options"],
            tuple(-inf if weight is None else float(weight) for weight in line["weights"]),
            line["chosen"],
            0.0,
        )
        for line in lines
        if "weights" in line
    ]
    return Trace(calls, samplers, bar_scores, accompanists)


def _solo(frame: dict[str, Any], trace: Trace) -> Solo:
    meter = Meter.parse(frame["meter"])
    notes = tuple(sorted(_final_notes(trace, meter.bar), key=lambda note: note.onset))
    return Solo(
        notes=notes,
        chords=tuple(
            Chord(tuple(pitches), onset, length, symbol) for onset, length, symbol, pitches in frame["chords"]
        ),
        bars=frame["bars"],
        grammar=_sampled(trace),
        meter=meter,
        tempo=float(frame["tempo"]),
        title=frame["title"],
        accompaniment=tuple(
            Track(name, program, tuple(Note(*values) for values in played), is_drum)
            for name, program, is_drum, played in frame["accompaniment"]
        ),
        program=frame["program"],
        instrument=frame.get("instrument", ""),
        style=frame.get("style", ""),
        labels=Labels(**frame["labels"]),
        key=frame["key"],
        notated=notes if frame["written"] is None else tuple(map(_note, frame["written"])),
        form=_form(frame.get("form")),
    )


def _form(frame: dict[str, Any] | None) -> Form | None:
    if frame is None:
        return None
    sections = tuple(Section(**each) for each in frame["sections"])
    return Form(sections, frame["final"], frame.get("builds", False))


def _final_notes(trace: Trace, bar_length: int) -> list[Note]:
    """Return the notes after the last step, onsets from the start of the solo."""
    if not trace.calls:
        return []
    last = trace.calls[-1]
    return [
        replace(note, onset=note.onset + (call.bar or 0) * bar_length)
        for call in trace.calls
        if call.step == last.step
        for note in call.after
        if isinstance(note, Note)
    ]


def _sampled(trace: Trace) -> Grammar:
    """Return the terms as they went into the first step."""
    calls = [call for call in trace.calls if call.hook in ("prune_grammar", "unparse_grammar")]
    return tuple(
        tuple(term for term in call.before if isinstance(term, Term)) for call in calls if call.step == calls[0].step
    )


def _item(item: dict[str, Any]) -> Term | Note:
    return _term(item) if "term" in item else _note(item)


def _term(item: dict[str, Any]) -> Term:
    parsed = Term.parse(item["term"])
    return Term(parsed.category, parsed.duration, parsed.interval_range, _origin(item))


def _note(item: dict[str, Any]) -> Note:
    return Note(item["pitch"], item["onset"], item["duration"], item["velocity"], item.get("spelling"), _origin(item))


def _origin(item: dict[str, Any]) -> Origin | None:
    return None if item["origin"] is None else Origin(*item["origin"])
