"""Networks that are trained with gaps: what they know ahead, and that they lead into it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from jazzgram_plugins.models.notes import note_lstm, transformer
from jazzgram_plugins.models.notes.ahead import (
    BUCKETS,
    ahead_buckets,
    ahead_columns,
    ahead_inputs,
    nothing_ahead,
    transposed_ahead,
    with_gaps,
)
from jazzgram_plugins.models.notes.columns import REST, Events, tune_columns
from jazzgram_plugins.models.notes.heads import Heads
from jazzgram_plugins.models.notes.inputs import Rows
from jazzgram_plugins.models.notes.model import NoteModel
from jazzgram_plugins.models.notes.streams import Inputs
from jazzgram_plugins.models.notes.training import NoteTraining

from jazzgram import Ahead, Dataset, Position, Vocabulary, parse_terms
from jazzgram.music import Int32s

WORDS = Vocabulary.of((parse_terms("60,1.000 62,1.000 64,1.000 65,1.000 67,1.000 R,1.000"),))
SMALL = {"layers": 1, "units": 12, "hidden": 8, "window": 8, "batch": 4, "epochs": 2, "fill": True}
PLUGINS = {"note_lstm": note_lstm, "transformer": transformer}
every_model = pytest.mark.parametrize("kind", PLUGINS)
QUARTERS = Dataset.of(list(range(5)) * 8).train[0]
PITCHES = np.array([60, 62, 64, 65, 67] * 8, np.int32)
HERE = Position(3, 960, 960, None, None)


def built(kind: str, **options: object) -> NoteModel:
    plugin = PLUGINS[kind]
    own = {"memory": 5, "heads": 2} if kind == "transformer" else {}
    model = plugin.build_model(WORDS, plugin.Options(**SMALL | own | options))
    assert isinstance(model, NoteModel)
    return model


def test_in_a_gap_the_notes_after_it_are_known_and_elsewhere_nothing() -> None:
    found = [with_gaps(QUARTERS, PITCHES, Random(seed)) for seed in range(40)]
    assert 0.1 < np.mean([(ahead < 0).all() for ahead in found]) < 0.5, "some solos have no gap"
    for ahead in found:
        for at, (pitch, following, until) in enumerate(ahead.tolist()):
            if pitch >= 0:
                first = at + until // 480
                assert PITCHES[first] == pitch and QUARTERS.onset[first] == 0, "the first note of a bar, in quarters"
                assert ahead[first].tolist() == [-1, -1, -1], "the bar after a gap is given"
                assert following == (PITCHES[first + 1] if first + 1 < len(PITCHES) else -1)
                assert 1 <= QUARTERS.bar[first] - QUARTERS.bar[at] <= 2


def test_a_gap_leads_past_rests_to_the_next_note() -> None:
    pitches = np.where(QUARTERS.onset == 0, REST, PITCHES).astype(np.int32)
    ahead = next(
        found for found in (with_gaps(QUARTERS, pitches, Random(seed)) for seed in range(9)) if found.max() > 0
    )
    at = int(np.flatnonzero(ahead[:, 0] >= 0)[-1])
    assert ahead[at].tolist() == [pitches[at + 2], pitches[at + 3], 960], "the last beat before a bar that rests first"


def test_the_inputs_of_what_is_ahead() -> None:
    known = ahead_columns(replace(HERE, ahead=Ahead(67, 960, 64)))
    assert known == (67, 64, 960)
    assert ahead_columns(replace(HERE, ahead=Ahead(67, 960))) == (67, -1, 960)
    assert ahead_columns(HERE) == (-1, -1, -1)
    inputs = ahead_inputs(np.array([60, 60, -1], np.int32), np.array([known, (-1, -1, -1), (67, -1, 960)], np.int32))
    assert np.flatnonzero(inputs[0, :-2]).tolist() == [67, 128 + 18 + 7, 128 + 37 + 18 - 3, 128 + 74 + 2]
    assert inputs[0, -2:] == pytest.approx([2 / 8, np.exp(-2)])
    assert not inputs[1].any(), "nothing is known"
    assert np.flatnonzero(inputs[2, :-2]).tolist() == [67, 128 + 74 + 2], "no last note, no second one"
    columns = np.array([known, (-1, -1, -1), (60, 60, 480 * 60)], np.int32)
    assert ahead_buckets(columns).tolist() == [12, BUCKETS, BUCKETS - 1]
    assert transposed_ahead(columns, -2).tolist() == [[65, 62, 960], [-1, -1, -1], [58, 58, 480 * 60]]


def test_without_fill_a_network_is_what_it_was() -> None:
    plain, filling = built("note_lstm", fill=False), built("note_lstm")
    assert set(filling.shapes) - set(plain.shapes) == {"ahead_interval", "ahead_interval_bias"}
    rng = np.random.default_rng(1)
    plain.load({name: rng.normal(0, 0.3, shape).astype(np.float32) for name, shape in plain.shapes.items()})
    rows = [plain.step(plain.start(1), None, [place])[1] for place in (HERE, replace(HERE, ahead=Ahead(67, 960)))]
    assert (rows[0] == rows[1]).all()


@every_model
def test_numpy_steps_what_is_ahead_as_tensorflow_sees_it(kind: str) -> None:
    model, rng = built(kind), np.random.default_rng(2)
    model.load({name: rng.normal(0, 0.3, shape).astype(np.float32) for name, shape in model.shapes.items()})
    inputs = Inputs(Events.of(WORDS), model._index, model._traits)
    learner = NoteTraining(model._network, model.shapes, model._options, inputs, [QUARTERS], [QUARTERS], 1)
    for name, variable in learner._mean.items():
        variable.assign(model.weights()[name])
    ahead = with_gaps(QUARTERS, PITCHES, Random(5))
    assert 0 < (ahead[:, 0] >= 0).sum() < len(ahead)
    stepper, heads = (
        model._network.stepper(model.weights(), 1),
        Heads(model.weights(), 1, np.arange(129, dtype=np.int32)),
    )

    def loss(ahead: Int32s) -> float:
        integers, reals, pitches, _ = tune_columns(QUARTERS, inputs.events)
        state, total = stepper.start(1), 0.0
        for at in range(len(pitches)):
            rows = Rows(integers[at : at + 1], reals[at : at + 1], ahead=ahead[at : at + 1])
            outputs, state = stepper.step(rows, state)
            pitch, duration = heads(outputs, rows)
            total -= float(np.log(pitch[0, pitches[at]] * duration[0, pitches[at], 0]))
        return total / len(pitches)

    blind = learner.validate()
    assert blind == pytest.approx(loss(nothing_ahead(len(ahead))), abs=1e-5), "on validation nothing is known ahead"
    (columns,) = learner._validation
    learner._validation = [replace(columns, ahead=ahead)]
    assert learner.validate() == pytest.approx(loss(ahead), abs=1e-5)
    assert abs(loss(ahead) - loss(nothing_ahead(len(ahead)))) > 1e-3


@every_model
def test_a_row_in_a_gap_is_stepped_as_it_would_be_alone(kind: str) -> None:
    model, rng = built(kind), np.random.default_rng(4)
    model.load({name: rng.normal(0, 0.3, shape).astype(np.float32) for name, shape in model.shapes.items()})
    places = [HERE, replace(HERE, ahead=Ahead(67, 960)), replace(HERE, ahead=Ahead(60, 480, 62))]
    _, together = model.step(model.start(3), None, places)
    for place, row in zip(places, together, strict=True):
        assert (model.step(model.start(1), None, [place])[1][0] == row).all()
    assert (together[0] != together[1]).any() and (together[1] != together[2]).any()


@pytest.mark.slow
def test_a_line_learns_to_lead_into_what_is_given(tmp_path: Path) -> None:
    """Lines stay on each pitch for two bars: before a bar is played, what comes after it says most about its pitch."""
    rng = Random(7)
    lines = [[token for token in rng.choices(range(5), k=4) for _ in range(8)] for _ in range(24)]
    model = built("note_lstm", epochs=40, dropout=0.0, learning_rate=0.02, units=24)
    model.fit(Dataset.of(*lines), 1, tmp_path / "checkpoint", lambda epoch: None)
    start = model.step(model.start(1), None, [Position(0, 0, 1920, None, None, ahead=Ahead(60, 1920, 60))])[1][0]
    other = model.step(model.start(1), None, [Position(0, 0, 1920, None, None, ahead=Ahead(67, 1920, 67))])[1][0]
    low, high = (WORDS.ids[term] for term in parse_terms("60,1.000 67,1.000"))
    assert start[low] > 2 * other[low] and other[high] > 2 * start[high]
