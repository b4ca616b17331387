"""The LSTM learns a corpus by heart, repeats itself to the bit, and steps in NumPy as it does in Keras."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.models.lstm import Lstm, Options, build_model
from pydantic import ValidationError

from jazzgram import Dataset, Epoch, Grammar, JazzgramError, Term, Vocabulary, parse_terms
from jazzgram.hooks.token_model import Weights
from jazzgram.models import NO_INPUT, LstmCell, LstmState, draw_starts, load_model, save_model, softmax, window_pairs

# --- windows ---------------------------------------------------------------------------------------------------------


def test_a_window_begins_without_input_and_its_targets_are_one_term_ahead() -> None:
    corpus = np.array([10, 11, 12, 13, 14, 15])
    inputs, targets = window_pairs(corpus, np.array([0, 2]), 4)
    assert inputs.tolist() == [[NO_INPUT, 11, 12], [NO_INPUT, 13, 14]]
    assert targets.tolist() == [[11, 12, 13], [13, 14, 15]]
    assert corpus.tolist() == [10, 11, 12, 13, 14, 15]


def test_windows_start_anywhere_they_fit() -> None:
    starts = draw_starts(8, 5, 400, Random(1))
    assert set(starts.tolist()) == {0, 1, 2, 3}
    assert starts.tolist() == draw_starts(8, 5, 400, Random(1)).tolist()


@pytest.mark.parametrize(
    ("length", "message"),
    [
        (29, "a corpus of 29 terms is too short .* needs 30; set the model's option window to 29 or less, or take a"),
        (1, "a corpus of 1 term is too short .* needs 30; take a longer corpus"),
        (0, "a corpus of 0 terms is too short .* needs 30; take a longer corpus"),
    ],
)
def test_a_corpus_shorter_than_one_window(length: int, message: str, tmp_path: Path) -> None:
    model = build_model(invented(3, 8)[0], Options(window=30))
    with pytest.raises(JazzgramError, match=message):
        model.fit(Dataset.of([0] * length), 1, tmp_path / "checkpoint", print)
    assert not list(tmp_path.iterdir())


# --- stepping --------------------------------------------------------------------------------------------------------


def textbook(weights: Weights, state: LstmState, x: np.ndarray[Any, Any]) -> tuple[Any, Any]:
    """Return h' and c' gate by gate, in float64."""

    def sigmoid(z: Any) -> Any:
        return 1 / (1 + np.exp(-z))

    z = x @ weights["kernel"] + state.hidden @ weights["recurrent_kernel"].astype(np.float64) + weights["bias"]
    i, f, g, o = np.split(z, 4, axis=1)
    cell = sigmoid(f) * state.cell + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(cell), cell


@settings(max_examples=25, deadline=None)
@given(inputs=st.integers(1, 9), units=st.integers(1, 9), batch=st.integers(0, 6), seed=st.integers(0, 2**32 - 1))
def test_a_step_follows_the_equations(inputs: int, units: int, batch: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = {"kernel": (inputs, 4 * units), "recurrent_kernel": (units, 4 * units), "bias": (4 * units,)}
    weights = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    cell = LstmCell(**weights)
    state = LstmState(*rng.normal(size=(2, batch, units)).astype(np.float32))
    ids = rng.integers(0, inputs, batch)
    spread = rng.random((batch, inputs))
    for short, x in ((ids, np.eye(inputs)[ids]), (None, np.zeros((batch, inputs))), (spread, spread)):
        before = state.hidden.copy(), state.cell.copy()
        after = cell.step(state, short)
        hidden, cell_state = textbook(weights, state, x)
        np.testing.assert_allclose(after.hidden, hidden, atol=2e-6)
        np.testing.assert_allclose(after.cell, cell_state, atol=5e-6)
        assert (state.hidden == before[0]).all() and (state.cell == before[1]).all()


def test_extreme_weights_saturate_without_a_warning() -> None:
    cell = LstmCell(np.full((1, 4), -1e30), np.full((1, 4), 1e30), np.zeros(4))
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        state = cell.step(cell.start(1), np.array([0]))
        assert state.hidden.tolist() == [[0.0]]
        assert softmax(np.array([[1e30, 0.0, -1e30]])).tolist() == [[1.0, 0.0, 0.0]]


# --- the model -------------------------------------------------------------------------------------------------------


def invented(kinds: int, length: int) -> tuple[Vocabulary, np.ndarray[Any, np.dtype[np.int64]]]:
    """Make up a corpus of so many terms, each of `kinds` at least once if it is long enough."""
    rng = Random(5)
    terms = tuple(Term("C", 60 + 10 * number) for number in range(kinds))
    line = [*terms, *(rng.choice(terms) for _ in range(length - kinds))]
    rng.shuffle(line)
    vocabulary = Vocabulary.of((tuple(line),))
    return vocabulary, vocabulary.encode(line)


def metheny(shared: Path) -> tuple[Vocabulary, np.ndarray[Any, np.dtype[np.int64]]]:
    bars = json.loads((shared / "reference" / "metheny.json").read_text())["grammars"]
    grammar: Grammar = tuple(map(parse_terms, bars))
    vocabulary = Vocabulary.of(grammar)
    return vocabulary, vocabulary.encode(term for bar in grammar for term in bar)


def random_weights(vocabulary: Vocabulary, options: Options) -> Weights:
    rng = np.random.default_rng(3)
    terms, units = len(vocabulary), options.units
    inputs = options.embedding if options.input == "embedding" else terms
    shapes = {
        **({"embedding": (terms, inputs)} if options.input == "embedding" else {}),
        "kernel": (inputs, 4 * units),
        "recurrent_kernel": (units, 4 * units),
        "bias": (4 * units,),
        "output_kernel": (units, terms),
        "output_bias": (terms,),
    }
    return {name: rng.normal(scale=0.7, size=shape).astype(np.float32) for name, shape in shapes.items()}


def loaded(kinds: int, **options: Any) -> Lstm:
    vocabulary, chosen = invented(kinds, kinds)[0], Options(**options)
    model = Lstm(vocabulary, chosen)
    model.load(random_weights(vocabulary, chosen))
    return model


def test_the_batch_does_not_matter_to_the_last_bit() -> None:
    model, rng = loaded(78), np.random.default_rng(1)
    together = model.start(50)
    alone = [model.start(1) for _ in range(50)]
    for step in range(6):
        inputs = rng.random((50, 78)) if step % 2 else rng.integers(0, 78, 50)
        together, probabilities = model.step(together, inputs, ())
        for row in range(50):
            alone[row], own = model.step(alone[row], inputs[row : row + 1], ())
            assert own.tobytes() == probabilities[row : row + 1].tobytes()
    assert probabilities.dtype == np.float64
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)


def test_one_hot_weights_and_silence_are_what_they_stand_for() -> None:
    model = loaded(5, units=4, input="embedding", embedding=3)
    state, _ = model.step(model.start(2), np.array([3, 0]), ())
    for short, long in ((np.array([1, 4]), np.eye(5)[[1, 4]]), (None, np.zeros((2, 5)))):
        np.testing.assert_allclose(model.step(state, short, ())[1], model.step(state, long, ())[1], atol=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kernel": np.zeros((5, 8), np.float32)}, r"kernel are float32 of shape \(5, 8\).* 5 terms .* \(5, 16\)"),
        ({"bias": np.zeros(16)}, r"bias are float64 of shape \(16,\).* need float32"),
        ({"gamma": np.zeros(1)}, r"the weights are \['bias', 'gamma'.* an lstm with these options has \['bias', 'k"),
    ],
)
def test_weights_that_do_not_fit(change: Weights, message: str) -> None:
    model = loaded(5, units=4)
    with pytest.raises(JazzgramError, match=message):
        model.load(model.weights() | change)


def test_a_model_without_weights_says_so() -> None:
    model = build_model(invented(3, 3)[0], Options())
    for use in (model.weights, lambda: model.start(1)):
        with pytest.raises(JazzgramError, match="no weights yet: train it, or load a trained one"):
            use()


@pytest.mark.parametrize(
    "wrong",
    [{"units": 0}, {"window": 1}, {"epochs": 0}, {"batch": 0}, {"learning_rate": 0}, {"decay": -1}, {"input": "sound"}],
)
def test_options_have_bounds(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="Input should be"):
        Options(**wrong)


def test_a_stored_model_plays_without_a_training_library(tmp_path: Path) -> None:
    model = loaded(6, units=4)
    save_model(tmp_path / "model", weights=model.weights(), vocabulary=invented(6, 6)[0], manifest={})
    code = (
        "import sys, pathlib, numpy as np\n"
        "from jazzgram.models import load_model\n"
        "from jazzgram_plugins.models.lstm import Options, build_model\n"
        "stored = load_model(pathlib.Path('model'))\n"
        "model = build_model(stored.vocabulary, Options(units=4))\n"
        "model.load(stored.weights)\n"
        "state, first = model.step(model.start(2), None, ())\n"
        "state, second = model.step(state, np.array([1, 5]), ())\n"
        "print(second.tobytes().hex())\n"
        "assert not {'tensorflow', 'keras', 'music21'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    state, _ = model.step(model.start(2), None, ())
    assert done.stdout.strip() == model.step(state, np.array([1, 5]), ())[1].tobytes().hex()
    assert load_model(tmp_path / "model").weights.keys() == model.weights().keys()


# --- training: from here on TensorFlow is imported -------------------------------------------------------------------

SMALL: dict[str, Any] = {"units": 6, "window": 8, "examples": 10, "epochs": 6, "batch": 4}


def train(
    checkpoint: Path, seed: int = 1, stop_after: int | None = None, **options: Any
) -> tuple[Lstm, list[tuple[int, float, float]]]:
    """Train on an invented corpus; press Ctrl-C after so many epochs."""
    vocabulary, tokens = invented(7, 40)
    model = Lstm(vocabulary, Options(**SMALL | options))
    history = []

    def report(epoch: Epoch) -> None:
        history.append((epoch.number, epoch.loss, epoch.accuracy))
        assert epoch.of == (SMALL | options)["epochs"] and checkpoint.exists()
        if epoch.number == stop_after:
            raise KeyboardInterrupt

    try:
        model.fit(Dataset.of(tokens.tolist()), seed, checkpoint, report)
    except KeyboardInterrupt:
        assert stop_after is not None
    return model, history


def bits(weights: Weights) -> str:
    return hashlib.sha256(b"".join(weights[name].tobytes() for name in sorted(weights))).hexdigest()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lstm, list[tuple[int, float, float]]]:
    """A training with seed 1 that nothing interrupted."""
    return train(tmp_path_factory.mktemp("whole") / "checkpoint")


def test_training_that_was_interrupted_ends_the_same(
    whole: tuple[Lstm, list[tuple[int, float, float]]], tmp_path: Path
) -> None:
    train(tmp_path / "checkpoint", stop_after=2)
    train(tmp_path / "checkpoint", stop_after=5)
    parts, resumed = train(tmp_path / "checkpoint")
    assert resumed == whole[1] and [number for number, *_ in resumed] == [1, 2, 3, 4, 5, 6]
    assert bits(parts.weights()) == bits(whole[0].weights())
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint"]
    again, reported = train(tmp_path / "checkpoint")
    assert reported == resumed and bits(again.weights()) == bits(parts.weights())


def test_embedded_training_that_was_interrupted_ends_the_same(tmp_path: Path) -> None:
    embedded: dict[str, Any] = {"input": "embedding", "embedding": 3, "batch": None, "epochs": 2}
    once, _ = train(tmp_path / "once", **embedded)
    train(tmp_path / "parts", stop_after=1, **embedded)
    parts, _ = train(tmp_path / "parts", **embedded)
    assert bits(parts.weights()) == bits(once.weights())


def test_another_seed_trains_other_weights(whole: tuple[Lstm, Any], tmp_path: Path) -> None:
    other, _ = train(tmp_path / "checkpoint", seed=-2)
    for name, array in whole[0].weights().items():
        assert (array != other.weights()[name]).any(), name


def test_a_checkpoint_of_another_seed_is_not_taken(tmp_path: Path) -> None:
    train(tmp_path / "checkpoint", stop_after=1)
    with pytest.raises(JazzgramError, match="delete it to train from the start"):
        train(tmp_path / "checkpoint", seed=2)


@pytest.mark.parametrize("options", [{"window": 2, "examples": 1}, {"window": 40, "batch": 100}, {"units": 1}])
def test_small_trainings(tmp_path: Path, options: dict[str, Any]) -> None:
    _, history = train(tmp_path / "checkpoint", epochs=1, **options)
    steps = (SMALL | options)["window"] - 1
    assert history[0][1] == pytest.approx(steps * np.log(7), rel=0.15)


TRAIN_ELSEWHERE = """
import sys, pathlib
sys.path.insert(0, {folder!r})
from test_lstm import bits, train
model, _ = train(pathlib.Path("checkpoint"), epochs={epochs})
print(bits(model.weights()))
"""


def elsewhere(epochs: int) -> list[str]:
    return [sys.executable, "-c", TRAIN_ELSEWHERE.format(folder=str(Path(__file__).parent), epochs=epochs)]


def test_another_process_trains_the_same_weights_without_noise(whole: tuple[Lstm, Any], tmp_path: Path) -> None:
    done = subprocess.run(elsewhere(6), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == bits(whole[0].weights())
    assert done.stderr == ""


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_training_that_was_killed_goes_on(tmp_path: Path, how: signal.Signals) -> None:
    checkpoint = tmp_path / "checkpoint"
    with subprocess.Popen(
        elsewhere(300),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Whoever runs the tests in the background has them ignore Ctrl-C, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as training:
        while training.poll() is None and not checkpoint.exists():
            time.sleep(0.01)
        training.send_signal(how)
        training.communicate()
    assert training.returncode != 0
    resumed, _ = train(checkpoint, epochs=300)
    assert bits(resumed.weights()) == bits(train(tmp_path / "whole", epochs=300)[0].weights())


@pytest.mark.parametrize("options", [{}, {"input": "embedding", "embedding": 9}])
def test_numpy_steps_as_keras_does(options: dict[str, Any]) -> None:
    import keras

    terms, steps, batch = 40, 25, 3
    model = loaded(terms, units=16, **options)
    weights = model.weights()
    layers: list[Any] = [keras.Input((steps, terms))]
    if "embedding" in weights:
        layers.append(keras.layers.Dense(9, use_bias=False))
    layers += [keras.layers.LSTM(16, return_sequences=True), keras.layers.Dense(terms, activation="softmax")]
    reference = keras.Sequential(layers)
    reference.set_weights(list(weights.values()))

    rng = np.random.default_rng(2)
    ids = rng.integers(0, terms, (batch, steps))
    spread = rng.dirichlet(np.ones(terms), (batch, steps))
    for inputs, vectors in ((ids, np.eye(terms)[ids]), (spread, spread)):
        vectors[:, 0] = 0  # no input before the first term
        expected = reference.predict(vectors.astype(np.float32), verbose=0)
        state = model.start(batch)
        for step in range(steps):
            state, probabilities = model.step(state, inputs[:, step] if step else None, ())
            np.testing.assert_allclose(probabilities, expected[:, step], atol=1e-5)


def test_training_is_the_course_s(tmp_path: Path) -> None:
    """Three updates equal the course's: a last step with an all-zero target, and the decay worked out by hand."""
    import keras

    window, terms, rate, decay = SMALL["window"], 7, 0.02, 0.5
    # With steps of no size the weights stay as they were drawn, whatever the rate.
    begun, _ = train(tmp_path / "begun", epochs=1, batch=None, learning_rate=1e-30)
    ended, history = train(tmp_path / "ended", epochs=3, batch=None, learning_rate=rate, decay=decay)

    _, tokens = invented(7, 40)
    starts = draw_starts(len(tokens), window, SMALL["examples"], Random("1/lstm/windows"))
    x = np.zeros((len(starts), window, terms), np.float32)
    y = np.zeros((len(starts), window, terms), np.float32)
    for example, start in enumerate(starts):
        for step in range(1, window):
            x[example, step, tokens[start + step]] = 1
            y[example, step - 1, tokens[start + step]] = 1
    course = keras.Sequential(
        [
            keras.Input((window, terms)),
            keras.layers.LSTM(SMALL["units"], return_sequences=True),
            keras.layers.Dense(terms, activation="softmax"),
        ]
    )
    course.set_weights(list(begun.weights().values()))

    def summed(true: Any, predicted: Any) -> Any:
        # Written out: keras.losses.categorical_crossentropy takes a short cut after a softmax whose gradient is
        # wrong for targets that do not sum to 1.
        return -keras.ops.sum(true * keras.ops.log(predicted), axis=(1, 2))

    course.compile(optimizer=keras.optimizers.Adam(rate), loss=summed)
    losses = []
    for update in range(3):
        course.optimizer.learning_rate = rate / (1 + decay * update)
        losses.append(float(course.train_on_batch(x, y)))
    assert losses == pytest.approx([loss for _, loss, _ in history], rel=1e-5)
    for mine, theirs in zip(ended.weights().values(), course.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)


@pytest.mark.parametrize("corpus", ["metheny", "invented"])
def test_the_course_s_settings_learn_the_corpus_by_heart(
    corpus: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The course reports a loss from 125.9 down to 5.76, and every term right from the fifth on."""
    vocabulary, tokens = metheny(request.getfixturevalue("shared")) if corpus == "metheny" else invented(78, 193)
    assert (len(tokens), len(vocabulary)) == (193, 78)
    model = Lstm(vocabulary, Options())
    history: list[Epoch] = []
    model.fit(Dataset.of(tokens.tolist()), 1, tmp_path / "checkpoint", history.append)
    assert history[0].loss == pytest.approx(125.9, abs=0.6)
    assert len(history) == 100 and history[-1].loss <= 8

    inputs, targets = window_pairs(tokens, draw_starts(193, 30, 60, Random("1/lstm/windows")), 30)
    state, right, loss = model.start(60), [], 0.0
    for step in range(29):
        state, probabilities = model.step(state, inputs[:, step] if step else None, ())
        right.append(float((probabilities.argmax(axis=1) == targets[:, step]).mean()))
        loss -= float(np.log(probabilities[range(60), targets[:, step]]).mean())
    assert right[4:] == [1.0] * 25
    assert np.mean(right) == pytest.approx(history[-1].accuracy, abs=0.01)
    assert loss == pytest.approx(history[-1].loss, rel=0.02)
