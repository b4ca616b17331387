"""Windows of real solos, and measuring them together."""

from __future__ import annotations

from functools import partial
from math import isnan
from types import ModuleType

import pytest
from notation import tune

from jazzgram import Bar, Chord, Corpus, JazzgramError, Meter, Note, Solo, Tune, hookimpl
from jazzgram.config.config import Part
from jazzgram.config.sections import Execution
from jazzgram.evaluation.excerpts import cut_excerpts
from jazzgram.evaluation.metrics import METRICS, load_metrics, measure_solos
from jazzgram.hooks.options import Options
from jazzgram.hooks.plugins import Plugin

G7 = Chord((43, 47, 50, 53), 0, 1920, "G7")
over_g7 = partial(tune, chords=(G7,), title="Four bars")


def pitches(windows: list[Solo]) -> list[list[int]]:
    return [[note.pitch for note in window.notes] for window in windows]


def test_windows_lie_side_by_side_or_overlap_and_the_rest_is_left() -> None:
    solo = over_g7("60", "61", "62", "63", "64")
    assert pitches(cut_excerpts(solo, 2)) == [[60, 61], [62, 63]]
    assert pitches(cut_excerpts(solo, 3, 1)) == [[60, 61, 62], [61, 62, 63], [62, 63, 64]]
    assert cut_excerpts(solo, 6) == []


def test_a_window_begins_at_its_own_start_and_its_chords_go_on() -> None:
    second = cut_excerpts(over_g7("60 60", "61", "r 62", "63"), 2)[1]
    assert [(note.onset, note.pitch) for note in second.notes] == [(480, 62), (1920, 63)]
    assert [(chord.onset, chord.duration) for chord in second.chords] == [(0, 2 * 1920)]
    assert (second.bars, second.title, second.notated) == (2, "Four bars, bar 3", second.notes)


def test_silent_windows_are_left_out_and_a_last_note_ends_with_the_window() -> None:
    bars = (Bar((), ()), Bar((Note(60, 1440, 9999),), ()), Bar((), ()))
    (window,) = cut_excerpts(Tune("Long", bars), 1)
    assert [(note.onset, note.duration) for note in window.notes] == [(1440, 480)]


def test_a_window_is_in_one_meter() -> None:
    waltz, common = over_g7("60", "61", meter=Meter(3, 4)), over_g7("62", "63", "64")
    mixed = Tune("Mixed", (*waltz.bars, *common.bars))
    assert pitches(cut_excerpts(mixed, 2)) == [[62, 63]]
    assert pitches(cut_excerpts(mixed, 2, meter=None)) == [[60, 61], [62, 63]]
    assert pitches(cut_excerpts(mixed, 2, meter=Meter(3, 4))) == [[60, 61]]


def test_values_are_named_after_metric_and_value() -> None:
    (found,) = measure_solos(cut_excerpts(over_g7("60 64 67 70"), 1), Corpus(()))
    assert {name.partition(".")[0] for name in found} == set(METRICS)
    assert (found["pitch.range"], found["rhythm.notes_per_bar"]) == (10, 4)
    assert found["harmony.scale_tones"] == 3 / 4  # C E G of G Mixolydian; B flat is not
    assert isnan(found["rhythm.grooving"])


def test_several_processes_measure_the_same_in_the_same_order() -> None:
    solos = [window for first in range(50, 70) for window in cut_excerpts(over_g7(f"{first} 72 {first + 1}"), 1)]
    metrics = load_metrics(["pitch", "copying"])
    corpus = Corpus((over_g7("60 72 61"),))
    reported: list[tuple[int, int]] = []
    alone = measure_solos(solos, corpus, metrics, progress=lambda done, of: reported.append((done, of)))
    assert [values["pitch.lowest"] for values in alone] == list(map(float, range(50, 70)))
    assert alone[10]["copying.copied_pitches"] == 3
    assert reported == [(done, 20) for done in range(1, 21)]
    assert repr(measure_solos(solos, corpus, metrics, Execution(engine="processes", workers=2))) == repr(alone)


def test_a_metric_given_from_python_is_measured_here() -> None:
    module = ModuleType("mine.count")

    @hookimpl
    def measure(solo: Solo) -> dict[str, float]:
        return {"notes": len(solo.notes)}

    module.measure = measure  # type: ignore[attr-defined]
    metric = Part(Plugin("count", module, "given"), Options())
    solos = cut_excerpts(over_g7(*["60 61"] * 20), 1)
    assert measure_solos(solos, Corpus(()), [metric], Execution(engine="processes")) == [{"count.notes": 2.0}] * 20
    assert measure_solos([], Corpus(())) == []


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(JazzgramError, match="no plugin 'pich'"):
        load_metrics(["pich"])
