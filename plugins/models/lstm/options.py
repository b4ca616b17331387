"""Options of the LSTM: the network's size and how it is trained."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

import jazzgram
from jazzgram.models import Condition


class Options(jazzgram.Options):
    """The network's size and how it is trained."""

    units: int = Field(64, ge=1, le=2048, description="Size of an LSTM layer, in units.")
    layers: int = Field(1, ge=1, le=8, description="How many LSTM layers, each hearing the one before.")
    listen: tuple[Condition, ...] = Field(
        (), description="What is heard about the term to be named: any of chord, next_chord, position and form."
    )
    input: Literal["one_hot", "embedding"] = Field(
        "one_hot", description="How a term is heard: one_hot, or embedding for a learned vector of each term."
    )
    embedding: int = Field(32, ge=1, le=2048, description="Size of a term's vector where input is embedding.")
    parts: bool = Field(
        False,
        description="Whether terms are learned by their kind, length and range too, so that rare ones profit from"
        " others; needs the input embedding.",
    )
    window: int = Field(30, ge=2, le=1000, description="Length of a training window, in terms.")
    examples: int | None = Field(
        60, ge=1, le=100_000, description="How many windows are drawn from the corpus; null learns every tune whole."
    )
    epochs: int = Field(100, ge=1, le=100_000, description="How often all windows are gone through, at most.")
    patience: int | None = Field(
        None,
        ge=1,
        le=100_000,
        description="Stop after so many epochs without a new best on the validation tunes, and take the best; null"
        " goes on to the end.",
    )
    batch: int | None = Field(
        32, ge=1, le=100_000, description="Windows an update, more where they are shorter; null takes all at once."
    )
    dropout: float = Field(
        0.0, ge=0, lt=1, description="Share of what each layer hears and says that is left out while training."
    )
    clip: float | None = Field(
        None, gt=0, le=1e6, description="Longest gradient, as its Euclidean norm; longer ones are shortened to it."
    )
    learning_rate: float = Field(0.01, gt=0, le=10, description="Adam's step size at the first update.")
    decay: float = Field(
        0.01, ge=0, le=100, description="Slows the steps down: learning_rate / (1 + decay * updates so far)."
    )
    beta_1: float = Field(0.9, ge=0, lt=1, description="Adam's memory for the gradient, as a share kept an update.")
    beta_2: float = Field(0.999, ge=0, lt=1, description="Adam's memory for its square, as a share kept an update.")

    @model_validator(mode="after")
    def _parts_have_vectors(self) -> Options:
        if self.parts and self.input != "embedding":
            raise ValueError("parts needs the input embedding")
        return self

    @field_validator("listen")
    @classmethod
    def _once_each(cls, listen: tuple[Condition, ...]) -> tuple[Condition, ...]:
        if len(set(listen)) < len(listen):
            raise ValueError("names something twice")
        return listen
