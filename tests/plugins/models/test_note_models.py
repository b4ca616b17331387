"""Models of notes: their inputs, computed from the past only, and that NumPy steps as TensorFlow trains."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.models.notes import note_lstm, transformer
from jazzgram_plugins.models.notes.columns import (
    COLUMN,
    INTERVALS,
    RUN_LENGTHS,
    Events,
    Past,
    past_columns,
    position_columns,
    repetition,
    transposed,
    tune_columns,
)
from jazzgram_plugins.models.notes.heads import TRAIT_TABLE, Heads
from jazzgram_plugins.models.notes.inputs import Rows
from jazzgram_plugins.models.notes.labels import LabelIndex
from jazzgram_plugins.models.notes.model import NoteModel
from jazzgram_plugins.models.notes.products import Products
from jazzgram_plugins.models.notes.streams import Inputs
from notation import chord
from workers import tasks

from jazzgram import (
    UNKNOWN,
    Chord,
    Dataset,
    Epoch,
    JazzgramError,
    Labels,
    Position,
    TokenTune,
    Vocabulary,
    parse_terms,
)
from jazzgram.models.teacher_forcing import predict_terms
from jazzgram.music.harmony.symbols import voicing

WORDS = Vocabulary.of((parse_terms("60,0.500 62,0.500 64,0.500 64,1.000 65,0.500 67,0.500 R,0.500"),))
SMALL = {"layers": 2, "units": 12, "hidden": 8, "window": 8, "batch": 4, "epochs": 2}
PLUGINS = {"note_lstm": note_lstm, "transformer": transformer}
every_model = pytest.mark.parametrize("kind", PLUGINS)
CHORDS = tuple(chord(name, 0, 0) for name in ("Dm7", "G7", "Cmaj7"))


def ids(text: str) -> list[int]:
    return [int(token) for token in WORDS.encode(parse_terms(text))]


def tune(tokens: list[int], seed: int = 1) -> TokenTune:
    """Eighths over three chords, one a bar."""
    rng = Random(seed)
    bare = Dataset.of(tokens).train[0]
    chord = np.array([rng.randrange(-1, 3) for _ in tokens], np.int32)
    after = np.array([rng.randrange(-1, 3) for _ in tokens], np.int32)
    return replace(bare, chord=chord, next_chord=after, until=bare.remaining, chords=CHORDS, tempo=200.0)


TUNES = (
    tune(ids("60,0.500 62,0.500 64,0.500 R,0.500 65,0.500 67,0.500 64,1.000 62,0.500 60,0.500 62,0.500 64,0.500")),
    tune(ids("67,0.500 65,0.500 64,0.500 62,0.500 R,0.500 67,0.500 65,0.500 64,0.500"), 2),
    tune(ids("64,1.000 62,0.500 60,0.500 64,1.000 62,0.500 60,0.500 67,0.500 64,1.000 62,0.500"), 3),
)


def built(kind: str, **options: object) -> NoteModel:
    """Build a small network; a transformer's memory is shorter than its window, so that both are tried."""
    plugin = PLUGINS[kind]
    own = {"memory": 5} if kind == "transformer" else {}
    model = plugin.build_model(WORDS, plugin.Options(**SMALL | own | options))
    assert isinstance(model, NoteModel)
    return model


def trained(
    kind: str, folder: Path, data: Dataset, stop_after: int | None = None, **options: object
) -> tuple[NoteModel, list[float]]:
    model = built(kind, **options)
    losses: list[float] = []

    def report(epoch: Epoch) -> None:
        losses.append(epoch.loss)
        if epoch.number == stop_after:
            raise KeyboardInterrupt

    try:
        model.fit(data, 1, folder / "checkpoint", report)
    except KeyboardInterrupt:
        assert stop_after is not None
    return model, losses


# --- inputs ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("played", "position", "run"),
    [
        ("", 0, 0),
        ("123", 0, 0),
        ("121", 1, 1),  # after the 1 came the 2
        ("12912", 2, 2),  # after 1 2 came the 9
        ("512712812", 6, 2),  # the later of two
        ("12349923481234", 4, 4),  # the longer of two, though earlier
        ("444", 2, 2),
    ],
)
def test_a_repetition(played: str, position: int, run: int) -> None:
    assert repetition(played) == (position, run)


@given(st.text("abc", max_size=60))
@settings(max_examples=60, deadline=None)
def test_a_repetition_is_the_longest_and_of_these_the_latest(played: str) -> None:
    size = len(played)
    found = (0, 0)
    for run, length in enumerate(RUN_LENGTHS, 1):
        positions = [at for at in range(length, size) if played[at - length : at] == played[size - length :]]
        if not positions:
            break
        found = positions[-1], run
    assert repetition(played) == found


def test_the_inputs_of_the_past() -> None:
    past = Past()
    for pitch, duration in ((60, 0), (62, 0), (128, 1), (60, 0), (62, 0)):
        past = past.extended(pitch, duration)
    # 60 62 rest 60 62: moves first, +2, rest, -2, +2; +2 was followed by the rest, and 60 62 of that length too.
    assert past_columns(past) == [62, 60, 62, 0, 0, INTERVALS, 1, 1, 2]
    assert past_columns(Past()) == [-1, -1, -1, 2, -1, -1, 0, -1, 0]
    assert past_columns(past.extended(UNKNOWN, 0)) == [62, 60, 62, 2, -1, -1, 0, -1, 0]


def test_the_inputs_of_the_position() -> None:
    dm7, g7 = (chord(name, 0, 0) for name in ("Dm7", "G7/B"))
    integers, reals = position_columns(Position(9, 1200, 720, g7, dm7, 12, 480, 320.0))
    assert integers == [7, 2, 4, 2, 4, 12, 1], "over G with B in the bass, D to come; the off-beat of the third of four"
    assert reals[:4] == pytest.approx([1 / 8, np.exp(-1), 1.0, 9 / 32])
    assert (np.flatnonzero(reals[4:16]).tolist(), np.flatnonzero(reals[16:]).tolist()) == ([0, 4, 7, 10], [0, 3, 7, 10])


def test_no_input_depends_on_the_future() -> None:
    events = Events.of(WORDS)
    before, *_ = tune_columns(TUNES[0], events)
    for cut in range(len(TUNES[0])):
        tokens = TUNES[0].tokens.copy()
        tokens[cut:] = (tokens[cut:] + 3) % len(WORDS)
        after, *_ = tune_columns(replace(TUNES[0], tokens=tokens), events)
        assert (after[: cut + 1] == before[: cut + 1]).all()


@pytest.mark.parametrize("semitones", [-6, -1, 3, 5])
def test_a_transposed_tune_has_the_inputs_of_the_tune_played_there(semitones: int) -> None:
    moved = tuple(
        Chord(tuple(pitch + semitones for pitch in voicing(name)), 0, 0, "") for name in ("Dm7", "G7", "Cmaj7")
    )
    plain = replace(TUNES[0], chords=tuple(replace(chord, symbol="") for chord in CHORDS))
    events = Events.of(WORDS)
    higher = Events(
        np.where(events.pitch < 128, events.pitch + semitones, 128).astype(np.int32),
        *(events.duration, events.durations),
    )
    integers, reals, pitches, _ = tune_columns(plain, events)
    expected, expected_features, expected_pitches, _ = tune_columns(replace(plain, chords=moved), higher)
    found, found_pitches = transposed(integers, pitches, semitones)
    assert (found == expected).all() and (found_pitches == expected_pitches).all()
    assert np.allclose(reals, expected_features)


def test_a_tune_that_would_leave_midi_keeps_its_key() -> None:
    integers, _, pitches, _ = tune_columns(TUNES[0], Events.of(WORDS))
    high = np.where(pitches < 128, pitches + 58, pitches).astype(np.int32)
    assert transposed(integers, high, 5)[1] is high
    assert (integers[:, COLUMN["last"]] >= -1).all()


def test_only_pitches_are_learned() -> None:
    with pytest.raises(JazzgramError, match=r"C,1.000 names none: use the tokenizer events"):
        note_lstm.build_model(Vocabulary.of((parse_terms("C,1.000"),)), note_lstm.Options())


# --- training and stepping -------------------------------------------------------------------------------------------


def drawn(kind: str) -> NoteModel:
    """Return a network with random weights."""
    rng = np.random.default_rng(1)
    model = built(kind)
    model.load({name: rng.normal(0, 0.3, shape).astype(np.float32) for name, shape in model.shapes.items()})
    return model


@every_model
def test_numpy_steps_as_tensorflow_sees_it(kind: str) -> None:
    from jazzgram_plugins.models.notes.training import NoteTraining

    model, events = drawn(kind), Events.of(WORDS)
    inputs = Inputs(events, model._index, model._traits)
    learner = NoteTraining(model._network, model.shapes, model._options, inputs, TUNES, TUNES, 1)
    for name, variable in learner._mean.items():
        variable.assign(model.weights()[name])
    # Pitch and duration are free in TensorFlow; the vocabulary has only seven pairs of them.
    durations = len(events.durations)
    stepper = model._network.stepper(model.weights(), durations)
    heads = Heads(model.weights(), durations, np.arange(129, dtype=np.int32))
    total = 0.0
    for one in TUNES:
        state = stepper.start(1)
        integers, reals, pitches, lengths = tune_columns(one, events)
        for at in range(len(one)):
            rows = Rows(integers[at : at + 1], reals[at : at + 1])
            outputs, state = stepper.step(rows, state)
            pitch, duration = heads(outputs, rows)
            total -= float(np.log(pitch[0, pitches[at]] * duration[0, pitches[at], lengths[at]]))
    assert learner.validate() == pytest.approx(total / sum(map(len, TUNES)), abs=1e-5)


def test_an_event_attends_to_its_own_solo_only() -> None:
    """Two solos in one window of training, and one over several, have the outputs of each alone."""
    from jazzgram_plugins.models.notes.training import NoteTraining

    model, events = drawn("transformer"), Events.of(WORDS)
    solos = Inputs(events, model._index, model._traits)
    learner = NoteTraining(model._network, model.shapes, model._options, solos, TUNES, TUNES, 1)
    network = model._network
    w = {name: variable.numpy() for name, variable in learner._weights.items()}
    inputs = np.random.default_rng(2).normal(size=(16, 1, w["kernel_0"].shape[0])).astype(np.float32)
    carry = np.ones((16, 1, 1), np.float32)
    carry[[0, 6]] = 0

    def keep(values: Any, *_: object) -> Any:
        return values

    def run(first: int, end: int, state: object) -> tuple[np.ndarray, object]:
        outputs, state = network.forward(
            w, inputs[first:end], carry[first:end], state, keep, Products(np.matmul, np.matmul)
        )
        return outputs.numpy(), state

    whole, _ = run(0, 16, network.initial_state(1))
    begin, state = run(0, 9, network.initial_state(1))
    end, _ = run(9, 16, state)
    assert np.allclose(np.concatenate([begin, end]), whole, atol=1e-5)
    alone, _ = run(6, 16, network.initial_state(1))
    assert np.allclose(alone, whole[6:], atol=1e-5)


@every_model
def test_a_batch_is_stepped_as_each_row_alone_and_sums_to_one(kind: str) -> None:
    model = drawn(kind)
    together = predict_terms(model, TUNES)
    for one, (chances, _) in zip(TUNES, together, strict=True):
        ((alone, _),) = predict_terms(model, [one])
        assert np.array_equal(chances, alone), "to the last bit"
    _, probabilities = model.step(model.start(2), None, [TUNES[0].position(0), TUNES[1].position(0)])
    assert np.allclose(probabilities.sum(axis=1), 1) and (probabilities > 0).all()


def test_a_vocabulary_of_few_pitches_has_what_all_pitches_have() -> None:
    """Only intervals between its pitches are computed."""
    model, rng = drawn("note_lstm"), np.random.default_rng(3)
    durations, few = len(model._events.durations), np.array([60, 61, 65, 128], np.int32)
    outputs = rng.normal(size=(9, model._network.width)).astype(np.float32)
    integers, reals, *_ = tune_columns(TUNES[0], model._events)
    integers, reals = integers[:9], reals[:9]
    integers[:, :3] = rng.choice([-1, 60, 61, 65], (9, 3))
    rows = Rows(integers, reals)
    every, some = (
        np.multiply(
            *(
                part if part.ndim == 3 else part[..., None]
                for part in Heads(model.weights(), durations, choices)(outputs, rows)
            )
        )
        for choices in (np.arange(129, dtype=np.int32), few)
    )
    expected = every[:, few] / every[:, few].sum(axis=(1, 2), keepdims=True)
    assert np.allclose(some, expected, atol=1e-6)


def test_products_of_chords_are_forgotten_and_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from jazzgram_plugins.models.notes import inputs

    expected = predict_terms(drawn("note_lstm"), TUNES)
    monkeypatch.setattr(inputs, "_MOST_PRODUCTS", 2)
    for (before, _), (after, _) in zip(expected, predict_terms(drawn("note_lstm"), TUNES), strict=True):
        assert np.array_equal(before, after)


@every_model
def test_rows_of_states_go_on_together_as_each_would_alone(kind: str) -> None:
    """One solo has played two events, the other seven: more than the transformer remembers."""
    model, rows, expected = drawn(kind), [], []
    for one, events in zip(TUNES, (2, 7), strict=False):
        state, inputs = model.start(2), None
        for number in range(events):
            state, _ = model.step(state, inputs, [one.position(number)] * 2)
            inputs = np.repeat(one.tokens[number], 2)
        rows.append((state, 1))
        expected.append(model.step(state, inputs, [one.position(events)] * 2)[1][1])
    order = (1, 0, 1)
    gathered = model.gather([rows[index] for index in order])
    positions = [TUNES[index].position((2, 7)[index]) for index in order]
    fed = np.array([TUNES[index].tokens[(1, 6)[index]] for index in order])
    state, found = model.step(gathered, fed, positions)
    assert np.allclose(found, [expected[index] for index in order], atol=1e-6)
    assert np.allclose(model.step(state, fed, positions)[1].sum(axis=1), 1)


@every_model
def test_a_state_can_be_stepped_from_twice(kind: str) -> None:
    model = drawn(kind)
    state, _ = model.step(model.start(1), None, [TUNES[0].position(0)])
    first = model.step(state, np.array([2]), [TUNES[0].position(1)])[1]
    model.step(state, np.array([5]), [TUNES[0].position(2)])
    assert (model.step(state, np.array([2]), [TUNES[0].position(1)])[1] == first).all()


@pytest.mark.slow
@every_model
def test_a_training_that_is_broken_off_goes_on_to_the_same_end(kind: str, tmp_path: Path) -> None:
    data = Dataset(TUNES[:2], TUNES[2:])
    (tmp_path / "whole").mkdir()
    whole, losses = trained(kind, tmp_path / "whole", data, epochs=3)
    trained(kind, tmp_path, data, stop_after=2, epochs=3)
    resumed, again = trained(kind, tmp_path, data, epochs=3)
    assert again == losses
    for name, array in whole.weights().items():
        assert (resumed.weights()[name] == array).all(), name


@every_model
def test_a_repeated_figure_is_learned(kind: str, tmp_path: Path) -> None:
    figure = ids("60,0.500 64,0.500 67,0.500 R,0.500") * 8
    options: dict[str, Any] = {"epochs": 30, "dropout": 0.0, "learning_rate": 0.02, "units": 24, "layers": 1}
    model, losses = trained(kind, tmp_path, Dataset((tune(figure), tune(figure))), **options)
    chances, hits = predict_terms(model, [tune(figure)])[0]
    assert losses[-1] < losses[0] / 2
    assert hits[8:].all() and chances[8:].mean() > 0.5


@every_model
def test_weights_come_back_and_half_of_their_bits_are_enough(kind: str) -> None:
    model = drawn(kind)
    other = built(kind)
    other.load({name: array.astype(np.float16) for name, array in model.weights().items()})
    for (one, _), (two, _) in zip(predict_terms(model, TUNES), predict_terms(other, TUNES), strict=True):
        assert np.allclose(one, two, atol=5e-3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda weights: weights | {"more": np.zeros(1, np.float32)}, "the weights are"),
        (lambda weights: weights | {"pitch_bias": np.zeros(3, np.float32)}, r"float32 of shape \(129,\)"),
        (lambda weights: weights | {"pitch_bias": np.zeros(129, np.int64)}, "the weights pitch_bias are int64"),
    ],
)
@every_model
def test_foreign_weights_are_refused(kind: str, change: object, message: str) -> None:
    model = built(kind)
    weights = {name: np.zeros(shape, np.float32) for name, shape in model.shapes.items()}
    with pytest.raises(JazzgramError, match=message):
        model.load(change(weights))  # type: ignore[operator]


def test_what_cannot_be_trained_says_why(tmp_path: Path) -> None:
    with pytest.raises(JazzgramError, match="less than two terms"):
        built("note_lstm").fit(Dataset.of([]), 1, tmp_path / "checkpoint", print)
    with pytest.raises(JazzgramError, match="has no validation tunes; set"):
        built("note_lstm", patience=2).fit(Dataset(TUNES), 1, tmp_path / "checkpoint", print)
    with pytest.raises(JazzgramError, match="no weights yet"):
        built("note_lstm").start(1)


FOLDERS = [str(Path(__file__).parents[level]) for level in (0, 2)]
"""Where another process finds this module and what it imports from the tests."""

TRAIN_ELSEWHERE = """
import sys, json, pathlib
sys.path[:0] = {folders!r}
from test_note_models import TUNES, trained
from jazzgram import Dataset
from jazzgram.models import train_on
with train_on({devices!r}):
    model, losses = trained({kind!r}, pathlib.Path("."), Dataset(TUNES), window=3, epochs=3, dropout={dropout})
print(json.dumps([losses, [float(abs(array).sum()) for _, array in sorted(model.weights().items())]]))
"""


def elsewhere(folder: Path, kind: str, devices: str, dropout: float = 0.0, **environment: str) -> subprocess.Popen[str]:
    folder.mkdir(exist_ok=True)
    code = TRAIN_ELSEWHERE.format(folders=FOLDERS, kind=kind, devices=devices, dropout=dropout)
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=folder,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def result(training: subprocess.Popen[str]) -> tuple[list[float], list[float]]:
    out, err = training.communicate(timeout=200)
    assert training.returncode == 0, err[-2000:]
    losses, sums = json.loads(out)
    return losses, sums


@pytest.mark.timeout(300)
@pytest.mark.slow
def test_two_workers_train_as_one(tmp_path: Path) -> None:
    workers = [elsewhere(tmp_path / "shared", "transformer", "all", TF_CONFIG=task) for task in tasks(2)]
    first, second = map(result, workers)
    losses, sums = result(elsewhere(tmp_path / "alone", "transformer", "one"))
    assert first == second  # to the last bit
    assert len(losses) == 3
    np.testing.assert_allclose(first[0], losses, atol=1e-4)
    np.testing.assert_allclose(first[1], sums, rtol=1e-3)


@pytest.mark.slow
def test_all_devices_of_a_machine_with_one_train_as_one(tmp_path: Path) -> None:
    mirrored, alone = (
        result(elsewhere(tmp_path / devices, "note_lstm", devices, dropout=0.2)) for devices in ("all", "one")
    )
    np.testing.assert_allclose(mirrored[0], alone[0], atol=1e-4)


def test_units_that_heads_cannot_share() -> None:
    with pytest.raises(ValueError, match="10 units cannot be shared evenly by 4 heads"):
        transformer.Options(units=10, heads=4)


# --- labels ----------------------------------------------------------------------------------------------------------

KIDD, RAY = Labels("Kidd", "trumpet", "BEBOP", "up"), Labels("Ray", "trombone", "SWING", "slow")
LABELLED = replace(WORDS, labels=(KIDD, RAY))
FAST, SLOW = ids("64,0.500 65,0.500 " * 12), ids("64,1.000 " * 24)
PLAYERS = Dataset(tuple(replace(tune(tokens), labels=who) for tokens, who in ((FAST, KIDD), (SLOW, RAY)) * 4))
WHO = ("soloist", "instrument")


def labelled(kind: str, **options: object) -> NoteModel:
    plugin = PLUGINS[kind]
    own = {"memory": 5} if kind == "transformer" else {}
    settings = SMALL | own | {"labels": WHO, "label_units": 4} | options
    model = plugin.build_model(LABELLED, plugin.Options(**settings))
    assert isinstance(model, NoteModel)
    return model


@every_model
def test_numpy_steps_labels_as_tensorflow_trains_them(kind: str) -> None:
    from jazzgram_plugins.models.notes.training import NoteTraining

    model, rng = labelled(kind), np.random.default_rng(5)
    model.load({name: rng.normal(scale=0.3, size=shape).astype(np.float32) for name, shape in model.shapes.items()})
    tunes = [replace(one, labels=who) for one, who in zip(TUNES, (KIDD, RAY, Labels("Nobody")), strict=True)]
    inputs = Inputs(model._events, model._index, model._traits)
    learner = NoteTraining(model._network, model.shapes, model._options, inputs, tunes, tunes, 1)
    model.load(model.weights() | {TRAIT_TABLE: learner.weights()[TRAIT_TABLE]})
    for name, variable in learner._mean.items():
        variable.assign(model.weights()[name])
    durations = len(model._events.durations)
    stepper = model._network.stepper(model.weights(), durations)
    heads = Heads(model.weights(), durations, np.arange(129, dtype=np.int32))
    total = 0.0
    for one in tunes:
        state = stepper.start(1)
        integers, reals, pitches, lengths = tune_columns(one, model._events)
        for at in range(len(one)):
            rows = Rows(integers[at : at + 1], reals[at : at + 1], model._embedding(one.labels)[None])
            outputs, state = stepper.step(rows, state)
            pitch, duration = heads(outputs, rows)
            total -= float(np.log(pitch[0, pitches[at]] * duration[0, pitches[at], lengths[at]]))
    assert learner.validate() == pytest.approx(total / sum(map(len, tunes)), abs=1e-5)
    rows = model.weights()["label_embedding"][[0, 3]]
    traits = model._traits.find(model.weights()[TRAIT_TABLE], KIDD) @ model.weights()["trait_embedding"]
    assert np.allclose(model._embedding(KIDD), rows.sum(0) + traits), "a row for each soloist, then each instrument"
    assert not model._embedding(Labels("Nobody", "kazoo")).any(), "an unknown label is none"


@every_model
def test_who_plays_is_learned(kind: str, tmp_path: Path) -> None:
    """One plays eighths, the other quarters, both in every key."""
    model = labelled(kind, epochs=25, dropout=0.0, label_dropout=0.1, learning_rate=0.01)
    model.fit(PLAYERS, 1, tmp_path / "checkpoint", lambda epoch: None)
    where = Position(0, 0, 1920, CHORDS[0], CHORDS[1], tempo=200.0)
    eighths = WORDS.durations == 240

    def share(labels: Labels) -> float:
        return float(model.step(model.start(1), None, [replace(where, labels=labels)])[1][0, eighths].sum())

    assert share(KIDD) > share(Labels()) > share(RAY)
    assert share(Labels(instrument="trumpet")) > share(Labels(instrument="trombone")), "any subset can be asked for"


@every_model
def test_bfloat16_learns_what_float32_learns(kind: str, tmp_path: Path) -> None:
    data = Dataset(TUNES * 4)
    options: dict[str, Any] = {"epochs": 12, "dropout": 0.0, "learning_rate": 0.01}
    for name in ("exact", "rough"):
        (tmp_path / name).mkdir()
    _, exact = trained(kind, tmp_path / "exact", data, **options)
    _, rough = trained(kind, tmp_path / "rough", data, precision="bfloat16", **options)
    assert rough != exact
    assert rough[-1] == pytest.approx(exact[-1], rel=0.05) and rough[-1] < exact[0] * 0.8


def test_without_labels_a_network_is_what_it_was() -> None:
    assert labelled("note_lstm", labels=()).shapes == built("note_lstm").shapes
    assert labelled("note_lstm", labels=()).label_kinds == ()


def test_labels_are_withheld_all_at_once_or_one_by_one() -> None:
    index = LabelIndex(LABELLED, WHO)
    rng = Random(1)
    drawn = [tuple(index.dropped(index.of(KIDD), 0.25, rng).tolist()) for _ in range(4000)]
    share = {labels: drawn.count(labels) / 4000 for labels in set(drawn)}
    assert share[0, 3] == pytest.approx(0.75**3, abs=0.03), "both are left"
    assert share[4, 4] == pytest.approx(0.25 + 0.75 / 16, abs=0.03), "neither"
    assert set(share) == {(0, 3), (4, 4), (0, 4), (4, 3)}


def test_an_asked_class_of_tempo_wins_over_the_performance() -> None:
    def tempo_input(position: Position) -> float:
        return float(position_columns(position)[1][2])

    plain = Position(0, 0, 1920, None, None, tempo=60.0)
    assert tempo_input(replace(plain, labels=Labels(tempo="up"))) > 0 > tempo_input(plain)
    assert tempo_input(replace(plain, labels=Labels(tempo="medium slow"))) == tempo_input(plain), "its own class"
