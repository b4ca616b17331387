"""note_lstm's network in NumPy: its inputs, its LSTM layers, and the heads for pitch and duration.

The columns of `_note_lstm_columns` become one row of inputs, and indices that tell the heads which of their numbers is
meant by which pitch; TensorFlow is given the same rows and indices for training.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jazzgram import Weights

from ._note_lstm_columns import COLUMN, LENGTHS, MOVES, PITCHES, REST, Floats, Ints

if TYPE_CHECKING:
    from .note_lstm import Options

RUNS = len(LENGTHS) + 1
_NO_INTERVAL = 2 * PITCHES - 1
"""The place of the zero behind a table of the intervals from -127 to 127."""
_PITCH = np.arange(PITCHES, dtype=np.int32)
_HITS = 2 * RUNS


def widths(durations: int) -> dict[str, int]:
    """Give the width of each part of the inputs, in order."""
    return {
        **{"last": PITCHES, "rested": 3, "duration": durations, "interval": MOVES, "second_interval": MOVES},
        **{"degree": 12, "next_degree": 12, "chords": 24, "around_last": 24, "pitch_classes": 24},
        **{"root": 12, "next_root": 12, "root_motion": 12, "bass": 12, "reals": 4},
        **{"beat": 8, "beats": 8, "slot": 24, "bar": 8},
        **{"move": MOVES + 1, "move_run": RUNS, "length": durations, "length_run": RUNS},
    }


def parameter_shapes(durations: int, options: Options) -> dict[str, tuple[int, ...]]:
    """Name the network's parameters with their shapes."""
    heard, units = sum(widths(durations).values()), options.units
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in range(options.layers):
        shapes |= {
            f"kernel_{layer}": (heard, 4 * units),
            f"recurrent_{layer}": (units, 4 * units),
            f"bias_{layer}": (4 * units,),
        }
        heard = units
    out, hidden = options.layers * units, options.hidden
    return shapes | {
        **{"pitch": (out, PITCHES + 1), "pitch_bias": (PITCHES + 1,)},
        **{"interval": (out, _NO_INTERVAL), "interval_bias": (_NO_INTERVAL,), "second_interval": (out, _NO_INTERVAL)},
        **{"degree": (out, 24), "degree_bias": (24,), "chord_tone": (out, 2), "chord_tone_bias": (2,)},
        **{"repeat": (out, 1), "repeat_bias": (RUNS,)},
        **{"hidden": (out, hidden), "hidden_bias": (hidden,)},
        **{"said_pitch": (PITCHES + 1, hidden), "said_move": (MOVES + 1, hidden)},
        **{"said_degree": (13, hidden), "said_hit": (_HITS + 1, hidden)},
        **{"length": (hidden, durations), "length_bias": (durations,)},
        **{"length_repeat": (hidden, 1), "length_repeat_bias": (RUNS,)},
    }


def hot(numbers: Ints, size: int) -> Floats:
    """Give one-hot rows; a number outside 0 to size - 1 gives zeros."""
    rows = np.zeros((len(numbers), size), np.float32)
    known = np.nonzero((numbers >= 0) & (numbers < size))[0]
    rows[known, numbers[known]] = 1
    return rows


def _turned(flags: Floats, by: Ints, known: NDArray[np.bool_]) -> Floats:
    """Turn twelve flags to the left by so many semitones; zeros where that is not known."""
    turned: Floats = np.take_along_axis(flags, (np.arange(12)[None] + by[:, None]) % 12, 1)
    return turned * known[:, None]


@dataclass(frozen=True)
class Rows:
    """Columns of events, looked at as the network needs them."""

    integers: Ints
    reals: Floats

    def __getitem__(self, name: str) -> Ints:
        column: Ints = self.integers[:, COLUMN[name]]
        return column

    def inputs(self, durations: int) -> Floats:
        """Give what the first layer hears, shape ``(events, sum of widths)``."""
        last, root, next_root = self["last"], self["root"], self["next_root"]
        chord, next_chord = self.reals[:, 4:16], self.reals[:, 16:28]
        has, has_root, has_next = last >= 0, root >= 0, next_root >= 0

        def between(one: Ints, other: Ints) -> Ints:
            return np.where((one >= 0) & (other >= 0), np.clip(one - other, -18, 18) + 18, -1)

        def degree(one: Ints, other: Ints) -> Ints:
            return np.where((one >= 0) & (other >= 0), (one - other) % 12, -1)

        parts = (
            hot(last, PITCHES),
            hot(self["rested"], 3),
            hot(self["duration"], durations),
            hot(between(last, self["before_last"]), MOVES),
            hot(between(last, self["third_last"]), MOVES),
            hot(degree(last, root), 12),
            hot(degree(last, next_root), 12),
            self.reals[:, 4:28],
            _turned(chord, last - root, has & has_root),
            _turned(next_chord, last - next_root, has & has_next),
            _turned(chord, -root, has_root),
            _turned(next_chord, -next_root, has_next),
            hot(root, 12),
            hot(next_root, 12),
            hot(degree(next_root, root), 12),
            hot(self["bass"], 12),
            self.reals[:, :4],
            hot(self["beat"], 8),
            hot(self["beats"], 8),
            hot(self["slot"], 24),
            hot(self["bar"], 8),
            hot(self["move"], MOVES + 1),
            hot(self["move_run"], RUNS),
            hot(self["length"], durations),
            hot(self["length_run"], RUNS),
        )
        return np.concatenate(parts, axis=1, dtype=np.float32)

    def intervals(self, name: str) -> Ints:
        """Give for each pitch the place of its interval to an earlier note, shape ``(events, PITCHES)``."""
        before = self[name][:, None]
        return np.where(before >= 0, _PITCH[None] - before + PITCHES - 1, _NO_INTERVAL).astype(np.int32)

    def degrees(self, name: str) -> Ints:
        """Give for each pitch its degree over a root, 12 where there is none, shape ``(events, PITCHES)``."""
        root = self[name][:, None]
        return np.where(root >= 0, (_PITCH[None] - root) % 12, 12).astype(np.int32)

    def repeated(self) -> Ints:
        """Give the pitch that the repetition goes on with; -1 where there is none."""
        move, last = self["move"], self["last"]
        pitch = np.where(move == MOVES, REST, np.where(last >= 0, last + move - MOVES // 2, -1))
        return np.where(self["move_run"] > 0, pitch, -1).astype(np.int32)

    def said(self, pitch: Ints) -> Ints:
        """Give what the duration head hears of pitches: the places in its four tables, shape ``(…, 4)``.

        Parameters
        ----------
        pitch : ndarray of int32, shape (events,) or (events, choices)
            `REST` for a rest; an unknown one (-1) is heard as a rest.
        """
        wide = (slice(None),) + (None,) * (pitch.ndim - 1)
        last, root, repeated = self["last"][wide], self["root"][wide], self.repeated()[wide]
        pitch = np.where(pitch < 0, REST, pitch)
        note = pitch < REST
        move = np.where(note & (last >= 0), np.clip(pitch - last, -18, 18) + 18, MOVES)
        degree = np.where(note & (root >= 0), (pitch - root) % 12, 12)
        hit = np.where(repeated >= 0, (pitch == repeated) * RUNS + self["move_run"][wide], _HITS)
        return np.stack([pitch, move, degree, hit], axis=-1).astype(np.int32)


State = tuple[Floats, ...]
"""Hidden and cell of each layer in turn, each of shape ``(batch, units)``."""


class Stepper:
    """The trained network, an event at a time."""

    def __init__(self, weights: Weights, layers: int, durations: int) -> None:
        self._w = {name: np.asarray(array, np.float32) for name, array in weights.items()}
        self._layers = layers
        self._durations = durations

    def start(self, batch: int) -> State:
        """Give the state before anything was played."""
        units = len(self._w["recurrent_0"])
        return tuple(np.zeros((batch, units), np.float32) for _ in range(2 * self._layers))

    def advance(self, rows: Rows, state: State) -> tuple[Floats, State]:
        """Hear what is known before an event; give what the heads read, and the state."""
        w, heard = self._w, rows.inputs(self._durations)
        outputs, after = [], []
        for layer in range(self._layers):
            hidden, cell = state[2 * layer], state[2 * layer + 1]
            gates = heard @ w[f"kernel_{layer}"] + hidden @ w[f"recurrent_{layer}"] + w[f"bias_{layer}"]
            into, forget, new, out = np.split(gates, 4, axis=1)
            cell = _sigmoid(forget) * cell + _sigmoid(into) * np.tanh(new)
            heard = _sigmoid(out) * np.tanh(cell)
            outputs.append(heard)
            after += [heard, cell]
        return np.concatenate(outputs, axis=1), tuple(after)

    def pitches(self, out: Floats, rows: Rows) -> Floats:
        """Give the log-probability of each pitch and of a rest, shape ``(batch, PITCHES + 1)``."""
        w = self._w
        logits = out @ w["pitch"] + w["pitch_bias"]
        none = np.zeros((len(out), 1), np.float32)
        tables = (out @ w["interval"] + w["interval_bias"], out @ w["second_interval"])
        for table, name in zip(tables, ("last", "before_last"), strict=True):
            logits[:, :PITCHES] += _pick(np.concatenate([table, none], axis=1), rows.intervals(name))
        degree = out @ w["degree"] + w["degree_bias"]
        chord_tone = out @ w["chord_tone"] + w["chord_tone_bias"]
        for number, name in enumerate(("root", "next_root")):
            flags = rows.reals[:, 4 + 12 * number : 16 + 12 * number]
            table = degree[:, 12 * number : 12 * number + 12] + chord_tone[:, number : number + 1] * flags
            logits[:, :PITCHES] += _pick(np.concatenate([table, none], axis=1), rows.degrees(name))
        bonus = out @ w["repeat"] + w["repeat_bias"][rows["move_run"]][:, None]
        return _log_softmax(logits + hot(rows.repeated(), PITCHES + 1) * bonus)

    def durations(self, out: Floats, rows: Rows, choices: Ints) -> Floats:
        """Give the log-probability of each duration after each pitch, shape ``(batch, choices, durations)``."""
        w = self._w
        said = rows.said(np.broadcast_to(choices, (len(out), len(choices))))
        hidden = (out @ w["hidden"] + w["hidden_bias"])[:, None]
        for place, name in enumerate(("said_pitch", "said_move", "said_degree", "said_hit")):
            hidden = hidden + w[name][said[..., place]]
        hidden = np.maximum(hidden, 0)
        bonus = hidden @ w["length_repeat"] + w["length_repeat_bias"][rows["length_run"]][:, None, None]
        wanted = np.where(rows["length_run"] > 0, rows["length"], -1)
        return _log_softmax(hidden @ w["length"] + w["length_bias"] + hot(wanted, self._durations)[:, None] * bonus)


def _pick(table: Floats, places: Ints) -> Floats:
    picked: Floats = np.take_along_axis(table, places, 1)
    return picked


def _sigmoid(values: Floats) -> Floats:
    result: Floats = np.reciprocal(1 + np.exp(-values), dtype=np.float32)
    return result


def _log_softmax(logits: Any) -> Floats:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result
