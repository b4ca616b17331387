"""The LSTM that is conditioned on the harmony: it learns whole tunes, stops early, and trains anywhere."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jazzgram_plugins.models.lstm import Lstm, Options
from jazzgram_plugins.models.lstm.training import LstmTraining
from pydantic import ValidationError
from workers import tasks

from jazzgram import Chord, Dataset, Epoch, JazzgramError, Position, Term, TokenTune, Vocabulary, Weights
from jazzgram.models import is_chief, train_on

KINDS = 5
VOCABULARY = Vocabulary(tuple(Term("C", 60 + 10 * number) for number in range(KINDS)))
CHORDS = (Chord((60, 64, 67), 0, 0, "C"), Chord((67, 71, 74, 77), 0, 0, "G7"))
EVERYTHING = ("chord", "next_chord", "position", "form")


def tune(seed: int, length: int) -> TokenTune:
    """Make up a tune in quarter notes: over C its terms are 0 to 2, over G7 they are 3 and 4; a chord is two long."""
    rng = np.random.default_rng(seed)
    beats = np.arange(length, dtype=np.int32)
    chord = beats // 2 % 2
    tokens = np.where(chord == 0, rng.integers(0, 3, length), rng.integers(3, KINDS, length))
    onset = beats % 4 * 480
    until = (2 - beats % 2) * 480
    return TokenTune(tokens, beats // 4, onset, 1920 - onset, until, chord, 1 - chord, CHORDS, -(-length // 4))


DATA = Dataset(tuple(tune(seed, length) for seed, length in enumerate((40, 3, 25, 1))), (tune(9, 30), tune(8, 5)))
WHOLE: dict[str, Any] = {"units": 7, "window": 8, "examples": None, "epochs": 4, "batch": 2, "learning_rate": 0.02}


def bits(weights: Weights) -> str:
    return hashlib.sha256(b"".join(weights[name].tobytes() for name in sorted(weights))).hexdigest()


def train(
    checkpoint: Path, *, data: Dataset = DATA, stop_after: int | None = None, **options: Any
) -> tuple[Lstm, list[Epoch]]:
    """Train; press Ctrl-C after so many epochs."""
    model, history = Lstm(VOCABULARY, Options(**WHOLE | options)), []

    def report(epoch: Epoch) -> None:
        history.append(epoch)
        if epoch.number == stop_after:
            raise KeyboardInterrupt

    try:
        model.fit(data, 1, checkpoint, report)
    except KeyboardInterrupt:
        assert stop_after is not None
    return model, history


def nats(model: Lstm, one: TokenTune) -> list[float]:
    """Step through a tune; give the surprise of each term."""
    state, inputs, surprises = model.start(1), None, []
    for number, token in enumerate(one.tokens.tolist()):
        state, probabilities = model.step(state, inputs, [one.position(number)])
        inputs = np.array([token])
        surprises.append(-float(np.log(probabilities[0, token])))
    return surprises


# --- without a training library --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [{"condition": ["drums"]}, {"condition": ["form", "form"]}, {"dropout": 1}, {"clip": 0}, {"factored": True}],
)
def test_options_have_bounds(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Options(**wrong)


def loaded(**options: Any) -> Lstm:
    model, rng = Lstm(VOCABULARY, Options(units=4, **options)), np.random.default_rng(2)
    model.load({name: rng.normal(size=shape).astype(np.float32) for name, shape in model._shapes().items()})
    return model


def test_what_it_is_conditioned_on_decides_what_is_likely() -> None:
    over_c, over_g = (Position(0, 0, 1920, chord, None) for chord in CHORDS)
    plain, conditioned = loaded(), loaded(condition=["chord"])
    for model, same in ((plain, True), (conditioned, False)):
        rows = model.step(model.start(2), None, [over_c, over_g])[1]
        assert (rows[0] == rows[1]).all() == same
    assert conditioned.weights()["kernel"].shape == (KINDS + 24, 16)


def test_an_unknown_term_is_no_input() -> None:
    model = loaded(condition=["form"], layers=2, input="embedding", embedding=3)
    positions = [Position(3, 0, 1920, None, None)] * 2
    state, _ = model.step(model.start(2), np.array([2, 2]), positions)
    rows = model.step(state, np.array([-1, 4]), positions)[1]
    assert (rows[0] == model.step(state, None, positions)[1][0]).all() and (rows[0] != rows[1]).any()


def test_weights_of_other_options_are_refused() -> None:
    with pytest.raises(
        JazzgramError, match=r"kernel are float32 of shape \(29, 16\); .* need float32 of shape \(5, 16"
    ):
        loaded().load(loaded(condition=["chord"]).weights())


def test_patience_needs_validation_tunes(tmp_path: Path) -> None:
    with pytest.raises(JazzgramError, match="no validation tunes; set"):
        train(tmp_path / "checkpoint", data=Dataset(DATA.train), patience=1)


@pytest.mark.parametrize(
    "broken", ["{", "{}", '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}']
)
def test_a_broken_cluster_is_named(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CONFIG", broken)
    assert is_chief()  # one device: nobody reads it
    with train_on("all"), pytest.raises(JazzgramError, match=r'TF_CONFIG: got .* expected JSON such as {"cluster"'):
        is_chief()


# --- training: from here on TensorFlow is imported -------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"condition": EVERYTHING, "input": "embedding", "embedding": 3, "factored": True, "layers": 2},
        {"condition": ["next_chord"], "examples": 6},
    ],
)
def test_numpy_steps_as_training_does(options: dict[str, Any], tmp_path: Path) -> None:
    """Teacher-forced in windows as long as the tunes, the network's validation loss is that of the NumPy steps."""
    window = 40
    model, history = train(tmp_path / "checkpoint", epochs=2, **options | {"window": window, "dropout": 0.2})
    surprises = [surprise for one in DATA.validation for surprise in nats(model, one)]
    scale = window - 1 if "examples" in options else 1
    assert history[-1].validation == pytest.approx(scale * np.mean(surprises), abs=scale * 1e-5)
    training = LstmTraining(VOCABULARY, model._shapes(), model._options, DATA, 1)
    network = training._network
    state = network.state() | model.weights()  # which have the factors' vectors in them
    network.restore({name: array * (not name.endswith("_factors")) for name, array in state.items()})
    (batch,) = [batch for batch in training._validation if len(batch.targets[0]) == 30]
    logits = network._logits(batch.inputs, batch.conditions, training=False).numpy()[0].astype(np.float64)
    theirs = np.log(np.exp(logits).sum(axis=1)) - logits[range(30), batch.targets[0]]
    np.testing.assert_allclose(np.exp(-np.array(nats(model, DATA.validation[0]))), np.exp(-theirs), atol=1e-5)


def test_a_term_that_never_occurred_is_learned_by_its_factors(tmp_path: Path) -> None:
    """Each bar begins with a short note and goes on with long ones; of the kinds C and S, S was never long."""
    vocabulary = Vocabulary(tuple(Term(kind, duration) for kind in "CS" for duration in (240, 480)))
    data = Dataset.of([0 if beat % 4 == 0 else 1 for beat in range(80)], [2])
    shares = []
    for factored in (False, True):
        options = {"input": "embedding", "embedding": 4, "factored": factored, "condition": ["position"]}
        model = Lstm(vocabulary, Options(**WHOLE | options | {"epochs": 8}))
        model.fit(data, 1, tmp_path / f"{factored}", print)
        state, _ = model.step(model.start(1), None, [Position(0, 0, 1920, None, None)])
        row = model.step(state, np.array([0]), [Position(0, 480, 1440, None, None)])[1][0]
        shares.append(row[3] / row[2:].sum())  # of the kind S, the long one
    assert shares[0] < 0.6 and shares[1] > 0.8


def test_conditioned_on_the_chord_it_learns_what_fits_it(tmp_path: Path) -> None:
    """Over C one of three terms, over G7 one of two: (log 3 + log 2) / 2 nats is all that cannot be known."""
    least = (np.log(3) + np.log(2)) / 2
    long = Dataset((tune(0, 600),), (tune(1, 200),))  # too long to be learned by heart
    model, history = train(tmp_path / "checkpoint", data=long, condition=["chord"], epochs=4)
    assert history[-1].validation == pytest.approx(least, abs=0.05)
    rows = model.step(model.start(2), None, [Position(0, 0, 1920, chord, None) for chord in CHORDS])[1]
    assert rows[0, :3].sum() > 0.9 and rows[1, 3:].sum() > 0.9


EVERY_OPTION: dict[str, Any] = {
    "condition": EVERYTHING,
    "dropout": 0.3,
    "clip": 0.5,
    "patience": 3,
    "factored": True,
    "input": "embedding",
    "embedding": 3,
    "epochs": 3,
}


def test_whole_corpus_training_that_was_interrupted_ends_the_same(tmp_path: Path) -> None:
    once, history = train(tmp_path / "once", **EVERY_OPTION)
    train(tmp_path / "parts", stop_after=1, **EVERY_OPTION)
    parts, resumed = train(tmp_path / "parts", **EVERY_OPTION)
    assert resumed == history and bits(parts.weights()) == bits(once.weights())
    assert bits(train(tmp_path / "seed", **EVERY_OPTION | {"dropout": 0.2})[0].weights()) != bits(once.weights())


def test_it_stops_early_and_takes_the_best(tmp_path: Path) -> None:
    """At this rate a handful of terms is soon learned by heart, and the validation loss rises."""
    rushed: dict[str, Any] = {"epochs": 60, "learning_rate": 0.3, "decay": 0.0, "units": 30}
    model, history = train(tmp_path / "checkpoint", patience=4, **rushed)
    validation = [epoch.validation for epoch in history if epoch.validation is not None]
    assert len(validation) == len(history) < 60 and history[-1].of == 60
    assert validation.index(min(validation)) == len(validation) - 5
    shapes = {name: array.shape for name, array in model.weights().items()}
    restored = LstmTraining(VOCABULARY, shapes, Options(**WHOLE | rushed), DATA, 1)
    restored.restore(restored.state() | model.weights())
    assert restored.validate() == min(validation)
    again, reported = train(tmp_path / "checkpoint", patience=4, **rushed)
    assert reported == history and bits(again.weights()) == bits(model.weights())


def test_a_checkpoint_of_other_positions_is_not_taken(tmp_path: Path) -> None:
    train(tmp_path / "checkpoint", stop_after=1, condition=["chord"])
    moved = Dataset((tune(0, 40), tune(1, 3), tune(2, 25), tune(3, 1)), (tune(9, 30), tune(8, 6)))
    with pytest.raises(JazzgramError, match="delete it to train from the start"):
        train(tmp_path / "checkpoint", data=moved, condition=["chord"])


FOLDERS = [str(Path(__file__).parents[level]) for level in (0, 2)]
"""Where another process finds this module and what it imports from the tests."""

TRAIN_ELSEWHERE = """
import sys, json, pathlib
sys.path[:0] = {folders!r}
from test_lstm_conditions import bits, train
from jazzgram.models import train_on
with train_on({devices!r}):
    model, history = train(pathlib.Path("checkpoint"), **json.loads(sys.argv[1]))
print(json.dumps([[epoch.loss, epoch.accuracy, epoch.validation] for epoch in history]), bits(model.weights()))
"""


def elsewhere(folder: Path, devices: str, options: dict[str, Any], **environment: str) -> subprocess.Popen[str]:
    folder.mkdir(exist_ok=True)
    code = TRAIN_ELSEWHERE.format(folders=FOLDERS, devices=devices)
    return subprocess.Popen(
        [sys.executable, "-c", code, json.dumps(options)],
        cwd=folder,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def result(training: subprocess.Popen[str]) -> tuple[list[list[float]], str]:
    out, err = training.communicate(timeout=110)
    assert training.returncode == 0, err[-2000:]
    history, weights = out.rsplit(" ", 1)
    return json.loads(history), weights


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        # 10 windows in batches of 3: the last one has a single window, which only one of two workers gets.
        {"examples": 10, "batch": 3, "epochs": 3},
        {
            "condition": EVERYTHING,
            "clip": 0.5,
            "input": "embedding",
            "embedding": 3,
            "factored": True,
            "epochs": 3,
            "patience": 2,
        },
    ],
)
def test_two_workers_train_as_one(tmp_path: Path, options: dict[str, Any]) -> None:
    workers = [elsewhere(tmp_path / "shared", "all", options, TF_CONFIG=task) for task in tasks(2)]
    first, second = map(result, workers)
    alone, _ = result(elsewhere(tmp_path / "alone", "one", options))
    assert first == second  # to the last bit
    assert len(alone) == 3
    np.testing.assert_allclose(first[0], alone, atol=1e-4)


@pytest.mark.slow
def test_all_devices_of_a_machine_with_one_train_as_one(tmp_path: Path) -> None:
    options = {"condition": EVERYTHING, "clip": 0.5, "dropout": 0.2, "epochs": 2}
    mirrored, alone = (result(elsewhere(tmp_path / devices, devices, options)) for devices in ("all", "one"))
    np.testing.assert_allclose(mirrored[0], alone[0], atol=1e-4)
