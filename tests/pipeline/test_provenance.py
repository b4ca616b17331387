"""What a step did to notes: moved, changed in loudness or length, taken away, added; each in the bar it belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from jazzgram import Note, Origin, Pipeline, Solo, Term
from jazzgram.pipeline.provenance import Change, Record, bar_of
from jazzgram.pipeline.trace import StepCall, Trace

BAR = 1920
LINE = (
    Note(60, 0, 480, origin=Origin(0, 0)),
    Note(64, 1440, 480, origin=Origin(0, 1)),
    Note(67, BAR, 480, origin=Origin(1, 0)),
    Note(62, 2400, 240),  # a pick-up that a step before has made
)


def record(*outputs: tuple[Note, ...]) -> Record:
    """Return the record of cleaners that make each of these of the one before."""
    calls = [
        StepCall(f"{number}:step", "clean_up_notes", None, {}, before, after, 0.0)
        for number, (before, after) in enumerate(pairwise(outputs), 1)
    ]
    return Record(Solo(outputs[-1], (), 2, grammar=((), ()), notated=outputs[-1]), Trace(calls))


def notes(items: Iterable[Note | Term]) -> list[Note]:
    """Return the notes among items: here all are."""
    return [item for item in items if isinstance(item, Note)]


def pairs(change: Change) -> list[tuple[Note, Note]]:
    """Return what changed, before and after."""
    return [(old, new) for old, new in change.changed if isinstance(old, Note) and isinstance(new, Note)]


def changes(after: tuple[Note, ...], before: tuple[Note, ...] = LINE) -> list[Change]:
    """Return what one step did to each bar."""
    found = record(before, after)
    return [next(found.bar(number)) for number in range(2)]


def test_a_note_that_is_played_before_its_barline_has_moved_within_its_bar() -> None:
    first, second = changes((*LINE[:2], replace(LINE[2], onset=BAR - 20), LINE[3]))
    assert not first.changes_anything
    ((old, new),) = pairs(second)
    assert (old.onset, new.onset) == (0, -20) and not second.added and not second.removed


@pytest.mark.parametrize(
    "moved",
    [
        replace(LINE[3], onset=2560),
        replace(LINE[3], onset=2400 - 300, velocity=40),
        replace(LINE[3], velocity=100),
        replace(LINE[3], duration=60),
        replace(LINE[3], pitch=63),
    ],
    ids=["swung", "early and softer", "louder", "shorter", "another pitch at its place"],
)
def test_a_note_that_a_step_made_is_the_same_after_the_next_one(moved: Note) -> None:
    _, second = changes((*LINE[:3], moved))
    ((old, new),) = pairs(second)
    assert (old.pitch, new.pitch) == (62, moved.pitch) and not second.added and not second.removed


def test_far_away_it_is_another_note() -> None:
    _, second = changes((*LINE[:3], replace(LINE[3], onset=3300)))
    assert len(second.removed) == len(second.added) == 1 and not second.changed


def test_repeated_notes_that_a_step_made_are_told_apart_by_where_they_are() -> None:
    before = tuple(Note(60, onset, 240) for onset in (0, 240, 480))
    first, _ = changes((replace(before[0], onset=20), replace(before[2], onset=500)), before)
    assert [(old.onset, new.onset) for old, new in pairs(first)] == [(0, 20), (480, 500)]
    assert [note.onset for note in notes(first.removed)] == [240]


def test_a_note_that_is_divided_is_changed_and_another_is_added() -> None:
    halves = (replace(LINE[0], duration=240), replace(LINE[0], onset=240, duration=240))
    first, _ = changes((*halves, *LINE[1:]))
    assert [(old.duration, new.duration) for old, new in pairs(first)] == [(480, 240)]
    assert [note.onset for note in notes(first.added)] == [240]


def test_a_note_keeps_its_history_while_it_moves() -> None:
    swung = replace(LINE[3], onset=2560)
    found = record(LINE[:3], LINE, (*LINE[:3], swung), (*LINE[:3], replace(swung, velocity=90))).notes()
    assert found[-1].steps == ("1:step", "2:step", "3:step") and found[0].steps == ()


@pytest.mark.parametrize(
    ("note", "bar"),
    [
        (Note(60, BAR - 20, 240, origin=Origin(1, 0)), 1),
        (Note(60, BAR + 100, 240, origin=Origin(0, 7)), 0),
        (Note(60, BAR - 20, 240), 1),
        (Note(60, BAR - 240, 240), 0),
        (Note(60, 0, 240, origin=Origin(1, 3)), 1),
        (Note(60, 9 * BAR, 240, origin=Origin(0, 0)), 1),
    ],
    ids=["early", "late", "early, without a term", "an eighth before", "a bar before", "beyond the end"],
)
def test_the_bar_that_a_note_belongs_to(note: Note, bar: int) -> None:
    assert bar_of(note, BAR, 2) == bar


@pytest.mark.parametrize("build", [False, True])
def test_every_step_of_a_take_is_told_by_what_it_did(build: bool, tmp_path: Path) -> None:
    run = Pipeline.load("pitches", improvise={"build": build}).improvise()
    whole = {call.step: call for call in run.trace.calls if call.bar is None}
    told: dict[str, Counter[str]] = {step: Counter() for step in whole}
    for number in range(run.solo.bars):
        for change in run.record.bar(number):
            if change.step in whole:
                told[change.step] += Counter(
                    removed=len(change.removed), added=len(change.added), changed=len(change.changed)
                )
    for step, call in whole.items():
        before, after = (
            Counter((note.pitch, note.onset, note.duration, note.velocity) for note in notes(items))
            for items in (call.before, call.after)
        )
        assert told[step]["removed"] + told[step]["changed"] == (before - after).total(), step
        assert told[step]["added"] + told[step]["changed"] == (after - before).total(), step
    humanized = next(step for step in whole if step.endswith("humanize"))
    assert told[humanized].keys() == {"changed"} and told[humanized]["changed"] == len(run.solo.notes)
