"""The metrics, each against values worked out by hand, and on silence."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, log2, nan
from types import ModuleType

import pytest
from jazzgram_plugins.metrics import copying, form, harmony, histograms, pitch, rhythm
from notation import chord, line

from jazzgram import Bar, Chord, Corpus, Meter, Note, Solo, Tune

NOTHING = Corpus(())
CMAJ7, DM7, G7 = map(chord, ("Cmaj7", "Dm7", "G7"))
NO_CHORD = Chord((), 0, 1920, "NC")


def over(*chords: Chord) -> tuple[Chord, ...]:
    return tuple(Chord(c.pitches, bar * 1920, 1920, c.symbol) for bar, c in enumerate(chords))


def measured(
    metric: ModuleType, notes: str, *chords: Chord, bars: int = 1, corpus: Corpus = NOTHING
) -> dict[str, float]:
    found: dict[str, float] = metric.measure(Solo(line(notes), over(*chords), bars), corpus)
    return found


# --- harmony ---------------------------------------------------------------------------------------------------------


def test_notes_against_their_chords() -> None:
    # C major 7: E and B are chord tones, D a tension, F is to be avoided, F sharp is outside and falls to nothing.
    found = measured(harmony, "64:1 71:0.5 62:0.5 65:1 66:1", CMAJ7)
    assert (found["chord_tones"], found["scale_tones"]) == (2 / 5, 4 / 5)
    assert (found["chord_tones_on_beats"], found["chord_tones_off_beats"]) == (2 / 4, 0)
    assert found["chord_tones_strong_beats"] == 1 / 2  # E on one, F on three
    assert (found["chord_tones_long"], found["chord_tones_short"]) == (1 / 3, 1 / 2)
    assert found["avoid_seconds"] == 60 / 4  # one of four beats
    assert isnan(found["approaches_resolved"])  # nothing follows the outside note


def test_a_note_belongs_to_the_chord_it_begins_over() -> None:
    found = measured(harmony, "62:4 62:4", CMAJ7, DM7, bars=2)
    assert found["chord_tones"] == 1 / 2


def test_where_no_chord_is_nothing_is_counted() -> None:
    found = measured(harmony, "61:4 64:4", NO_CHORD, CMAJ7, bars=2)
    assert (found["chord_tones"], found["scale_tones"]) == (1, 1)


@pytest.mark.parametrize(
    ("notes", "hits"),
    [
        ("r:4 71:4", 1),  # the third of G7 on its downbeat
        ("r:4 67:4", 0),  # its root
        ("r:3.5 65:2", 1),  # its seventh, tied over the barline
        ("r:4 r:1 71:1", nan),  # too late
    ],
)
def test_guide_tones_where_the_chord_changes(notes: str, hits: float) -> None:
    found = measured(harmony, notes, DM7, G7, bars=2)["guide_tones_at_changes"]
    assert found == hits or (isnan(found) and isnan(hits))


def test_a_chord_that_stays_is_no_change() -> None:
    assert measured(harmony, "65:4 60:4", DM7, DM7, bars=2)["guide_tones_at_changes"] == 1


@pytest.mark.parametrize(
    ("notes", "resolved"),
    [("66:1 67:1", 1), ("66:1 62:1", 0), ("66:1 70:1", 0), ("66:1 r:2 67:1", nan), ("66:1 r:0.5 67:1", 1)],
)
def test_an_outside_note_wants_to_step_into_the_chord(notes: str, resolved: float) -> None:
    found = measured(harmony, notes, CMAJ7)["approaches_resolved"]
    assert found == resolved or (isnan(found) and isnan(resolved))


# --- pitch -----------------------------------------------------------------------------------------------------------


def test_entropy_of_one_bar_and_of_four() -> None:
    # Bars of C; of C and G; empty; of G. One bar: 0, 1, -, 0. Four bars: C twice, G twice.
    found = measured(pitch, "60:4 60:2 67:2 r:4 67:4", bars=4)
    assert found["pitch_entropy_1"] == pytest.approx(1 / 3)
    assert found["pitch_entropy_4"] == pytest.approx(1)


def test_octaves_are_one_pitch_class() -> None:
    assert measured(pitch, "60 72 48 67")["pitch_entropy_1"] == pytest.approx(0.75 * log2(4 / 3) + 0.25 * 2)


def test_how_the_line_moves() -> None:
    # 0, +1, +2, +3, -7, +8 semitones; it turns twice (down, up again).
    found = measured(pitch, "60:.5 60:.5 61:.5 63:.5 66:.5 59:.5 67:1")
    assert [found[name] * 6 for name in ("repeated_notes", "steps", "skips", "leaps")] == pytest.approx([1, 2, 2, 1])
    assert (found["lowest"], found["highest"], found["range"]) == (59, 67, 8)
    assert found["turns"] == pytest.approx(2 / 4)


def test_a_phrase_ends_with_a_quarters_silence() -> None:
    assert measured(pitch, "60:.5 64:.5 r:1 70:.5 r:.5 72:1", bars=1)["phrase_range"] == (4 + 2) / 2


# --- rhythm ----------------------------------------------------------------------------------------------------------


def test_density_and_empty_bars() -> None:
    found = measured(rhythm, "60 62 64 65 r:4 67:2 69:2", bars=4)
    assert (found["notes_per_bar"], found["empty_bars"]) == (6 / 4, 2 / 4)


def test_grooving_compares_every_two_bars() -> None:
    # Onsets on 1 2 3 4; on 1 and 3; none: pairs differ in 2, 4 and 2 of 64 positions.
    found = measured(rhythm, "60 62 64 65 67:2 69:2", bars=3)
    assert found["grooving"] == pytest.approx(1 - (2 + 4 + 2) / 3 / 64)
    assert measured(rhythm, "60 r:3 67 r:3", bars=2)["grooving"] == 1
    assert isnan(measured(rhythm, "60")["grooving"])


def test_off_beats_triplets_and_eighths() -> None:
    third = 1 / 3
    found = measured(rhythm, f"60:.5 62:.5 64:{third} 65:{third} 67:{third} 69:2")
    assert found["off_beats"] == pytest.approx(3 / 6)
    assert found["triplets"] == pytest.approx(2 / 6)
    assert found["eighths"] == pytest.approx(2 / 5)


def test_the_eighths_of_compound_time_are_no_triplets() -> None:
    notes = tuple(Note(60, 240 * eighth, 240) for eighth in range(6))
    found = rhythm.measure(Solo(notes, (), 1, meter=Meter(6, 8)), NOTHING)
    assert (found["triplets"], found["off_beats"]) == (0, 4 / 6)


def test_phrases_and_the_silence_between_them() -> None:
    found = measured(rhythm, "60 62 r:2 64:.5 65:.5 67:1 r:2", bars=2)
    assert (found["phrase_notes"], found["phrase_bars"], found["rest_bars"]) == (2.5, 0.5, 0.5)
    assert found["silence"] == 0.5


def test_legato_is_how_much_of_its_time_a_note_sounds() -> None:
    assert measured(rhythm, "60:.25 r:.25 62:.5 64:1")["legato"] == pytest.approx((0.5 + 1) / 2)


@pytest.mark.parametrize(("second", "ratio"), [(240, 1), (320, 2), (288, 1.5)])
def test_swing_is_measured_where_notes_sound_not_where_they_are_written(second: int, ratio: float) -> None:
    played = (Note(60, 0, second), Note(62, second, 480 - second), Note(64, 480, 480))
    written = (Note(60, 0, 240), Note(62, 240, 240), Note(64, 480, 480))
    found = rhythm.measure(Solo(played, (), 1, notated=written), NOTHING)
    assert found["swing"] == pytest.approx(ratio)
    assert (found["triplets"], found["eighths"]) == (0, 1 / 1 if second else 0)


def test_a_note_on_the_beat_counts_there_though_it_is_played_late() -> None:
    played, written = (Note(62, 11, 480), Note(63, 491, 480)), (Note(62, 0, 480), Note(63, 480, 480))
    found = harmony.measure(Solo(played, (replace(DM7, duration=1920),), 1, notated=written), NOTHING)
    assert (found["chord_tones_strong_beats"], found["chord_tones_on_beats"]) == (1, 0.5)
    assert isnan(found["chord_tones_off_beats"])


# --- form ------------------------------------------------------------------------------------------------------------


def test_chords_that_come_round_again_are_regular() -> None:
    round_and_round = over(DM7, G7, CMAJ7, DM7, G7, CMAJ7)
    assert form.measure(Solo((), round_and_round, 6), NOTHING)["chord_irregularity"] == 3 / 4
    assert isnan(form.measure(Solo((), over(DM7, G7), 2), NOTHING)["chord_irregularity"])


def test_a_chord_counts_in_each_bar_it_sounds_in() -> None:
    # D D D G: DDD, DDG.  D D D D G, of which four in one long chord: DDD twice, DDG.
    held = (Chord(DM7.pitches, 0, 4 * 1920, "Dm7"), Chord(G7.pitches, 4 * 1920, 1920, "G7"))
    assert form.measure(Solo((), over(DM7, DM7, DM7, G7), 4), NOTHING)["chord_irregularity"] == 1
    assert form.measure(Solo((), held, 5), NOTHING)["chord_irregularity"] == 2 / 3
    assert form.measure(Solo((), over(DM7, NO_CHORD, G7), 3), NOTHING)["chord_irregularity"] != 1  # two chords: nan


def test_a_transposed_bar_is_the_same_and_half_a_bar_is_half() -> None:
    found = measured(form, "60:2 64:2 62:2 66:2 r:4 62:2 65:2", bars=4)
    # The second bar is the first; the fourth shares its first note with the second of before (one of two notes).
    assert found["similarity_short"] == pytest.approx((1 + 0.5) / 2)
    assert found["similarity_middle"] == pytest.approx(0.5)
    assert isnan(found["similarity_long"])


def test_a_figure_that_comes_again_at_another_pitch() -> None:
    figure = "60:.5 62:.5 64:.5 65:.5 67:.5"
    again = "65:.5 67:.5 69:.5 70:.5 72:.5"
    found = measured(form, f"{figure} r:.5 80:1 {again} 50:2", bars=3)
    assert found["motifs"] == pytest.approx(10 / 12)


# --- histograms ------------------------------------------------------------------------------------------------------


def test_histograms_are_shares() -> None:
    found = measured(histograms, "60:.5 62:.5 90:.333 60:1")
    assert found["interval/+2"] == pytest.approx(1 / 3)
    assert found["interval/+12"] == found["interval/-12"] == pytest.approx(1 / 3)
    assert (found["duration/1/2"], found["duration/1/3"], found["duration/1"]) == (0.5, 0.25, 0.25)
    assert sum(value for name, value in found.items() if name.startswith("ioi/")) == pytest.approx(1)


# --- copying ---------------------------------------------------------------------------------------------------------


def corpus_of(*tunes: str) -> Corpus:
    return Corpus(tuple(Tune(f"Tune {n}", (Bar(line(notes), ()),)) for n, notes in enumerate(tunes)))


def test_runs_are_found_at_the_same_and_at_any_pitch_but_not_over_two_tunes() -> None:
    corpus = corpus_of("60 62 64 65", "67 69 71 72")
    found = measured(copying, "62:.5 64:.5 65:.5 67:.5 69:.5 70:.5", corpus=corpus)
    assert found["copied_pitches"] == 3  # D E F; then G A in the other tune
    assert found["copied_intervals"] == 4  # tone, semitone, tone would go over the end; F G A B flat is C D E F
    assert found["copied_4"] == 0


def test_a_trill_is_a_long_run_but_no_varied_one() -> None:
    # A tone up and down for ten notes, a leap that is nowhere, and the lick of the other tune.
    corpus = corpus_of("60 62 60 62 60 62 60 62 60 62 60", "50 53 55 59 58 51 62 63")
    found = measured(copying, "70 72 70 72 70 72 70 72 70 72 60 63 65 69 68 61 72 73", bars=5, corpus=corpus)
    assert found["copied_intervals"] == 10
    assert found["copied_varied"] == 8
    # Of 14 runs of four intervals those that go over the leap (the tenth of 17) are not there: 6 and 4 are.
    assert found["copied_4"] == pytest.approx(10 / 14)
    assert found["copied_8"] == pytest.approx(2 / 10)


def test_the_nearest_bar_and_where_it_is() -> None:
    corpus = corpus_of("50:1 52:1 53:2", "60:1 62:1 64:2")
    found = measured(copying, "60:1 62:1 65:2 60:1 62:1 64:2", bars=2, corpus=corpus)
    assert found["nearest_bar"] == pytest.approx((2 / 3 + 1) / 2)
    assert (found["nearest_tune"], found["nearest_tune_bar"]) == (1, 0)


def test_nothing_is_copied_from_nowhere() -> None:
    found = measured(copying, "60 62 64 65 67")
    assert (found["copied_pitches"], found["copied_intervals"], found["copied_4"]) == (0, 0, 0)
    assert found["nearest_bar"] == 0
    assert isnan(found["nearest_tune"])


@pytest.mark.parametrize("metric", [harmony, pitch, rhythm, form, histograms, copying])
@pytest.mark.parametrize("bars", [0, 2])
def test_silence_has_values_too(metric: ModuleType, bars: int) -> None:
    found = metric.measure(Solo((), (), bars), NOTHING)
    assert all(isnan(value) or value in (0, 1) for value in found.values())
    assert found.keys() == metric.measure(Solo(line("60 62 64 65"), over(CMAJ7), 1), NOTHING).keys()
