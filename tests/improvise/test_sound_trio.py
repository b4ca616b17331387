"""The rhythm section: a ride pattern, a swing that is the soloist's own, a count-in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jazzgram import Bar, Chord, Meter, Note, Solo, Track, Tune
from jazzgram.config.sections import AccompanySection, ImproviseSection
from jazzgram.improvise.accompaniment.band import band_of, comp, trio
from jazzgram.improvise.accompaniment.drums import KICK, PEDAL_HAT, RIDE, count_in
from jazzgram.improvise.accompaniment.swing import measured_swing_ratio, swing
from jazzgram.improvise.target import Target, target_accompaniment
from jazzgram.music.form import Form

DM7 = Chord((50, 53, 57, 60), 0, 1920, "Dm7")


def test_the_band_is_the_tunes_own_or_the_trio_as_one_likes() -> None:
    own = Track("Band", 0, (Note(48, 0, 480),))
    tune = Tune("One", (Bar((), (DM7,)),), accompaniment=(own,))
    changes = ((DM7,),)

    def band(**options: Any) -> tuple[Track, ...]:
        target = Target(tune, Meter(), 120.0, changes, "One", 0, Form.of((DM7,), Meter(), 1), (0,))
        return target_accompaniment(ImproviseSection(), AccompanySection(**options), target, 2.0)

    assert band() == (own,)
    assert band(drums=True) == (own, trio([DM7], Meter(), 1, 2.0)[2])
    assert band(style="swing") == trio([DM7], Meter(), 1, 2.0)
    assert band(style="swing", ratio=1) == trio([DM7], Meter(), 1, 1.0) != band(style="swing")


def onsets(track: Track, pitch: int) -> list[int]:
    return [note.onset for note in track.notes if note.pitch == pitch]


@pytest.mark.parametrize(
    ("meter", "ride", "hat"),
    [
        ("4/4", [0, 480, 720, 960, 1440, 1680], [480, 1440]),  # ding, ding-a, ding, ding-a
        ("3/4", [0, 480, 720, 960], [480]),
        ("6/8", [0, 720, 1200], [720]),
        ("2/4", [0, 480, 720], [480]),
    ],
)
def test_the_ride_pattern(meter: str, ride: list[int], hat: list[int]) -> None:
    drums = trio([DM7], Meter.parse(meter), 1)[2]
    assert (onsets(drums, RIDE), onsets(drums, PEDAL_HAT)) == (ride, hat)
    assert drums.is_drum and drums.name == "Drums"
    loudest = max(note.velocity for note in drums.notes if note.pitch == KICK)
    assert loudest < min(note.velocity for note in drums.notes if note.pitch != KICK)


@pytest.mark.parametrize(("ratio", "late"), [(1, 240), (2, 320), (3, 360), (1.5, 288)])
def test_comp_and_ride_swing_together(ratio: float, late: int) -> None:
    piano, bass, drums = trio([DM7], Meter(), 1, ratio)
    assert sorted({note.onset for note in piano.notes}) == [0, 480 + late]  # the Charleston
    assert onsets(drums, RIDE) == [0, 480, 480 + late, 960, 1440, 1440 + late]
    assert [note.onset for note in bass.notes] == [0, 480, 960, 1440]


def test_eighths_of_six_eight_stay_even() -> None:
    assert trio([DM7], Meter(6, 8), 2, 3.0) == trio([DM7], Meter(6, 8), 2, 1.0)


@pytest.mark.parametrize(("late", "ratio"), [(240, 1.0), (320, 2.0), (360, 3.0), (470, 4.0), (200, 1.0)])
def test_the_ratio_of_a_soloist(late: int, ratio: float) -> None:
    notated = [Note(60, beat * 480 + within, 240) for beat in range(4) for within in (0, 240)]
    played = [Note(60, beat * 480 + within, 240) for beat in range(4) for within in (0, late)]
    assert measured_swing_ratio(played, notated, Meter()) == ratio


def test_a_soloist_that_cannot_be_compared_is_even() -> None:
    note = Note(60, 240, 240)
    assert measured_swing_ratio([note], [], Meter()) == measured_swing_ratio([], [], Meter()) == 1.0
    assert measured_swing_ratio([Note(60, 320, 160)], [note], Meter(12, 8)) == 1.0


def test_a_solo_without_band_gets_one_that_swings_with_it() -> None:
    solo = Solo((Note(62, 320, 160),), (DM7,), 1, notated=(Note(62, 240, 240),))
    assert band_of(solo) == trio([DM7], Meter(), 1, 2.0)
    own = (Track("Bass", 32, ()),)
    assert band_of(Solo((), (DM7,), 1, accompaniment=own)) == own
    assert band_of(Solo((), (), 4)) == ()


def test_a_chord_of_one_tone_is_played() -> None:
    piano, bass = comp([Chord((48,), 0, 1920, "C1")], Meter(), 1)
    assert piano.notes and bass.notes
    single = comp([Chord((60,), 0, 1920), Chord((62,), 1920, 1920)], Meter(), 2)
    assert len(single) == 2


def test_two_bars_of_three_are_counted() -> None:
    assert [(note.onset, note.velocity) for note in count_in(Meter(3, 4), 2).notes] == [
        *[(0, 100), (480, 80), (960, 80)],
        *[(1440, 100), (1920, 80), (2400, 80)],
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 2000)), max_size=20),
    st.floats(1, 4),
    st.sampled_from(["4/4", "3/4", "7/8"]),
)
def test_swing_keeps_order_and_beats(notes: list[tuple[int, int]], ratio: float, meter: str) -> None:
    track = Track("Piano", 0, tuple(Note(60, onset, length) for onset, length in sorted(notes)))
    swung = swing(track, Meter.parse(meter), ratio).notes
    assert [note.onset for note in swung] == sorted(note.onset for note in swung)
    for before, after in zip(track.notes, swung, strict=True):
        assert after.duration > 0 and after.onset >= before.onset
        assert before.onset // 480 <= after.onset // 480 <= before.onset // 480 + 1
        if before.onset % 480 == 0:
            assert after.onset == before.onset
