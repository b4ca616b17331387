"""A solo and the chain that made it as plain values, for pages that show them.

The same mapping is what the page's scripts are given (`assets/roll.js`, `assets/player.js`), so it is as small as it
can be: items are lists, not mappings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from jazzgram.music.chord import Chord
from jazzgram.music.harmony.spell import spell_notes, symbol_of
from jazzgram.music.note import Note
from jazzgram.music.note_names import pitch_name
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.pipeline.provenance import Change, Item, Record
from jazzgram.pipeline.run import Run
from jazzgram.rendering.colours import COLOURS, category

CATEGORIES = tuple(COLOURS)
"""What a note is against its chord: an item has its place in this list."""
SAME, CHANGED, ADDED = range(3)
"""What a step did to an item."""
_TERMS = "prune_grammar"


def view(made: Run) -> dict[str, Any]:
    """Give what a page needs to know of an improvisation.

    Parameters
    ----------
    made : Run
        A solo with its trace.

    Returns
    -------
    dict
        Times are in ticks from the start of the solo. ``title``, ``tempo``, ``meter``, ``bar`` (its length), ``bars``,
        ``quarter`` (ticks), ``categories``; ``chords``: onset, duration, symbol (``NC`` for none); ``tracks``: the solo
        and its band, each with ``name``, ``drum``, ``program`` and ``notes`` (pitch, onset, duration, velocity);
        ``notes``: for each note of the solo its ``term``, ``chord`` and the ``steps`` that changed it;
        ``steps``: see `steps_of`.
    """
    solo = made.solo
    record = made.record
    band = [(track.name, track.is_drum, track.program, track.notes) for track in solo.accompaniment]
    return {
        "title": solo.title,
        "tempo": solo.tempo,
        "meter": str(solo.meter),
        "bar": solo.meter.bar,
        "bars": solo.bars,
        "quarter": TICKS_PER_QUARTER,
        "categories": CATEGORIES,
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
        terms), ``items``, ``gone``. An item is onset, duration, pitch or term, category's number (0 for terms), what
        became of it (`SAME`, `CHANGED`, `ADDED`), and for a changed one its onset and its pitch or term from before.
        ``gone`` has onset, duration and pitch or term of what the step took away. ``names`` has the name of each item
        that is a note, ``earlier`` the one that it had before the step.
    """
    bars = [list(record.bar(number)) for number in range(record.solo.bars)]
    chords, length = record.solo.chords, record.solo.meter.bar
    names = note_names(record, bars)
    labels = list(dict.fromkeys(event.step for event in record.trace.events))
    steps = [_step(record, label, bars, chords, names) for label in labels]
    if steps:
        sampled = [
            item
            for number, changes in enumerate(bars)
            for change in changes
            if change.step == labels[0]
            for item in _terms(change.before, number * length, {})
        ]
        head = {"label": "sampled", "hook": "sample", "options": "", "in": 0, "out": len(sampled), "seconds": 0.0}
        steps.insert(0, {**head, "terms": True, "items": sampled, "gone": [], "names": [], "earlier": []})
    return steps


def note_names(record: Record, bars: Sequence[Sequence[Change]]) -> dict[int, str]:
    """Name all notes before and after each step as their chords, and the line that they are in, spell them.

    Parameters
    ----------
    record : Record
        A run's trace.
    bars : sequence of sequence of Change
        What the record has of each bar of the solo, in order.

    Returns
    -------
    dict of int to str
        By the identity (`id`) of an item of the changes its name with octave, such as ``Bb4``.
    """
    lines: dict[tuple[str, str], list[tuple[Item, Note]]] = {}
    for number, changes in enumerate(bars):
        for change in changes:
            for side, items in (("before", change.before), ("after", change.after)):
                lines.setdefault((change.step, side), []).extend(
                    (item, replace(item, onset=item.onset + number * record.solo.meter.bar)) for item in _notes(items)
                )
    names: dict[int, str] = {}
    for line in lines.values():
        spelled = spell_notes([note for _, note in line], record.solo.chords, record.solo.key)
        names |= {id(item): pitch_name(note.pitch, name) for (item, note), name in zip(line, spelled, strict=True)}
    return names


def _step(
    record: Record, label: str, bars: list[list[Change]], chords: Sequence[Chord], spelled: dict[int, str]
) -> dict[str, Any]:
    events = [event for event in record.trace.events if event.step == label]
    hook = events[0].hook
    items: list[list[Any]] = []
    gone: list[list[Any]] = []
    names: list[str] = []
    earlier: list[str | None] = []
    for number, changes in enumerate(bars):
        start = number * record.solo.meter.bar
        for change in changes:
            if change.step != label:
                continue
            what: dict[int, tuple[int, Item | None]] = {id(item): (ADDED, None) for item in change.added}
            what |= {id(after): (CHANGED, before) for before, after in change.changed}
            if hook == _TERMS:
                items += _terms(change.after, start, what)
                gone += [[start, 0, str(item)] for item in change.removed]
            else:
                for note in _notes(change.after):
                    mark, before = what.get(id(note), (SAME, None))
                    items.append(_note(note, start, chords, mark, before))
                    names.append(spelled[id(note)])
                    earlier.append(None if before is None else spelled[id(before)])
                gone += [[start + note.onset, note.duration, note.pitch] for note in _notes(change.removed)]
    return {
        "label": label,
        "hook": hook,
        "options": ", ".join(f"{name}={_short(value)}" for name, value in events[0].options.items()),
        "in": sum(len(event.before) for event in events),
        "out": sum(len(event.after) for event in events),
        "seconds": sum(event.seconds for event in events),
        "terms": hook == _TERMS,
        "items": items,
        "gone": gone,
        "names": names,
        "earlier": earlier,
    }


def _terms(terms: Sequence[Item], onset: int, what: dict[int, tuple[int, Item | None]]) -> list[list[Any]]:
    items = []
    for term in terms:
        mark, before = what.get(id(term), (SAME, None))
        was = [] if before is None else [onset, str(before)]
        items.append([onset, term.duration, str(term), 0, mark, *was])
        onset += term.duration
    return items


def _notes(items: Sequence[Item]) -> list[Note]:
    return [item for item in items if isinstance(item, Note)]


def _note(note: Note, start: int, chords: Sequence[Chord], mark: int, before: Item | None) -> list[Any]:
    onset = start + note.onset
    kind = CATEGORIES.index(category(Note(note.pitch, onset, note.duration), chords))
    was = [start + before.onset, before.pitch] if isinstance(before, Note) else []
    return [onset, note.duration, note.pitch, kind, mark, *was]


def _played(note: Note) -> list[int]:
    return [note.pitch, note.onset, note.duration, note.velocity]


def _short(value: Any) -> str:
    return "[" + ", ".join(map(_short, value)) + "]" if isinstance(value, list) else str(value)
