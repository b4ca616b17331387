"""What token models share: windows of the corpus, checkpoints, NumPy stepping and the model store.

Importing this package imports no training library.
"""

from __future__ import annotations

from jazzgram.training.checkpoint import read_checkpoint, write_checkpoint
from jazzgram.training.stepping import LstmCell, LstmState, rows_times, softmax
from jazzgram.training.store import StoredModel, load_model, save_model
from jazzgram.training.windows import SILENCE, draw_starts, lessons

__all__ = [
    "SILENCE",
    "LstmCell",
    "LstmState",
    "StoredModel",
    "draw_starts",
    "lessons",
    "load_model",
    "read_checkpoint",
    "rows_times",
    "save_model",
    "softmax",
    "write_checkpoint",
]
