"""A solo and its trace as JSON values, for the scripts of a page.

The mapping is the input of the page's scripts (`assets/steps.js`), so it is as small as possible: items are lists, not
mappings, and `FIELDS` names their fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from jazzgram.music.chord import Chord
from jazzgram.music.harmony.spell import spell_notes
from jazzgram.music.note import Note
from jazzgram.music.note_names import pitch_name
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.pipeline.provenance import Change, Record, TermOrNote, moved
from jazzgram.pipeline.run import Run
from jazzgram.rendering.colours import COLOURS, category
from jazzgram.rendering.printed_chords import plain_symbol
from jazzgram.rendering.sound.render import Mix, tracks_by_role

CATEGORIES = tuple(COLOURS)
"""The categories of a note against its chord: an item has the index in this list."""
MARKS = ("same", "changed", "added")
"""The effects of a step on an item, which has the index in this list."""
SAME, CHANGED, ADDED = range(len(MARKS))
FIELDS = {
    "note": (
        "onset",
        "duration",
        "pitch",
        "category",
        "mark",
        "name",
        "velocity",
        "onset_before",
        "pitch_before",
        "name_before",
    ),
    "term": ("onset", "duration", "term", "category", "mark", "onset_before", "term_before"),
    "chord": ("onset", "duration", "symbol"),
    "played": ("pitch", "onset", "duration", "velocity"),
}
"""The fields of each kind of list in a view, in their order; a list may leave out the last ones."""
MARK_INDEX = FIELDS["note"].index("mark")
"""The index of what a step did in an item."""
_TERMS = "prune_grammar"


def view(made: Run) -> dict[str, Any]:
    """Serialize an improvisation for the browser.

    Parameters
    ----------
    made : Run
        A solo with its trace.

    Returns
    -------
    dict
        Times are in ticks from the start of the solo. ``title``, ``tempo``, ``meter``, ``bar`` (its length), ``bars``,
        ``quarter`` (ticks); ``fields`` (`FIELDS`), ``categories``, ``marks``; ``chords``: lists of the fields of a
        ``chord`` (the symbol is ``NC`` for none); ``tracks``: the parts of `jazzgram.rendering.page_sound`, in its
        order, each with ``name`` and ``notes``, lists of the fields of a ``played`` note by onset;
        ``notes``: for each note of the solo its ``term``, ``chord`` and the ``steps`` that changed it;
        ``steps``: see `steps_of`.
    """
    solo = made.solo
    record = made.record
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
        "chords": [[chord.onset, chord.duration, plain_symbol(chord).canonical] for chord in solo.chords],
        "tracks": [
            {"name": track.name, "notes": [_played(note) for note in sorted(track.notes, key=_onset)]}
            for tracks in tracks_by_role(solo, Mix()).values()
            for track in tracks
        ],
        "notes": [{"term": found.term, "chord": found.chord, "steps": list(found.steps)} for found in record.notes()],
        "steps": steps_of(record),
    }


def steps_of(record: Record) -> list[dict[str, Any]]:
    """Return the sampled terms, and the items after each step of the chain.

    Parameters
    ----------
    record : Record
        A run's trace.

    Returns
    -------
    list of dict
        First the sampled terms, then a mapping for each step in the order of the chain: ``label``, ``hook``,
        ``options`` (text), ``in`` and ``out`` (how many items), ``seconds`` in all, ``terms`` (whether its items are
        terms), ``items``, ``gone``. An item is a list of the fields of a ``note`` or of a ``term`` (`FIELDS`): the
        category of a term is 0, and only changed items have the fields from before. ``gone`` has the first three
        fields of the removed items.
    """
    bars = [list(record.bar(number)) for number in range(record.solo.bars)]
    chords, length = record.solo.chords, record.solo.meter.bar
    names = note_names(record, bars)
    labels = list(dict.fromkeys(call.step for call in record.trace.calls))
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
        steps.insert(0, {**head, "terms": True, "items": sampled, "gone": []})
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
    lines: dict[tuple[str, str], list[tuple[TermOrNote, Note]]] = {}
    for number, changes in enumerate(bars):
        start = number * record.solo.meter.bar
        for change in changes:
            for side, items in (("before", change.before), ("after", change.after)):
                lines.setdefault((change.step, side), []).extend(zip(_notes(items), moved(items, start), strict=True))
    names: dict[int, str] = {}
    for line in lines.values():
        spelled = spell_notes([note for _, note in line], record.solo.chords, record.solo.key)
        names |= {id(item): pitch_name(note.pitch, name) for (item, note), name in zip(line, spelled, strict=True)}
    return names


def _step(
    record: Record, label: str, bars: list[list[Change]], chords: Sequence[Chord], spelled: dict[int, str]
) -> dict[str, Any]:
    calls = [call for call in record.trace.calls if call.step == label]
    hook = calls[0].hook
    items: list[list[Any]] = []
    gone: list[list[Any]] = []
    for number, changes in enumerate(bars):
        start = number * record.solo.meter.bar
        for change in changes:
            if change.step != label:
                continue
            what: dict[int, tuple[int, TermOrNote | None]] = {id(item): (ADDED, None) for item in change.added}
            what |= {id(after): (CHANGED, before) for before, after in change.changed}
            if hook == _TERMS:
                items += _terms(change.after, start, what)
                gone += [[start, 0, str(item)] for item in change.removed]
            else:
                for note in _notes(change.after):
                    mark, before = what.get(id(note), (SAME, None))
                    items.append(_note(note, start, chords, mark, before, spelled))
                gone += [[start + note.onset, note.duration, note.pitch] for note in _notes(change.removed)]
    if hook != _TERMS:
        items.sort(key=itemgetter(0))  # a note of the next bar may come before the last one of this
    return {
        "label": label,
        "hook": hook,
        "options": ", ".join(f"{name}={short(value)}" for name, value in calls[0].options.items()),
        "in": sum(len(call.before) for call in calls),
        "out": sum(len(call.after) for call in calls),
        "seconds": sum(call.seconds for call in calls),
        "terms": hook == _TERMS,
        "items": items,
        "gone": gone,
    }


def _terms(terms: Sequence[TermOrNote], onset: int, what: dict[int, tuple[int, TermOrNote | None]]) -> list[list[Any]]:
    items = []
    for term in terms:
        mark, before = what.get(id(term), (SAME, None))
        old = [] if before is None else [onset, str(before)]
        items.append([onset, term.duration, str(term), 0, mark, *old])
        onset += term.duration
    return items


def _notes(items: Sequence[TermOrNote]) -> list[Note]:
    return [item for item in items if isinstance(item, Note)]


def _note(
    note: Note, start: int, chords: Sequence[Chord], mark: int, before: TermOrNote | None, names: dict[int, str]
) -> list[Any]:
    onset = start + note.onset
    kind = CATEGORIES.index(category(Note(note.pitch, onset, note.duration), chords))
    old = [start + before.onset, before.pitch, names[id(before)]] if isinstance(before, Note) else []
    return [onset, note.duration, note.pitch, kind, mark, names[id(note)], note.velocity, *old]


def _onset(note: Note) -> int:
    return note.onset


def _played(note: Note) -> list[int]:
    onset = max(note.onset, 0)  # as in the recording
    return [note.pitch, onset, max(note.end - onset, 0), note.velocity]


def short(value: Any) -> str:
    """Write an option's value without quotes."""
    return "[" + ", ".join(map(short, value)) + "]" if isinstance(value, list) else str(value)
