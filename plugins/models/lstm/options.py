"""Options of the LSTM: the network's size and how it is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field, field_validator, model_validator

import jazzgram
from jazzgram.models import Condition


class Options(jazzgram.Options):
    """The network's size and how it is trained."""

    renamed: ClassVar[Mapping[str, str]] = {"listen": "condition", "parts": "factored"}

    units: int = Field(64, ge=1, le=2048, description="Size of an LSTM layer, in units.")
    layers: int = Field(1, ge=1, le=8, description="Number of stacked LSTM layers.")
    condition: tuple[Condition, ...] = Field(
        (),
        description="What predictions are conditioned on beside the terms: any of chord, next_chord, position, form.",
    )
    input: Literal["one_hot", "embedding"] = Field(
        "one_hot", description="Encoding of input terms: one_hot, or embedding for a learned vector of each term."
    )
    embedding: int = Field(32, ge=1, le=2048, description="Size of a term's vector where input is embedding.")
    factored: bool = Field(
        False,
        description="Whether a term's vectors are a sum of its own and those of its kind, length and range, which it"
        " shares with other terms, so that rare terms are learned too; needs the input embedding.",
    )
    window: int = Field(30, ge=2, le=1000, description="Length of a training window, in terms.")
    examples: int | None = Field(
        60, ge=1, le=100_000, description="Windows drawn from the corpus; null learns every tune whole."
    )
    epochs: int = Field(100, ge=1, le=100_000, description="Passes over all windows, at most.")
    patience: int | None = Field(
        None,
        ge=1,
        le=100_000,
        description="Epochs without a better validation loss before training stops and takes the best weights; null:"
        " never.",
    )
    batch: int | None = Field(
        32, ge=1, le=100_000, description="Windows an update, more where they are shorter; null takes all at once."
    )
    dropout: float = Field(
        0.0, ge=0, lt=1, description="Share of each layer's inputs and outputs that is dropped in training."
    )
    clip: float | None = Field(
        None, gt=0, le=1e6, description="Longest gradient, as its Euclidean norm; longer ones are shortened to it."
    )
    learning_rate: float = Field(0.01, gt=0, le=10, description="Adam's step size at the first update.")
    decay: float = Field(
        0.01, ge=0, le=100, description="Slows the steps down: learning_rate / (1 + decay * updates so far)."
    )
    beta_1: float = Field(0.9, ge=0, lt=1, description="Adam's decay of the mean gradient, an update.")
    beta_2: float = Field(0.999, ge=0, lt=1, description="Adam's decay of the mean squared gradient, an update.")

    @model_validator(mode="after")
    def _factors_need_embeddings(self) -> Options:
        if self.factored and self.input != "embedding":
            raise ValueError("factored needs the input embedding")
        return self

    @field_validator("condition")
    @classmethod
    def _once_each(cls, condition: tuple[Condition, ...]) -> tuple[Condition, ...]:
        if len(set(condition)) < len(condition):
            raise ValueError("names something twice")
        return condition
