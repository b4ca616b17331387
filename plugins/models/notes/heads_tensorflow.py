"""The heads of `heads` in TensorFlow, where gradients are needed, and their loss.

`pitch_logits` and `duration_logits` are what `Heads` has in NumPy, from the same rows and indices; a test holds the two
to the same probabilities.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jazzgram.models import import_tensorflow

from .columns import PITCHES
from .heads import AHEAD_BIAS, AHEAD_HEAD, EMBEDDINGS
from .products import Product


def pitch_logits(w: dict[str, Any], outputs: Any, batch: Any, product: Product) -> Any:
    """Compute the logits of each event's pitch, shape ``(events, PITCHES + 1)``."""
    tf = import_tensorflow()

    def look_up(table: Any, indices: Any) -> Any:
        return tf.gather(tf.pad(table, ((0, 0), (0, 1))), indices, batch_dims=1)

    logits = product(outputs, w["pitch"]) + w["pitch_bias"]
    notes = look_up(product(outputs, w["interval"]) + w["interval_bias"], batch["interval_index"])
    notes += look_up(product(outputs, w["second_interval"]), batch["second_interval_index"])
    degree = product(outputs, w["degree"]) + w["degree_bias"]
    chord_tone = outputs @ w["chord_tone"] + w["chord_tone_bias"]
    for chord, name in enumerate(("degree_index", "next_degree_index")):
        own = slice(12 * chord, 12 * chord + 12)
        notes += look_up(degree[:, own] + chord_tone[:, chord : chord + 1] * batch["chord_flags"][:, own], batch[name])
    if "ahead" in batch:
        bias = tf.gather(tf.pad(w[AHEAD_BIAS], ((0, 1), (0, 0))), batch["ahead_bucket"])
        notes += look_up(product(outputs, w[AHEAD_HEAD]) + bias, batch["ahead_index"])
    bonus = outputs @ w["repeat"] + tf.gather(w["repeat_bias"], batch["interval_run"])[:, None]
    return logits + tf.pad(notes, ((0, 0), (0, 1))) + tf.one_hot(batch["repeated_pitch"], PITCHES + 1) * bonus


def duration_logits(
    w: dict[str, Any], outputs: Any, batch: Any, dropout: Callable[[Any], Any], product: Product
) -> Any:
    """Compute the logits of each event's duration after its true pitch."""
    tf = import_tensorflow()
    hidden = product(outputs, w["hidden"]) + w["hidden_bias"]
    for column, name in enumerate(EMBEDDINGS):
        hidden += tf.gather(w[name], batch["embedding_index"][:, column])
    hidden = dropout(tf.nn.relu(hidden))
    bonus = hidden @ w["duration_repeat"] + tf.gather(w["duration_repeat_bias"], batch["duration_run"])[:, None]
    logits = product(hidden, w["duration"]) + w["duration_bias"]
    return logits + tf.one_hot(batch["repeated_duration"], logits.shape[1]) * bonus


def losses_of(batch: Any, pitch: Any, duration: Any) -> Any:
    """Compute the cross-entropy of each event's pitch and duration in nats; 0 where they are unknown."""
    tf = import_tensorflow()
    entropy = tf.nn.sparse_softmax_cross_entropy_with_logits
    return (entropy(batch["pitch"], pitch) + entropy(batch["duration"], duration)) * batch["known"]


def correct_events(batch: Any, pitch: Any, duration: Any) -> Any:
    """Return 1 for each known event whose pitch and duration are the likeliest, else 0."""
    tf = import_tensorflow()
    both = tf.equal(tf.argmax(pitch, 1, tf.int32), batch["pitch"])
    both &= tf.equal(tf.argmax(duration, 1, tf.int32), batch["duration"])
    return tf.cast(both, tf.float32) * batch["known"]
