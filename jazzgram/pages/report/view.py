"""A solo and the chain that made it as plain values, for pages that show them.

The same mapping is what the pages' scripts read (`assets/steps.js`), so it is as small as it can be: items are lists,
not mappings, and `FIELDS` names what stands in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jazzgram.music.chord import Chord
from jazzgram.music.harmony.spell import symbol_of
from jazzgram.music.note import Note
from jazzgram.music.note_names import pitch_name
from jazzgram.music.term import parse_terms
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.pipeline.provenance import Change, Item, Record
from jazzgram.pipeline.results import Improvisation
from jazzgram.rendering.colours import COLOURS, category

CATEGORIES = tuple(COLOURS)
"""What a note is against its chord: an item has its index in this list."""
MARKS = ("same", "changed", "added")
"""What a step did to an item, which has its index in this list."""
SAME, CHANGED, ADDED = range(len(MARKS))
FIELDS = {
    "note": ("onset", "duration", "pitch", "category", "mark", "onset_before", "pitch_before"),
    "term": ("onset", "duration", "term", "category", "mark", "onset_before", "term_before"),
    "chord": ("onset", "duration", "symbol"),
    "played": ("pitch", "onset", "duration", "velocity"),
}
"""The fields of each kind of list in a view, in their order; a list may leave out the last ones."""
MARK = FIELDS["note"].index("mark")
"""The index of what a step did in an item."""
_TERMS = "prune_grammar"


def view(made: Improvisation) -> dict[str, Any]:
    """Give what a page needs to know of an improvisation.

    Parameters
    ----------
    made : Improvisation
        A solo with its trace.

    Returns
    -------
    dict
        Times are in ticks from the start of the solo. ``title``, ``tempo``, ``meter``, ``bar`` (its length), ``bars``,
        ``quarter`` (ticks); ``fields`` (`FIELDS`), ``categories``, ``marks``, names of the ``pitch_classes`` from C;
        ``chords``: lists of the fields of a ``chord`` (the symbol is ``NC`` for none); ``tracks``: the solo and its
        band, each with ``name``, ``drum``, ``program`` and ``notes``, lists of the fields of a ``played`` note;
        ``notes``: for each note of the solo its ``term``, ``chord`` and the ``steps`` that changed it;
        ``steps``: see `steps_of`.
    """
    solo = made.solo
    record = Record.of(made.trace.lines(solo))
    band = [(track.name, track.is_drum, track.program, track.notes) for track in solo.accompaniment]
    return {
        "title": solo.title,
        "tempo": solo.tempo,
        "meter": str(solo.meter),
        "bar": solo.meter.bar,
        "bars": solo.bars,
        "quarter": TICKS_PER_QUARTER,
        "fields": FIELDS,
        "categories": CATEGORIES,
        "marks": MARKS,
        "pitch_classes": [pitch_name(pitch).removesuffix("-1") for pitch in range(12)],
        "chords": [[chord.onset, chord.duration, symbol_of(chord).canonical] for chord in solo.chords],
        "tracks": [
            {"name": name, "drum": drum, "program": program, "notes": [_played(note) for note in notes]}
            for name, drum, program, notes in (("Solo", False, solo.program, solo.notes), *band)
        ],
        "notes": [{"term": found.term, "chord": found.chord, "steps": list(found.steps)} for found in record.notes()],
        "steps": steps_of(record),
    }


def steps_of(record: Record) -> list[dict[str, Any]]:
    """Give what was there before the chain, and what each of its steps made of it.

    Parameters
    ----------
    record : Record
        A run's trace.

    Returns
    -------
    list of dict
        First what was sampled, then a mapping for each step in the order in which it worked: ``label``, ``hook``,
        ``options`` (text), ``in`` and ``out`` (how many items), ``seconds`` in all, ``terms`` (whether its items are
        terms), ``items``, ``gone``. An item is a list of the fields of a ``note`` or of a ``term`` (`FIELDS`): the
        category of a term is 0, and only changed items have the fields from before. ``gone`` has the first three
        fields of what the step took away.
    """
    bars = [list(record.bar(number)) for number in range(record.frame["bars"])]
    chords = record.chords
    labels = list(dict.fromkeys(event["step"] for event in record.events))
    steps = [_step(record, label, bars, chords) for label in labels]
    if steps:
        sampled = [
            item
            for number, changes in enumerate(bars)
            for change in changes
            if change.step == labels[0]
            for item in _terms(change.before, number * record.bar_length, {})
        ]
        head = {"label": "sampled", "hook": "sample", "options": "", "in": 0, "out": len(sampled), "seconds": 0.0}
        steps.insert(0, {**head, "terms": True, "items": sampled, "gone": []})
    return steps


def _step(record: Record, label: str, bars: list[list[Change]], chords: Sequence[Chord]) -> dict[str, Any]:
    events = [event for event in record.events if event["step"] == label]
    hook = events[0]["hook"]
    items: list[list[Any]] = []
    gone: list[list[Any]] = []
    for number, changes in enumerate(bars):
        start = number * record.bar_length
        for change in changes:
            if change.step != label:
                continue
            what: dict[int, tuple[int, Item | None]] = {id(item): (ADDED, None) for item in change.added}
            what |= {id(after): (CHANGED, before) for before, after in change.changed}
            if hook == _TERMS:
                items += _terms(change.after, start, what)
                gone += [[start, 0, item["term"]] for item in change.removed]
            else:
                items += [_note(item, start, chords, *what.get(id(item), (SAME, None))) for item in change.after]
                gone += [[start + item["onset"], item["duration"], item["pitch"]] for item in change.removed]
    return {
        "label": label,
        "hook": hook,
        "options": ", ".join(f"{name}={_short(value)}" for name, value in events[0]["options"].items()),
        "in": sum(event["in"] for event in events),
        "out": sum(event["out"] for event in events),
        "seconds": sum(event["seconds"] for event in events),
        "terms": hook == _TERMS,
        "items": items,
        "gone": gone,
    }


def _terms(terms: Sequence[Item], onset: int, what: dict[int, tuple[int, Item | None]]) -> list[list[Any]]:
    items = []
    for item in terms:
        (term,) = parse_terms(item["term"])
        mark, before = what.get(id(item), (SAME, None))
        items.append(
            [onset, term.duration, item["term"], 0, mark, *([] if before is None else [onset, before["term"]])]
        )
        onset += term.duration
    return items


def _note(item: Item, start: int, chords: Sequence[Chord], mark: int, before: Item | None) -> list[Any]:
    onset = start + item["onset"]
    kind = CATEGORIES.index(category(Note(item["pitch"], onset, item["duration"]), chords))
    was = [] if before is None else [start + before["onset"], before["pitch"]]
    return [onset, item["duration"], item["pitch"], kind, mark, *was]


def _played(note: Note) -> list[int]:
    return [note.pitch, note.onset, note.duration, note.velocity]


def _short(value: Any) -> str:
    return "[" + ", ".join(map(_short, value)) + "]" if isinstance(value, list) else str(value)
