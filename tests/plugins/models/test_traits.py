"""What a solo is like in numbers: measured, moved along with a transposition, found again for a persona."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from jazzgram_plugins.models.notes.columns import Events, tune_columns
from jazzgram_plugins.models.notes.labels import LabelIndex
from jazzgram_plugins.models.notes.streams import Inputs, TuneColumns, in_another_key, withheld
from jazzgram_plugins.models.notes.traits import (
    TRAITS,
    UNKNOWN_TRAITS,
    TraitTable,
    measured_traits,
    transposed_traits,
)
from notation import chord

from jazzgram import Dataset, Labels, TokenTune, Vocabulary, parse_terms

TERMS = parse_terms("60,0.500 60,1.000 62,0.500 64,0.500 65,0.333 67,0.500 72,0.500 76,0.500 R,0.500 R,4.000")
WORDS = Vocabulary.of((TERMS,))
EVENTS = Events.of(WORDS)
CHORDS = (chord("Cmaj7", 0, 0),)
KIDD, RAY = (
    Labels("Kidd", "trumpet", "BEBOP", "up", "Kidd - One"),
    Labels("Ray", "trombone", "SWING", "slow", "Ray - Two"),
)
KIDD_ON_TENOR = Labels("Kidd", "tenor sax", "BEBOP", "medium", "Kidd - Three")


def tune(text: str, labels: Labels = KIDD) -> TokenTune:
    """A line over Cmaj7."""
    bare = Dataset.of([int(token) for token in WORDS.encode(parse_terms(text))]).train[0]
    return replace(bare, chord=np.zeros(len(bare), np.int32), chords=CHORDS, labels=labels)


def measured(text: str) -> dict[str, float]:
    """The traits of a line, in their own units."""
    inputs = measured_traits(*tune_columns(tune(text), EVENTS), EVENTS.durations)
    assert inputs[-1] == 1, "known"
    return {
        name: float(value) * scale + centre
        for (name, (centre, scale)), value in zip(TRAITS.items(), inputs[:-1], strict=True)
    }


def test_the_traits_of_a_line() -> None:
    found = measured("64,0.500 67,0.500 67,0.500 R,0.500 72,0.500 62,0.500 64,0.500 R,0.500")
    assert found["register"] == pytest.approx(66.0, abs=0.01), "(64 + 67 + 67 + 72 + 62 + 64) / 6"
    assert found["compass"] == pytest.approx(3.215, abs=0.01)
    assert found["density"] == pytest.approx(np.log2(6 / 4), abs=0.01), "six notes in four beats"
    assert found["rest"] == pytest.approx(0.25, abs=0.01)
    assert found["phrase"] == pytest.approx(1.0, abs=0.01), "log2(6 notes / (2 rests + 1))"
    assert found["outside"] == pytest.approx(1 / 6, abs=0.01), "the D"
    assert found["repeated"] == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize(
    ("trait", "less", "more"),
    [
        ("silence", "60,0.500 62,0.500 R,0.500 R,0.500", "60,0.500 62,0.500 R,4.000"),
        ("leaps", "60,0.500 62,0.500 64,0.500", "60,0.500 67,0.500 60,0.500"),
        ("repetition", "60,0.500 62,0.500 67,0.500 64,0.500", "60,0.500 62,0.500 " * 3),
        ("rhythm", "60,0.500 62,0.500 64,0.500", "60,1.000 62,0.500 65,0.333"),
        ("triplets", "60,0.500 62,0.500 64,0.500", "65,0.333 65,0.333 62,0.500"),
    ],
)
def test_what_moves_a_trait(trait: str, less: str, more: str) -> None:
    assert measured(less)[trait] < measured(more)[trait]


def test_a_note_has_no_traits() -> None:
    assert measured_traits(*tune_columns(tune("60,0.500 R,0.500"), EVENTS), EVENTS.durations) is UNKNOWN_TRAITS


def test_register_moves_with_a_transposition_unless_the_solo_would_leave_midi() -> None:
    (columns,) = inputs_of(KIDD).of([tune("60,0.500 64,0.500")])
    by_five = transposed_traits(columns.traits, 5)
    assert by_five[0] - columns.traits[0] == pytest.approx(5 / TRAITS["register"][1])
    assert (by_five[1:] == columns.traits[1:]).all() and not transposed_traits(UNKNOWN_TRAITS, 5).any()
    *_, pitches, _, labels, traits, _, begins = in_another_key(columns, 5)
    assert pitches.tolist() == [65, 69] and (traits == by_five).all() and begins.tolist() == [True, False]
    assert len(labels) == len(traits) == 2, "event by event"
    high = replace(columns, pitches=columns.pitches + 60)
    *_, traits, _, _ = in_another_key(high, 5)
    assert (traits == columns.traits).all()


def inputs_of(*labels: Labels) -> Inputs:
    return Inputs(EVENTS, LabelIndex(replace(WORDS, labels=labels), ("soloist", "instrument")), TraitTable(labels))


def test_a_persona_has_the_traits_of_the_solos_that_are_like_it() -> None:
    labels = (KIDD, RAY, KIDD_ON_TENOR, KIDD)
    rows = [np.full(len(UNKNOWN_TRAITS), value, np.float32) for value in (1.0, 2.0, 3.0, 5.0)]
    table = TraitTable(labels)
    stored = table.of(labels, rows)
    assert stored.shape == table.shape == (3, len(UNKNOWN_TRAITS)), "solos with the same labels share a row"

    def find(asked: Labels) -> float:
        return float(table.find(stored, asked)[0])

    assert find(KIDD) == 3 and find(KIDD_ON_TENOR) == 3, "the mean of the two on trumpet; the one on tenor"
    assert find(Labels("Ray")) == 2 and find(Labels(style="SWING")) == 2
    assert find(replace(RAY, tempo="up")) == 2, "nobody is like that at this tempo: at any"
    assert find(Labels("Ray", "trumpet")) == 3, "the register of the instrument, not of the trombone"
    assert find(replace(KIDD, solo="unheard of")) == 3
    assert table.find(stored, Labels()) is UNKNOWN_TRAITS and table.find(stored, Labels("Nobody")) is UNKNOWN_TRAITS


def test_a_held_out_solo_has_the_traits_of_others() -> None:
    inputs = inputs_of(KIDD, RAY)
    (low, high) = inputs.of([tune("60,0.500 62,0.500"), tune("72,0.500 76,0.500", RAY)])
    table = inputs.traits.of((KIDD, RAY), (low.traits, high.traits))
    (columns,) = inputs.of_held_out([tune("72,0.500 76,0.500", KIDD)], table)
    assert (columns.traits == low.traits).all(), "Kidd's other solo, not this one"


def test_traits_are_withheld_with_all_labels_or_alone() -> None:
    inputs = inputs_of(KIDD)
    (columns,) = inputs.of([tune("60,0.500 64,0.500")])
    rng = Random(1)

    def drawn() -> TuneColumns:
        return withheld(columns, inputs.labels, 0.25, rng)

    some = [drawn() for _ in range(4000)]
    unnamed = [each for each in some if (each.labels == len(inputs.labels)).all()]
    assert not any(each.traits.any() for each in unnamed)
    known = sum(bool(each.traits.any()) for each in some) / 4000
    assert known == pytest.approx(0.75 * (1 - 0.25**2) * 0.75, abs=0.03)
