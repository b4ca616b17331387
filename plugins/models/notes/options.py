"""Options that the networks over notes share."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

import jazzgram

from .precision import fastest_precision


class NoteOptions(jazzgram.Options):
    """How a network over notes is trained, and the size of its heads."""

    hidden: int = Field(192, ge=1, le=2048, description="Size of the duration head's hidden layer, in units.")
    window: int = Field(64, ge=2, le=512, description="Events through which an update backpropagates.")
    batch: int = Field(32, ge=1, le=1024, description="Solos side by side in an update.")
    epochs: int = Field(25, ge=1, le=10_000, description="Passes over all solos.")
    patience: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="Epochs without a better validation loss before training stops; null: never.",
    )
    learning_rate: float = Field(0.0025, gt=0, le=1, description="AdamW's step size; it falls to a fiftieth.")
    weight_decay: float = Field(0.01, ge=0, le=1, description="AdamW's decay of every parameter.")
    dropout: float = Field(0.4, ge=0, lt=1, description="Share of the layers' outputs that is dropped in training.")
    fill: bool = Field(
        False,
        description="Train with gaps, in which the first notes after them are inputs, so that a solo leads into bars"
        " that are kept.",
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "float32",
        description="Of the matrix products of training: bfloat16 takes three quarters of the time on processors that"
        " have it (AVX-512 BF16, AMX), and much more on others; auto: bfloat16 there, else float32.",
    )
    labels: tuple[Literal["soloist", "instrument", "style", "tempo", "solo"], ...] = Field(
        (), description="Labels of solos that are inputs, so that `improvise.like` may ask for them."
    )
    label_units: int = Field(64, ge=1, le=1024, description="Size of the embedding of labels, in units.")
    label_dropout: float = Field(
        0.25,
        ge=0,
        lt=1,
        description="Share of solos from which all labels are withheld in an epoch, and share from which each is.",
    )

    @field_validator("precision")
    @classmethod
    def _resolved(cls, precision: str) -> str:
        """Replace auto by what it is here: cache keys, manifests and ``run.yaml`` hold what is used."""
        return fastest_precision() if precision == "auto" else precision
