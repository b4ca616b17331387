"""What token models share: windows of the corpus, conditions, the loop over epochs, NumPy stepping, the model store.

Importing this package imports no training library.
"""

from __future__ import annotations

from jazzgram.training.checkpoint import read_checkpoint, write_checkpoint
from jazzgram.training.conditions import Condition, PlaceColumns, condition_size, conditions, voicing
from jazzgram.training.curves import history_csv, history_files, tensorboard, write_curves
from jazzgram.training.early_stopping import EarlyStopping
from jazzgram.training.feeding import ahead
from jazzgram.training.loop import Learner, needs_validation, run_epochs
from jazzgram.training.stepping import LstmCell, LstmState, rows_times, softmax
from jazzgram.training.store import StoredModel, load_model, save_model
from jazzgram.training.strategy import filled_up, is_chief, shared_out, strategy, train_on
from jazzgram.training.windows import (
    NOTHING,
    SILENCE,
    cut_tunes,
    draw_starts,
    in_buckets,
    lessons,
    stretch_lessons,
    stretch_rows,
)

__all__ = [
    "NOTHING",
    "SILENCE",
    "Condition",
    "EarlyStopping",
    "Learner",
    "LstmCell",
    "LstmState",
    "PlaceColumns",
    "StoredModel",
    "ahead",
    "condition_size",
    "conditions",
    "cut_tunes",
    "draw_starts",
    "filled_up",
    "history_csv",
    "history_files",
    "in_buckets",
    "is_chief",
    "lessons",
    "load_model",
    "needs_validation",
    "read_checkpoint",
    "rows_times",
    "run_epochs",
    "save_model",
    "shared_out",
    "softmax",
    "strategy",
    "stretch_lessons",
    "stretch_rows",
    "tensorboard",
    "train_on",
    "voicing",
    "write_checkpoint",
    "write_curves",
]
