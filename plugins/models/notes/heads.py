"""What every network over notes ends with: its heads for pitch and duration, in NumPy.

Training computes the same heads in TensorFlow, from the same rows and indices (`heads_tensorflow`).
"""

from __future__ import annotations

import numpy as np

from jazzgram import Weights
from jazzgram.models import rows_times, softmax
from jazzgram.music import Float32s, Int32s

from .ahead import ahead_buckets
from .columns import CHORD_FLAGS, COLUMN, INTERVALS, PITCHES, REST
from .inputs import NO_DEGREE, NO_INTERVAL, NO_REPEAT, RUNS, LabelProducts, Rows, interval_indices

EMBEDDINGS = ("pitch_embedding", "interval_embedding", "degree_embedding", "repeat_embedding")
"""The tables in which the duration head looks a pitch up, in the order of `Rows.embedding_indices`."""
LABEL_EMBEDDING = "label_embedding"
"""A row for each label of `LabelIndex`; the sum of a solo's rows is input of the network and of the heads."""
TRAIT_EMBEDDING = "trait_embedding"
"""A row for each input of `traits`; times the inputs they are added to the labels' rows."""
AHEAD_HEAD, AHEAD_BIAS = "ahead_interval", "ahead_interval_bias"
"""The head for the interval from the first note ahead, of a network that is trained to fill gaps; its bias depends on
the time until that note."""
TRAIT_TABLE = "traits"
"""What `TraitTable` measured: part of the weights, but not trained."""
_INITIAL = {"duration": 0.05, LABEL_EMBEDDING: 1.0, TRAIT_EMBEDDING: 0.5}
_LOOKED_UP = [COLUMN[name] for name in ("last", "before_last", "root", "next_root")]
"""What the columns of the network's outputs that make a pitch's logit depend on."""
_OF_DURATION = [COLUMN[name] for name in ("last", "root", "interval_run", "repeat_duration", "duration_run")]
"""What a duration's logit depends on besides the network's outputs."""


def head_shapes(width: int, hidden: int, durations: int) -> dict[str, tuple[int, ...]]:
    """Return the names of the heads' parameters with their shapes, in the order in which they are drawn.

    Parameters
    ----------
    width : int
        Number of the network's outputs.
    hidden : int
        Units of the duration head's hidden layer.
    durations : int
        Number of distinct durations.
    """
    return {
        "pitch": (width, PITCHES + 1),
        "pitch_bias": (PITCHES + 1,),
        "interval": (width, NO_INTERVAL),
        "interval_bias": (NO_INTERVAL,),
        "second_interval": (width, NO_INTERVAL),
        "degree": (width, 24),
        "degree_bias": (24,),
        "chord_tone": (width, 2),
        "chord_tone_bias": (2,),
        "repeat": (width, 1),
        "repeat_bias": (RUNS,),
        "hidden": (width, hidden),
        "hidden_bias": (hidden,),
        "pitch_embedding": (PITCHES + 1, hidden),
        "interval_embedding": (INTERVALS + 1, hidden),
        "degree_embedding": (NO_DEGREE + 1, hidden),
        "repeat_embedding": (NO_REPEAT + 1, hidden),
        "duration": (hidden, durations),
        "duration_bias": (durations,),
        "duration_repeat": (hidden, 1),
        "duration_repeat_bias": (RUNS,),
    }


def initial_head(name: str, shape: tuple[int, ...], rng: np.random.Generator) -> Float32s:
    """Draw a parameter of a head, near zero; biases are zero."""
    if "bias" in name:
        return np.zeros(shape, np.float32)
    scale = _INITIAL.get(name, 0.08 if name in EMBEDDINGS else 0.02)
    if name == "hidden":
        scale = shape[0] ** -0.5
    return rng.uniform(-scale, scale, shape).astype(np.float32)


class Heads:
    """The trained heads.

    Parameters
    ----------
    weights : dict of str to ndarray
        The parameters, with those that `head_shapes` names.
    durations : int
        Number of distinct durations.
    choices : ndarray of int32, shape (choices,)
        The pitches that get a probability, `REST` for a rest.
    """

    def __init__(self, weights: Weights, durations: int, choices: Int32s) -> None:
        w = {name: np.asarray(array, np.float32) for name, array in weights.items()}
        self._w, self._choices = w, choices
        # All that reads the network's outputs is one matrix; each table that is looked up in ends with a zero.
        matrix, bias, self._at = _fused(w, choices)
        width = len(matrix) - (w[LABEL_EMBEDDING].shape[1] if LABEL_EMBEDDING in w else 0)
        self._matrix, self._labelled = np.ascontiguousarray(matrix[:width]), LabelProducts(matrix[width:], bias)
        # Every index depends on one number: the last note, the one before, a root. Computed once for each value.
        notes, roots = np.arange(-1, REST, dtype=np.int32), np.arange(-1, 12, dtype=np.int32)
        rows = Rows(np.repeat(notes[:, None], len(COLUMN), axis=1), np.zeros((len(notes), 0), np.float32))
        widest = _widest_interval(choices)
        interval_index = rows.interval_indices("last", choices) - (NO_INTERVAL // 2 - widest)
        # Behind the intervals between choices is the zero; a last note that is no choice has none.
        interval_index[(interval_index < 0) | (interval_index > 2 * widest)] = 2 * widest + 1
        degree_index = rows.degree_indices("root", choices)[: len(roots)]
        tables = [
            interval_index + self._at["interval"],
            interval_index + self._at["second_interval"],
            degree_index + self._at["degree"],
            degree_index + self._at["degree"] + 13,
        ]
        self._columns = np.concatenate(tables)
        self._first_columns = np.cumsum([1, *map(len, tables[:-1])])
        self._choice_index = {pitch: index for index, pitch in enumerate(choices.tolist())}
        index = rows.embedding_indices(np.broadcast_to(choices, (len(notes), len(choices))), notes)
        self._interval_index = index[..., 1]
        self._degree_embedding = w["pitch_embedding"][choices] + w["degree_embedding"][index[: len(roots), :, 2]]
        self._sum = np.ones(durations, np.float32)
        self._zero = np.zeros((len(choices), len(w["duration"])), np.float32)

    def __call__(self, outputs: Float32s, rows: Rows) -> tuple[Float32s, Float32s]:
        """Compute the probabilities of pitches with durations.

        Parameters
        ----------
        outputs : ndarray of float32, shape (batch, width)
            Of the network; the heads read the label embedding beside them.
        rows : Rows
            Its inputs.

        Returns
        -------
        pitch : ndarray of float32, shape (batch, choices)
        duration : ndarray of float32, shape (batch, choices, durations)
            The probability of a choice with a duration is the product of the two. By itself neither is normalized.
        """
        read = outputs
        outputs = rows_times(read, self._matrix)
        outputs += self._labelled(rows.labels)
        repeated = rows.repeated_pitches().tolist()
        logits = self._pitch_logits(outputs, rows, repeated)
        if rows.ahead is not None:
            self._add_ahead(logits, read, rows, rows.ahead)
        pitch = softmax(logits, np.float32)
        # The batch of durations is large: it is not divided by its sums, the pitches are.
        duration = self._duration_logits(outputs, rows, repeated)
        duration -= np.maximum.reduce(duration, axis=2, keepdims=True)
        np.exp(duration, out=duration)
        pitch /= duration @ self._sum
        return pitch, duration

    def _pitch_logits(self, outputs: Float32s, rows: Rows, repeated: list[int]) -> Float32s:
        at = self._at
        chord_tone = outputs[:, at["chord_tone"] : at["chord_tone"] + 2, None]
        degree = outputs[:, at["degree"] : at["degree"] + 26].reshape(-1, 2, 13)
        degree[:, :, :12] += chord_tone * rows.reals[:, CHORD_FLAGS].reshape(-1, 2, 12)
        columns = self._columns.take(rows.integers.take(_LOOKED_UP, axis=1) + self._first_columns, axis=0)
        columns += np.arange(0, outputs.size, outputs.shape[1])[:, None, None]
        logits: Float32s = np.add.reduce(outputs.take(columns), axis=1)
        logits += outputs[:, : len(self._choices)]
        for row, choice in enumerate(map(self._choice_index.get, repeated)):
            if choice is not None:
                logits[row, choice] += outputs[row, at["repeat"]] + self._w["repeat_bias"][rows["interval_run"][row]]
        return logits

    def _add_ahead(self, logits: Float32s, outputs: Float32s, rows: Rows, ahead: Int32s) -> None:
        """Add to the pitches' logits what their interval from the first note ahead makes of them."""
        (inside,) = np.nonzero(ahead[:, 0] >= 0)
        if not len(inside):
            return
        read = outputs if rows.labels is None else np.concatenate([outputs, rows.labels], axis=1)
        scores = rows_times(read[inside], self._w[AHEAD_HEAD]) + self._w[AHEAD_BIAS][ahead_buckets(ahead[inside])]
        columns = interval_indices(ahead[inside, 0], self._choices)
        logits[inside] += np.take_along_axis(np.pad(scores, ((0, 0), (0, 1))), columns, axis=1)

    def _duration_logits(self, outputs: Float32s, rows: Rows, repeated: list[int]) -> Float32s:
        w = self._w
        each, repeat = outputs[:, self._at["hidden"] :], w["repeat_embedding"]
        logits = np.empty((len(outputs), len(self._choices), len(self._sum)), np.float32)
        known: dict[tuple[int, int], Float32s] = {}  # rows of the same past have the same embeddings
        for row, (last, root, run, duration, duration_run) in enumerate(rows.integers[:, _OF_DURATION].tolist()):
            if (last, root) not in known:
                known[last, root] = w["interval_embedding"].take(self._interval_index[last + 1], axis=0)
                known[last, root] += self._degree_embedding[root + 1]
            embedded, choice = known[last, root], self._choice_index.get(repeated[row])
            hidden = embedded + (each[row] + repeat[run if repeated[row] >= 0 else NO_REPEAT])
            if choice is not None:
                hidden[choice] = embedded[choice] + (each[row] + repeat[run + RUNS])
            np.maximum(hidden, self._zero, out=hidden)  # three times as fast as the maximum of an array and a number
            np.matmul(hidden, w["duration"], out=logits[row])
            logits[row] += w["duration_bias"]
            if duration_run > 0:
                bonus = hidden @ w["duration_repeat"][:, 0]
                logits[row, :, duration] += bonus + w["duration_repeat_bias"][duration_run]
        return logits


def _widest_interval(choices: Int32s) -> int:
    """Return the widest interval between two pitches of `choices`, in semitones."""
    pitches = choices[choices < REST]
    return int(np.ptp(pitches)) if len(pitches) else 0


def _fused(w: Weights, choices: Int32s) -> tuple[Float32s, Float32s, dict[str, int]]:
    """Concatenate all that reads the network's outputs; return the matrix, its bias, and the column of each part.

    Of the intervals only those between choices are retained.
    """
    zero = np.zeros((len(w["pitch"]) + 1, 1), np.float32)
    widest = _widest_interval(choices)
    intervals = slice(NO_INTERVAL // 2 - widest, NO_INTERVAL // 2 + widest + 1)

    def with_bias(name: str) -> Float32s:
        bias = w.get(f"{name}_bias", np.zeros(w[name].shape[1], np.float32))
        if name == "repeat":  # its bias depends on the run
            bias = np.zeros(1, np.float32)
        return np.concatenate([w[name], bias[None]])

    degree = with_bias("degree")
    parts = {
        "pitch": with_bias("pitch")[:, choices],
        "interval": np.concatenate([with_bias("interval")[:, intervals], zero], axis=1),
        "second_interval": np.concatenate([with_bias("second_interval")[:, intervals], zero], axis=1),
        "degree": np.concatenate([degree[:, :12], zero, degree[:, 12:], zero], axis=1),
        "chord_tone": with_bias("chord_tone"),
        "repeat": with_bias("repeat"),
        "hidden": with_bias("hidden"),
    }
    columns = np.cumsum([0, *(part.shape[1] for part in parts.values())]).tolist()
    whole = np.concatenate(list(parts.values()), axis=1)
    return whole[:-1], whole[-1], dict(zip(parts, columns, strict=False))
