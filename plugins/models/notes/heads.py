"""What every network over notes begins and ends with: its inputs, and its heads for pitch and duration, in NumPy.

The columns of `_note_columns` become one row of inputs, and indices that tell the heads which of their numbers is meant
by which pitch; TensorFlow is given the same rows and indices for training (`_note_training`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from jazzgram import Weights

from .columns import COLUMN, INTEGERS, LENGTHS, MOVES, PITCHES, REST, Floats, Ints

RUNS = len(LENGTHS) + 1
_NO_INTERVAL = 2 * PITCHES - 1
"""The place of the zero behind a table of the intervals from -127 to 127."""
_NO_DEGREE = 12
_PITCH = np.arange(PITCHES, dtype=np.int32)
_HITS = 2 * RUNS
_TURN = (np.arange(12)[:, None] + np.arange(12)) % 12
"""Where each of twelve flags comes from when they are turned to the left by so many semitones."""
_CHORDS = np.array([0, 1, 0, 1])[:, None]
_TURNED = [COLUMN[name] for name in ("root", "next_root", "root", "next_root")]
"""The chords that are heard from the last note, and those that are heard from C."""
_LEVELS = 3 * 24 + 4
"""Inputs that are no one-hot numbers."""
_DISTANCES = {
    "interval": ("last", "before_last"),
    "second_interval": ("last", "third_last"),
    "degree": ("last", "root"),
    "next_degree": ("last", "next_root"),
    "root_motion": ("next_root", "root"),
}
"""One-hot inputs that say how far one column is from another: two in semitones, three in pitch classes."""
_APART = [[COLUMN[pair[side]] for pair in _DISTANCES.values()] for side in (0, 1)]


@lru_cache(maxsize=16)
def one_hot_widths(durations: int) -> dict[str, int]:
    """Give the width of each one-hot part of the inputs, in order; `_LEVELS` more follow."""
    return {
        **{"last": PITCHES, "rested": 3, "duration": durations, "interval": MOVES, "second_interval": MOVES},
        **{"degree": 12, "next_degree": 12, "root": 12, "next_root": 12, "root_motion": 12, "bass": 12},
        **{"beat": 8, "beats": 8, "slot": 24, "bar": 8},
        **{"move": MOVES + 1, "move_run": RUNS, "length": durations, "length_run": RUNS},
    }


_PARTS = [[*INTEGERS, *_DISTANCES].index(name) for name in one_hot_widths(1)]
"""Where each one-hot part is found among the columns with the distances behind them."""


@lru_cache(maxsize=16)
def _begins(durations: int) -> Ints:
    """Give the place of each one-hot part among the inputs, and after the last one their number."""
    return np.cumsum([0, *one_hot_widths(durations).values()], dtype=np.int32)


def heard_width(durations: int) -> int:
    """Count the inputs."""
    return int(_begins(durations)[-1]) + _LEVELS


def head_shapes(width: int, hidden: int, durations: int) -> dict[str, tuple[int, ...]]:
    """Name the heads' parameters with their shapes.

    Parameters
    ----------
    width : int
        How many outputs of the network they read.
    hidden : int
        Units of the duration head's hidden layer.
    durations : int
        How many there are.
    """
    return {
        **{"pitch": (width, PITCHES + 1), "pitch_bias": (PITCHES + 1,)},
        **{"interval": (width, _NO_INTERVAL), "interval_bias": (_NO_INTERVAL,)},
        **{"second_interval": (width, _NO_INTERVAL)},
        **{"degree": (width, 24), "degree_bias": (24,), "chord_tone": (width, 2), "chord_tone_bias": (2,)},
        **{"repeat": (width, 1), "repeat_bias": (RUNS,)},
        **{"hidden": (width, hidden), "hidden_bias": (hidden,)},
        **{"said_pitch": (PITCHES + 1, hidden), "said_move": (MOVES + 1, hidden)},
        **{"said_degree": (13, hidden), "said_hit": (_HITS + 1, hidden)},
        **{"length": (hidden, durations), "length_bias": (durations,)},
        **{"length_repeat": (hidden, 1), "length_repeat_bias": (RUNS,)},
    }


def initial_head(name: str, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Draw a parameter of a head, near zero; biases are zero."""
    if "bias" in name:
        return np.zeros(shape, np.float32)
    scale = {"hidden": shape[0] ** -0.5, "length": 0.05}.get(name, 0.08 if name.startswith("said") else 0.02)
    return rng.uniform(-scale, scale, shape).astype(np.float32)


def initial_kernel(shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Draw the matrix that reads the inputs, of which twenty or thirty are not zero."""
    scale = 3**0.5 / max(shape[0], 100) ** 0.5
    return rng.uniform(-scale, scale, shape).astype(np.float32)


@dataclass(frozen=True)
class Rows:
    """Columns of events, looked at as the network needs them."""

    integers: Ints
    reals: Floats

    def __getitem__(self, name: str) -> Ints:
        column: Ints = self.integers[:, COLUMN[name]]
        return column

    def ones(self, durations: int) -> Ints:
        """Give which one-hot inputs are 1, shape ``(events, parts)``; their number stands for none of a part."""
        one, other = self.integers[:, _APART[0]], self.integers[:, _APART[1]]
        apart = one - other
        apart[:, :2] = np.minimum(np.maximum(apart[:, :2], -18), 18) + 18
        apart[:, 2:] %= 12
        apart[np.minimum(one, other) < 0] = -1
        parts = np.concatenate([self.integers, apart], axis=1)[:, _PARTS]
        begins = _begins(durations)
        return np.where(parts >= 0, parts + begins[:-1], begins[-1])

    def levels(self) -> Floats:
        """Give the inputs that are not one-hot: chords from their roots, the last note, and C; then the first reals."""
        last, events = self["last"], len(self.integers)
        chords = self.reals[:, 4:28]
        # An unknown chord has no flags: wherever they are turned to, there are none.
        by = -self.integers[:, _TURNED]
        by[:, :2] += last[:, None]
        turned = chords.reshape(events, 2, 12)[np.arange(events)[:, None, None], _CHORDS, _TURN[by % 12]]
        turned[last < 0, :2] = 0
        return np.concatenate([chords, turned.reshape(events, 48), self.reals[:, :4]], axis=1)

    def inputs(self, durations: int) -> Floats:
        """Give all that the first layer hears, shape ``(events, widths + _LEVELS)``."""
        heard = np.zeros((len(self.integers), _begins(durations)[-1] + 1), np.float32)
        np.put_along_axis(heard, self.ones(durations), 1, axis=1)
        return np.concatenate([heard[:, :-1], self.levels()], axis=1)

    def intervals(self, name: str, pitches: Ints = _PITCH) -> Ints:
        """Give for each pitch the place of its interval to an earlier note, shape ``(events, pitches)``."""
        before = self[name][:, None]
        known = (before >= 0) & (pitches < REST)
        return np.where(known, pitches - before + PITCHES - 1, _NO_INTERVAL).astype(np.int32)

    def degrees(self, name: str, pitches: Ints = _PITCH) -> Ints:
        """Give for each pitch its degree over a root, 12 where there is none, shape ``(events, pitches)``."""
        root = self[name][:, None]
        return np.where((root >= 0) & (pitches < REST), (pitches - root) % 12, _NO_DEGREE).astype(np.int32)

    def repeated(self) -> Ints:
        """Give the pitch that the repetition goes on with; -1 where there is none."""
        move, last = self["move"], self["last"]
        pitch = np.where(move == MOVES, REST, np.where(last >= 0, last + move - MOVES // 2, -1))
        return np.where(self["move_run"] > 0, pitch, -1).astype(np.int32)

    def said(self, pitch: Ints, repeated: Ints) -> Ints:
        """Give what the duration head hears of pitches: the places in its four tables, shape ``(…, 4)``.

        Parameters
        ----------
        pitch : ndarray of int32, shape (events,) or (events, choices)
            `REST` for a rest; an unknown one (-1) is heard as a rest.
        repeated : ndarray of int32, shape (events,)
            As `repeated` gives it.
        """
        wide = (slice(None),) + (None,) * (pitch.ndim - 1)
        last, root, repeated = self["last"][wide], self["root"][wide], repeated[wide]
        pitch = np.where(pitch < 0, REST, pitch)
        note = pitch < REST
        move = np.where(note & (last >= 0), np.minimum(np.maximum(pitch - last, -18), 18) + 18, MOVES)
        degree = np.where(note & (root >= 0), (pitch - root) % 12, 12)
        hit = np.where(repeated >= 0, (pitch == repeated) * RUNS + self["move_run"][wide], _HITS)
        return np.stack([pitch, move, degree, hit], axis=-1).astype(np.int32)


class FirstLayer:
    """The matrix that reads the inputs: rows of one-hot inputs are looked up.

    Parameters
    ----------
    kernel : ndarray of float32, shape (inputs, units)
        The matrix.
    durations : int
        How many there are.
    """

    def __init__(self, kernel: Floats, durations: int) -> None:
        begin = _begins(durations)[-1]
        self._durations = durations
        # A row of the kernel for each one-hot input, and one of zeros for "none of them".
        self._looked_up = np.concatenate([kernel[:begin], np.zeros_like(kernel[:1])])
        self._levels = kernel[begin:]

    def __call__(self, rows: Rows) -> Floats:
        """Give the inputs of events times the matrix, shape ``(events, units)``."""
        ones: Floats = self._looked_up[rows.ones(self._durations)].sum(axis=1)
        return ones + rows.levels() @ self._levels


class Heads:
    """The trained heads.

    Parameters
    ----------
    weights : dict of str to ndarray
        The parameters, with those that `head_shapes` names.
    durations : int
        How many there are.
    choices : ndarray of int32, shape (choices,)
        The pitches to be told apart, `REST` for a rest.
    """

    def __init__(self, weights: Weights, durations: int, choices: Ints) -> None:
        w = {name: np.asarray(array, np.float32) for name, array in weights.items()}
        self._w, self._durations, self._choices = w, durations, choices
        # All that reads the network's outputs is one matrix; a zero stands behind each table that is picked from.
        self._matrix, self._bias, self._at = _fused(w, choices)
        # What the heads look up depends on one number each: the last note, the one before, a root. A row for each.
        notes, roots = np.arange(-1, REST, dtype=np.int32), np.arange(-1, 12, dtype=np.int32)
        columns = Rows(np.repeat(notes[:, None], len(COLUMN), axis=1), np.zeros((len(notes), 0), np.float32))
        self._interval_at = columns.intervals("last", choices)
        self._degree_at = columns.degrees("root", choices)[: len(roots)]
        said = columns.said(np.broadcast_to(choices, (len(notes), len(choices))), notes)
        self._said_move = w["said_pitch"][choices] + w["said_move"][said[..., 1]]
        self._said_degree = w["said_degree"][said[: len(roots), :, 2]]

    def __call__(self, outputs: Floats, rows: Rows) -> tuple[Floats, Floats]:
        """Foresee events from what the network gives.

        Parameters
        ----------
        outputs : ndarray of float32, shape (batch, width)
            Of the network.
        rows : Rows
            What it heard.

        Returns
        -------
        pitch : ndarray of float32, shape (batch, choices)
            The probability of each choice.
        duration : ndarray of float32, shape (batch, choices, durations)
            The probability of each duration after it.
        """
        read = outputs @ self._matrix + self._bias
        repeated = rows.repeated()
        return self._pitches(read, rows, repeated), self._lengths(read, rows, repeated)

    def _pitches(self, read: Floats, rows: Rows, repeated: Ints) -> Floats:
        at, choices = self._at, self._choices
        chord_tone = read[:, at["chord_tone"] : at["chord_tone"] + 2, None] * rows.reals[:, 4:28].reshape(-1, 2, 12)
        read[:, at["degree"] : at["degree"] + 26].reshape(-1, 2, 13)[:, :, :12] += chord_tone
        each = np.arange(len(read))[:, None]
        logits = read[:, : len(choices)] + read[each, self._interval_at[rows["last"] + 1] + at["interval"]]
        logits += read[each, self._interval_at[rows["before_last"] + 1] + at["second_interval"]]
        logits += read[each, self._degree_at[rows["root"] + 1] + at["degree"]]
        logits += read[each, self._degree_at[rows["next_root"] + 1] + at["degree"] + 13]
        bonus = read[:, at["repeat"]] + self._w["repeat_bias"][rows["move_run"]]
        return _softmax(logits + (choices == repeated[:, None]) * bonus[:, None])

    def _lengths(self, read: Floats, rows: Rows, repeated: Ints) -> Floats:
        w = self._w
        hidden = self._said_move[rows["last"] + 1] + self._said_degree[rows["root"] + 1]
        hidden += read[:, None, self._at["hidden"] :]
        # Of the choices one at most goes on with the repetition.
        again = (self._choices == repeated[:, None])[..., None]
        missed = np.where(repeated >= 0, rows["move_run"], _HITS)
        hidden += np.where(again, w["said_hit"][rows["move_run"] + RUNS][:, None], w["said_hit"][missed][:, None])
        np.maximum(hidden, 0, out=hidden)
        logits = hidden @ w["length"] + w["length_bias"]
        bonus = hidden @ w["length_repeat"] + w["length_repeat_bias"][rows["length_run"]][:, None, None]
        wanted = np.where(rows["length_run"] > 0, rows["length"], -1)
        return _softmax(logits + (np.arange(self._durations) == wanted[:, None, None]) * bonus)


def _fused(w: Weights, choices: Ints) -> tuple[Floats, Floats, dict[str, int]]:
    """Put all that reads the network's outputs side by side; give the matrix, its bias, and where each part begins."""
    none = np.zeros((len(w["pitch"]) + 1, 1), np.float32)

    def with_bias(name: str) -> Floats:
        bias = w.get(f"{name}_bias", np.zeros(w[name].shape[1], np.float32))
        if name == "repeat":  # its bias depends on the run
            bias = np.zeros(1, np.float32)
        return np.concatenate([w[name], bias[None]])

    degree = with_bias("degree")
    parts = {
        "pitch": with_bias("pitch")[:, choices],
        "interval": np.concatenate([with_bias("interval"), none], axis=1),
        "second_interval": np.concatenate([with_bias("second_interval"), none], axis=1),
        "degree": np.concatenate([degree[:, :12], none, degree[:, 12:], none], axis=1),
        "chord_tone": with_bias("chord_tone"),
        "repeat": with_bias("repeat"),
        "hidden": with_bias("hidden"),
    }
    begins = np.cumsum([0, *(part.shape[1] for part in parts.values())]).tolist()
    whole = np.concatenate(list(parts.values()), axis=1)
    return np.ascontiguousarray(whole[:-1]), whole[-1], dict(zip(parts, begins, strict=False))


def _softmax(logits: Any) -> Floats:
    powers: Floats = np.exp(logits - logits.max(axis=-1, keepdims=True))
    powers /= powers.sum(axis=-1, keepdims=True)
    return powers
