"""What the cleaners do to a line: tables to check by eye, and what must hold for every line."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.cleaners import (
    accents,
    breathe,
    build,
    ending,
    ghost_notes,
    humanize,
    legato,
    snap_to_grid,
    swing,
)
from notation import as_ticks, even
from pydantic import ValidationError

from jazzgram import Chord, Form, Meter, Note, Section

CLEANERS = (legato, swing, humanize, accents, ghost_notes, snap_to_grid, ending, breathe, build)
COMMON = Meter(4, 4)
TWO_BARS = (Chord((50, 53, 57, 60), 0, 1920, "Dm7"), Chord((55, 59, 62, 65), 1920, 1920, "G7"))
TWO_BARS_FORM = Form.of(TWO_BARS, COMMON, 2)


def repeated(*times: tuple[int, int], pitch: int = 60, velocity: int = 80) -> tuple[Note, ...]:
    """Make notes of one pitch from (onset, duration) pairs."""
    return tuple(Note(pitch, onset, duration, velocity) for onset, duration in times)


def times(notes: list[Note]) -> list[tuple[int, int]]:
    return [(note.onset, note.duration) for note in notes]


def clean(
    module: ModuleType,
    notes: tuple[Note, ...],
    seed: int = 1,
    tempo: float = 160,
    form: Form = TWO_BARS_FORM,
    **options: object,
) -> list[Note]:
    """Call a cleaner with the arguments it names."""
    names = module.clean_up_notes.__code__.co_varnames[: module.clean_up_notes.__code__.co_argcount]
    given = {
        "notes": notes,
        "chords": TWO_BARS,
        "meter": COMMON,
        "tempo": tempo,
        "straight": False,
        "form": form,
        "options": module.Options(**options) if hasattr(module, "Options") else None,
        "rng": Random(seed),
    }
    result: list[Note] = module.clean_up_notes(**{name: given[name] for name in names})
    return result


@st.composite
def lines(draw: st.DrawFn, step: int = 40) -> tuple[Note, ...]:
    """Monophonic lines within two bars, with times in multiples of `step` ticks."""
    points = draw(st.lists(st.integers(0, 3840 // step), min_size=2, max_size=24, unique=True).map(sorted))
    notes = []
    for onset, later in pairwise(points):
        if draw(st.integers(0, 5)):
            duration = draw(st.integers(1, (later - onset) * step))
            if step > 1:
                duration = -(-duration // step) * step
            notes.append(Note(draw(st.integers(40, 90)), onset * step, duration, draw(st.integers(1, 127))))
    return tuple(notes)


# ---------------------------------------------------------------- what holds for all of them


@pytest.mark.parametrize("module", CLEANERS, ids=lambda module: module.__name__.rpartition(".")[2])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_clean_line_stays_clean(module: ModuleType, data: st.DataObject) -> None:
    notes = data.draw(lines(step=40 if "grid" in getattr(module, "NEEDS", ()) else 1))
    tempo = data.draw(st.floats(40, 320))
    cleaned = clean(module, notes, tempo=tempo)
    assert cleaned == clean(module, notes, tempo=tempo), "the same seed must give the same notes"
    assert len(cleaned) == len(notes) or module in (snap_to_grid, ending)
    for note in cleaned:
        assert type(note.onset) is type(note.duration) is type(note.velocity) is int
        assert note.onset >= 0 and note.duration >= 1 and note.end <= 3840 and 1 <= note.velocity <= 127
    for note, later in pairwise(cleaned):
        assert note.onset < later.onset, "the order must be preserved"
        assert note.end <= later.onset, "no overlap may be made"


@pytest.mark.parametrize("module", CLEANERS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_no_notes_and_one_note(module: ModuleType) -> None:
    assert clean(module, ()) == []
    (note,) = clean(module, (Note(60, 480, 480),))
    assert note.pitch == 60


@pytest.mark.parametrize("module", CLEANERS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_chords_stay_together(module: ModuleType) -> None:
    dyad = (Note(60, 240, 200), Note(64, 240, 200), Note(67, 480, 240))
    first, second, _ = clean(module, dyad)
    assert (first.onset, first.end) == (second.onset, second.end)


# ---------------------------------------------------------------- legato


@pytest.mark.parametrize(
    ("notes", "options", "expected"),
    [
        pytest.param([(0, 120), (240, 240)], {}, [(0, 240), (240, 240)], id="a sixteenth's gap is closed"),
        pytest.param([(0, 240), (480, 240)], {}, [(0, 240), (480, 240)], id="an eighth rest is a breath"),
        pytest.param([(0, 240), (480, 240)], {"gap": 0.5}, [(0, 480), (480, 240)], id="unless it is too short for one"),
        pytest.param([(0, 120), (240, 240)], {"share": 0.75}, [(0, 180), (240, 240)], id="a share of the way"),
        pytest.param([(0, 200), (240, 240)], {"share": 0.75}, [(0, 200), (240, 240)], id="never shorter than before"),
        pytest.param([(1680, 120), (1920, 240)], {}, [(1680, 240), (1920, 240)], id="up to the barline"),
        pytest.param([(1680, 200), (2000, 240)], {}, [(1680, 240), (2000, 240)], id="not across the barline"),
        pytest.param([(1680, 280), (2000, 240)], {}, [(1680, 320), (2000, 240)], id="unless it is across already"),
        pytest.param([(0, 300), (240, 240)], {}, [(0, 300), (240, 240)], id="an overlap is left alone"),
    ],
)
def test_legato(notes: list[tuple[int, int]], options: dict[str, Any], expected: list[tuple[int, int]]) -> None:
    assert times(clean(legato, repeated(*notes), **options)) == expected


# ---------------------------------------------------------------- ending


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        # The last bar, over G7, begins at 1920. Pitch, onset, duration.
        pytest.param(
            [(67, 1920, 480), (69, 2400, 480), (72, 2880, 480), (76, 3360, 240), (77, 3600, 240)],
            [(67, 1920, 480), (69, 2400, 480), (71, 2880, 720)],
            id="C on the third beat becomes B, and no line climbs on",
        ),
        pytest.param([(67, 1920, 480), (74, 2880, 960)], [(67, 1920, 480), (74, 2880, 960)], id="D is held: it stays"),
        pytest.param([(67, 1920, 480), (74, 2880, 480)], [(67, 1920, 480), (74, 2880, 720)], id="D is held longer"),
        pytest.param([(66, 1440, 480)], [(66, 1440, 480)], id="it had come to rest before"),
        pytest.param([(66, 3360, 480)], [(66, 3360, 480)], id="too late to be held"),
        pytest.param([(66, 2040, 240)], [(66, 2040, 240)], id="not on a beat"),
        pytest.param([(71, 2880, 1440)], [(71, 2880, 960)], id="not beyond the end"),
    ],
)
def test_ending(notes: list[tuple[int, int, int]], expected: list[tuple[int, int, int]]) -> None:
    cleaned = clean(ending, tuple(Note(*note) for note in notes))
    assert as_ticks(cleaned) == expected


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        # The band strikes its last chord, Dm7, on the first bar's downbeat and holds it through the second.
        # B comes home to the fifth, not to the seventh next to it.
        pytest.param([(64, 0, 240), (67, 240, 240), (71, 480, 960)], [(64, 0, 240), (67, 240, 240), (69, 480, 1440)]),
        pytest.param([(64, 0, 480), (71, 1440, 480), (72, 1920, 480)], [(65, 0, 1920)], id="nothing after the ending"),
        pytest.param([(64, 1440, 480)], [(64, 1440, 480)], id="nothing to bring home"),
    ],
)
def test_ending_with_the_band(notes: list[tuple[int, int, int]], expected: list[tuple[int, int, int]]) -> None:
    ended = Form((Section(0, 2, part="ending", chorus=0),), final=0)
    assert as_ticks(clean(ending, tuple(Note(*note) for note in notes), form=ended)) == expected


def test_a_line_that_pauses_before_the_ending_comes_home_with_the_band() -> None:
    ended = Form((Section(0, 1), Section(1, 1, part="ending", chorus=0)), final=1)
    assert as_ticks(clean(ending, repeated((960, 1200), pitch=64), form=ended)) == [(64, 960, 960), (62, 1920, 1920)]


def test_an_ending_stays_within_the_range_of_the_line() -> None:
    ended = Form((Section(0, 2, part="ending", chorus=0),), final=0)
    line = (Note(65, 0, 480), Note(63, 480, 480))
    # The root, D, would be nearer to E flat, but the line has not been that low.
    assert as_ticks(clean(ending, line, form=ended)) == [(65, 0, 480), (65, 480, 1440)]


def test_the_end_of_a_head_stays_as_it_was_composed() -> None:
    ended = Form((Section(0, 1, part="head"), Section(1, 1, part="ending", chorus=0)), final=1)
    melody = repeated((960, 960), (1920, 1920), pitch=64)
    assert clean(ending, melody, form=ended) == list(melody)


# ---------------------------------------------------------------- breathe


def eighths(bars: int, *longer: int) -> tuple[Note, ...]:
    """Play C, D, E, F over and over in eighths; those that are named by their index are quarters."""
    notes, onset = [], 0
    for number in range(8 * bars):
        if onset < 1920 * bars:
            notes.append(Note((60, 62, 64, 65)[number % 4], onset, 480 if number in longer else 240))
            onset = notes[-1].end
    return tuple(notes)


def rests(notes: list[Note]) -> list[int]:
    return [after.onset - before.end for before, after in pairwise(notes) if after.onset > before.end]


def breathed(
    notes: tuple[Note, ...], bars: int, seed: int = 1, form: Form | None = None, **options: float
) -> list[Note]:
    chords = (Chord((48, 52, 55), 0, 1920 * bars, "C"),)
    shape = form or Form((Section(0, bars),))
    found: list[Note] = breathe.clean_up_notes(notes, chords, COMMON, shape, breathe.Options(**options), Random(seed))
    return found


@pytest.mark.parametrize("seed", range(5))
def test_a_line_without_rests_gets_phrases(seed: int) -> None:
    found = breathed(eighths(32), 32, seed)
    assert all(rest >= 480 and rest % 240 == 0 for rest in rests(found))
    assert 5 <= len(rests(found)) <= 16
    assert set(found) <= set(eighths(32)), "notes are taken away, none is changed"
    assert found[0] == eighths(32)[0] and found[-1] == eighths(32)[-1]


def test_a_phrase_ends_on_the_long_note() -> None:
    found = breathed(eighths(8, 14), 8, phrase=8, spread=0, rest=1)
    last = next(before for before, after in pairwise(found) if after.onset > before.end)
    assert (last.onset, last.duration, rests(found)[0]) == (3360, 480, 480)


def test_the_next_phrase_begins_on_an_eighth() -> None:
    triplets = tuple(Note(60 + number % 3, 160 * number, 160) for number in range(96))
    after = [later for before, later in pairwise(breathed(triplets, 8)) if later.onset > before.end]
    assert after and all(note.onset % 240 == 0 for note in after)


def test_rests_of_a_player_stay() -> None:
    line = tuple(note for note in eighths(8) if not 1440 <= note.onset < 2400 and not 4800 <= note.onset < 5760)
    assert rests(breathed(line, 8, phrase=8, spread=0))[:1] == [960]


def test_the_last_bar_before_the_ending_is_played() -> None:
    ended = Form((Section(0, 4), Section(4, 4, part="ending", chorus=0)), final=4)
    for seed in range(10):
        assert any(4 * 1920 > note.onset >= 3 * 1920 for note in breathed(eighths(8), 8, seed, ended))


def test_the_melody_of_a_head_is_left_whole() -> None:
    assert breathed(eighths(16), 16, form=Form((Section(0, 16, part="head"),))) == list(eighths(16))


def test_a_short_solo_is_one_phrase() -> None:
    assert breathed(eighths(1), 1) == list(eighths(1))
    assert breathed((), 1) == []


# ---------------------------------------------------------------- build


def built(notes: tuple[Note, ...], builds: bool = True, seed: int = 1, **options: float) -> list[Note]:
    """Play four choruses of two bars over Dm7 and G7, and an ending."""
    chords = tuple(replace(c, onset=c.onset + 3840 * chorus) for chorus in range(4) for c in TWO_BARS)
    sections = [Section(2 * chorus, 2, "A", chorus=chorus + 1) for chorus in range(4)]
    form = Form((*sections, Section(8, 1, part="ending", chorus=0)), final=8, builds=builds)
    found: list[Note] = build.clean_up_notes(notes, chords, COMMON, form, build.Options(**options), Random(seed))
    return found


PHRASE = ((62, 0, 240), (65, 240, 240), (68, 480, 240), (69, 720, 240), (67, 1920, 480), (65, 2400, 960))
"""D, F, G sharp into A over Dm7; G and F over G7."""
CHORUSES = tuple(Note(p, o + 3840 * c, d) for c in range(4) for p, o, d in PHRASE)


def test_later_choruses_climb_by_the_scale() -> None:
    found = built(CHORUSES, density=0, reach=24)
    pitches = [[note.pitch for note in found[first : first + 6]] for first in (0, 6, 12, 18)]
    assert pitches[0] == [62, 65, 68, 69, 67, 65], "the first chorus is as it was played"
    assert pitches[1] == [65, 69, 71, 72, 71, 69], "F, A, B into C; B and A"
    assert pitches[2] == [69, 72, 75, 76, 74, 72]
    assert [(note.onset, note.duration) for note in found] == [(note.onset, note.duration) for note in CHORUSES]


def test_a_phrase_that_would_leave_the_register_stays() -> None:
    assert [note.pitch for note in built(CHORUSES, density=0, reach=0)] == [note.pitch for note in CHORUSES]


def test_later_choruses_are_denser_and_their_phrases_still_end() -> None:
    found = built(CHORUSES, density=0.4, steps=0, seed=3)
    counts = [sum(3840 * chorus <= note.onset < 3840 * (chorus + 1) for note in found) for chorus in range(4)]
    assert counts[0] == 6 and counts[-1] > 6
    assert [note for note in found if note.duration == 960] == [note for note in CHORUSES if note.duration == 960]


def test_nothing_builds_unless_the_form_does_and_never_the_ending() -> None:
    assert built(CHORUSES, builds=False) == list(CHORUSES)
    assert built(()) == []
    last = (*CHORUSES[:6], Note(60, 8 * 1920, 1920))
    assert built(last)[-1] == last[-1]


# ---------------------------------------------------------------- swing


@pytest.mark.parametrize(
    ("tempo", "cymbal", "soloist"),
    [(60, 3.5, 2.0), (120, 3.5, 2.0), (165, 2.875, 1.75), (210, 2.25, 1.5), (300, 1.0, 1.0), (340, 1.0, 1.0)],
)
def test_swing_ratio_falls_with_the_tempo(tempo: float, cymbal: float, soloist: float) -> None:
    assert swing.tempo_swing_ratio(tempo, 1) == pytest.approx(cymbal)
    assert swing.tempo_swing_ratio(tempo, 0.4) == pytest.approx(soloist)


@pytest.mark.parametrize("tempo", [150, 180, 210, 240, 270, 300])
def test_short_cymbal_eighth_lasts_about_100_ms(tempo: float) -> None:
    short, _ = clean(swing, repeated((240, 240), (480, 240)), tempo=tempo, amount=1)
    assert 85 <= short.duration / 480 * 60_000 / tempo <= 105


@pytest.mark.parametrize(
    ("notes", "options", "expected"),
    [
        pytest.param(
            [(0, 240), (240, 240), (480, 240), (720, 240)],
            {"ratio": 2},
            [(0, 320), (320, 160), (480, 320), (800, 160)],
            id="eighths long and short",
        ),
        pytest.param([(0, 240), (240, 240)], {"ratio": 3}, [(0, 360), (360, 120)], id="three to one"),
        pytest.param([(0, 240), (240, 720)], {"ratio": 2}, [(0, 320), (320, 640)], id="a tie over the next beat"),
        pytest.param([(0, 120), (240, 120)], {"ratio": 2}, [(0, 160), (320, 80)], id="staccato stays staccato"),
        pytest.param(
            [(0, 160), (160, 160), (320, 160), (480, 240), (720, 240)],
            {"ratio": 2},
            [(0, 160), (160, 160), (320, 160), (480, 320), (800, 160)],
            id="a triplet stays, the eighths after it move",
        ),
        pytest.param(
            [(0, 120), (120, 120), (240, 240)],
            {"ratio": 2},
            [(0, 120), (120, 120), (240, 240)],
            id="a beat with sixteenths stays",
        ),
        pytest.param([(0, 240), (240, 240)], {"straight": True, "ratio": 2}, [(0, 240), (240, 240)], id="straight"),
        pytest.param([(0, 240), (240, 240)], {"ratio": 1}, [(0, 240), (240, 240)], id="one to one"),
    ],
)
def test_swing(notes: list[tuple[int, int]], options: dict[str, Any], expected: list[tuple[int, int]]) -> None:
    assert times(clean(swing, repeated(*notes), **options)) == expected


def test_six_eight_is_not_swung() -> None:
    notes = repeated((0, 240), (240, 240), (480, 240))
    assert times(swing.clean_up_notes(notes, Meter(6, 8), 120, False, swing.Options())) == times(list(notes))
    assert times(swing.clean_up_notes(notes, Meter(), 120, True, swing.Options())) == times(list(notes))


# ---------------------------------------------------------------- humanize


@settings(max_examples=40, deadline=None)
@given(notes=lines(), seed=st.integers(0, 1000))
def test_humanize_stays_within_its_bounds(notes: tuple[Note, ...], seed: int) -> None:
    played = clean(humanize, notes, seed=seed, tempo=125, timing=16, velocity=6)
    # 16 ms at 125 quarters a minute: 16 / 480 of a quarter.
    for before, after in zip(notes, played, strict=True):
        assert abs(after.onset - before.onset) <= 16
        assert abs(after.velocity - before.velocity) <= 6
    for (first, second), (played_first, played_second) in zip(pairwise(notes), pairwise(played), strict=True):
        assert (first.end == second.onset) <= (played_first.end == played_second.onset), "what touched must touch"


def test_humanize_moves_most_notes_both_ways() -> None:
    notes = even([60] * 16, 240)
    shifts = [
        after.onset - before.onset for before, after in zip(notes, clean(humanize, notes, tempo=125), strict=True)
    ]
    assert min(shifts) < 0 < max(shifts)
    assert len(set(shifts)) > 5


def test_humanize_off_changes_nothing() -> None:
    notes = even([60, 62, 64, 65], 240)
    assert clean(humanize, notes, timing=0, velocity=0) == list(notes)


# ---------------------------------------------------------------- accents


@pytest.mark.parametrize(
    ("pitches", "options", "expected"),
    [
        pytest.param(
            [60, 64, 67, 64, 60], {"contour": 10}, [-10, 10 * 1 / 7, 10, 10 * 1 / 7, -10], id="louder upwards"
        ),
        pytest.param([60, 60, 60], {"contour": 10}, [0, 0, 0], id="a repeated note has no contour"),
        pytest.param([60, 64, 62, 65, 60], {"peaks": 7}, [0, 7, 0, 7, 0], id="each peak"),
        pytest.param([60, 64, 64, 60], {"peaks": 7}, [0, 0, 0, 0], id="a plateau is no peak"),
        pytest.param([60, 62, 64, 65, 67], {"off_beats": 5}, [0, 5, 0, 5, 0], id="off-beats"),
        pytest.param([60, 62, 64, 65], {"phrase_ends": 9}, [0, 0, 0, 9], id="be-bop: the last off-beat"),
        pytest.param([60, 62, 64], {"phrase_ends": 9}, [0, 0, 0], id="no accent on a phrase end on the beat"),
    ],
)
def test_accents(pitches: list[int], options: dict[str, Any], expected: list[float]) -> None:
    silent: dict[str, Any] = {"contour": 0, "peaks": 0, "off_beats": 0, "phrase_ends": 0}
    shaped = clean(accents, even(pitches, 240), **{**silent, **options})
    assert [note.velocity - 80 for note in shaped] == [round(accent) for accent in expected]


def test_accents_part_phrases_at_rests() -> None:
    notes = even([60, 72], 240) + even([40, 48], 240, start=960)
    assert [note.velocity for note in clean(accents, notes, contour=10, peaks=0, off_beats=0, phrase_ends=0)] == [
        70,
        90,
        70,
        90,
    ]


def test_a_note_that_still_sounds_is_no_rest_to_accents() -> None:
    notes = (Note(60, 0, 1920), *even([72], 240, start=240), *even([40, 48], 240, start=960))
    shaped = clean(accents, notes, contour=16, peaks=0, off_beats=0, phrase_ends=0)
    assert [note.velocity for note in shaped] == [84, 96, 64, 72], "one phrase from 40 to 72"


# ---------------------------------------------------------------- ghost notes


@pytest.mark.parametrize(
    ("notes", "ghosted"),
    [
        pytest.param(even([60, 62, 64, 65, 67], 240), [1, 3], id="off-beats of a rising scale"),
        pytest.param(even([67, 65, 64, 62, 60], 240), [1, 3], id="and of a falling one"),
        pytest.param(even([60, 62, 60, 62, 60], 240), [], id="turning points are not ghosted"),
        pytest.param(even([60, 64, 67, 71, 74], 240), [], id="an arpeggio is no passage"),
        pytest.param(even([60, 62, 64, 65, 67], 240, start=240), [2], id="notes on the beat are not ghosted"),
        pytest.param(even([60, 62, 64, 65], 160), [], id="triplets are not ghosted"),
        pytest.param(even([60, 61, 62, 63, 64], 120), [1, 3], id="weak sixteenths"),
        pytest.param(repeated((0, 240), (240, 240), (480, 240)), [], id="repeated notes are not ghosted"),
        pytest.param((Note(60, 0, 240), Note(62, 720, 240), Note(64, 960, 240)), [], id="not after a gap"),
    ],
)
def test_ghost_notes(notes: tuple[Note, ...], ghosted: list[int]) -> None:
    played = clean(ghost_notes, notes, probability=1, level=0.5)
    assert [number for number, note in enumerate(played) if note.velocity == 40] == ghosted
    assert [number for number, note in enumerate(played) if note.velocity not in (40, 80)] == []


def test_ghost_notes_follow_their_probability() -> None:
    scale = even([60, 62, 64], 240)
    softened = sum(clean(ghost_notes, scale, seed=seed, probability=0.3)[1].velocity < 80 for seed in range(400))
    assert 90 <= softened <= 150


# ---------------------------------------------------------------- snap to grid


@pytest.mark.parametrize(
    ("notes", "options", "expected"),
    [
        pytest.param([(7, 215), (231, 90), (330, 140)], {}, [(0, 240), (240, 80), (320, 160)], id="played freely"),
        pytest.param([(165, 150)], {}, [(160, 160)], id="a triplet is a triplet"),
        pytest.param([(165, 150)], {"grid": ["1/4"]}, [(120, 240)], id="sixteenths alone"),
        pytest.param([(0, 10), (480, 480)], {}, [(0, 120), (480, 480)], id="at least one step"),
        pytest.param([(118, 20), (158, 20)], {}, [(120, 40), (160, 160)], id="unless the next one begins"),
        pytest.param([(0, 240), (18, 222), (240, 240)], {}, [(0, 240), (240, 240)], id="the first of two stays"),
        pytest.param([(3835, 5)], {}, [(3720, 120)], id="not after the solo"),
        pytest.param([(3690, 147)], {}, [(3680, 160)], id="up to its end"),
    ],
)
def test_snap_to_grid(notes: list[tuple[int, int]], options: dict[str, Any], expected: list[tuple[int, int]]) -> None:
    assert times(clean(snap_to_grid, repeated(*notes), **options)) == expected


@settings(max_examples=60, deadline=None)
@given(notes=lines(step=1), grid=st.sampled_from([["1/4", "1/3"], ["1/2"], ["1/6", "1/8"], [1]]))
def test_snapping_leaves_onsets_on_the_grid_once_and_for_all(notes: tuple[Note, ...], grid: list[str | int]) -> None:
    snapped = clean(snap_to_grid, notes, grid=grid)
    steps = [int(480 * Fraction(step)) for step in grid]
    assert all(any(note.onset % step == 0 for step in steps) for note in snapped)
    assert clean(snap_to_grid, tuple(snapped), grid=grid) == snapped


def test_a_grid_must_be_whole_ticks() -> None:
    with pytest.raises(ValidationError, match="no whole number of ticks"):
        snap_to_grid.Options(grid=["1/7"])
