"""Learn pitch, then duration, conditioned on the chords: a small causal transformer over events.

It has the inputs and the heads of `note_lstm`; between them are layers in which each event attends to those before it,
by content and by distance. It needs fewer passes over the same corpus than the LSTM, and takes twice as long for each.
Source: Vaswani et al., *Attention is all you need* (NeurIPS 2017), normalised before each layer (Xiong et al., ICML
2020); relative attention and memory after Shaw, Uszkoreit & Vaswani (NAACL 2018), Huang et al., *Music transformer*
(ICLR 2019) and Dai et al., *Transformer-XL* (ACL 2019).
"""

from __future__ import annotations

from pydantic import Field, model_validator

from jazzgram import TokenModel, Vocabulary, hookimpl

from .model import NoteModel
from .options import NoteOptions
from .transformer_network import TransformerNetwork


class Options(NoteOptions):
    """The network's size and how it is trained."""

    layers: int = Field(3, ge=1, le=12, description="Number of layers.")
    units: int = Field(192, ge=1, le=2048, description="Size of each layer, in units; the heads share them evenly.")
    heads: int = Field(4, ge=1, le=32, description="Attention heads of each layer.")
    memory: int = Field(64, ge=1, le=1024, description="Past events that a layer attends to.")
    batch: int = Field(16, ge=1, le=1024, description="Solos side by side in an update.")
    epochs: int = Field(16, ge=1, le=10_000, description="Passes over all solos.")
    learning_rate: float = Field(0.001, gt=0, le=1, description="AdamW's step size; it falls to a fiftieth.")
    dropout: float = Field(0.2, ge=0, lt=1, description="Share of the layers' residuals that is dropped in training.")

    @model_validator(mode="after")
    def _heads_share_units(self) -> Options:
        if self.units % self.heads:
            raise ValueError(f"{self.units} units cannot be shared evenly by {self.heads} heads")
        return self


@hookimpl
def build_model(vocabulary: Vocabulary, options: Options) -> TokenModel:
    """Build an untrained network over a vocabulary of pitches.

    Examples
    --------
    >>> import numpy as np
    >>> from jazzgram import Position, parse_terms
    >>> words = Vocabulary.of((parse_terms("60,1.000 62,0.500 R,0.500"),))
    >>> model = build_model(words, Options(layers=1, units=4, heads=2, hidden=4))
    >>> model.load({name: np.zeros(shape, np.float32) for name, shape in model.shapes.items()})
    >>> _, probabilities = model.step(model.start(1), None, (Position(0, 0, 1920, None, None),))
    >>> probabilities.round(3).tolist()
    [[0.333, 0.333, 0.333]]
    """
    network = TransformerNetwork(options.layers, options.units, options.heads, options.memory, options.dropout)
    return NoteModel(network, vocabulary, options)
