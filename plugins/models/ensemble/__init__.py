"""Mix the distributions of several models, with weights.

Each member is trained by itself and has a state of its own; at every term the mixture's distribution is the weighted
mean of theirs. It is never much worse than the best of them, and better where their errors differ: a network learns
what fits the chord, a chain whole phrases.

Weights that are not given maximise the likelihood of the validation part, each term predicted from the true ones
before it. Without a validation part every tenth tune is held out: the members are trained on the others first, the
weights are fitted to these, and then the members are trained on all, which takes twice as long. With a single tune all
members weigh the same. A mixture whose weights were fitted to the validation part has seen it, if only for these few
numbers: score it on the test part.

A member is trained with the configuration's seed, and is what it would be alone; one that is listed a second time is
trained with the next number, so that the same network twice makes two. A member may be an ensemble, too. Epochs are
reported one member after another, each loss in its member's unit. Where the mixture was scored on tunes, the last epoch
is its own: the loss is in bits a term of these.
Source: Jelinek & Mercer, *Interpolated estimation of Markov source parameters from sparse data* (1980).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationInfo, field_validator

import jazzgram
from jazzgram import (
    Dataset,
    Epoch,
    JazzgramError,
    Position,
    Probabilities,
    TokenModel,
    TokenTune,
    Use,
    Weights,
    hookimpl,
    label_kinds,
)
from jazzgram.models import known_terms
from jazzgram.music import Floats

from .weights import hold_out, mixture_weights, sufficient

_SHARES = "shares"
_SMALLEST = 1e-300
_ROUNDED = 1e-3
"""How far from 1 weights may sum: those in a file may be rounded."""


class Options(jazzgram.Options):
    """The models and their weights."""

    members: tuple[Use, ...] = Field(
        (Use(use="markov"), Use(use="grammar")),
        min_length=1,
        description="The models, each written as under `model`: `{use: name, with: {...}}`.",
    )
    weights: tuple[Annotated[float, Field(ge=0, le=1)], ...] | None = Field(
        None,
        description="The weight of each member, as a share of 1; null fits them to the validation part, or to held-out"
        " tunes where there is none.",
    )

    @field_validator("weights")
    @classmethod
    def _one_each(cls, weights: tuple[float, ...] | None, info: ValidationInfo) -> tuple[float, ...] | None:
        members = info.data.get("members")
        if weights is None or members is None:
            return weights
        if len(weights) != len(members):
            raise ValueError(f"expected {len(members)} weights, one for each member")
        if abs(sum(weights) - 1) > _ROUNDED:
            raise ValueError(f"the weights sum to {sum(weights):g}, expected 1")
        return weights


@hookimpl
def build_model(options: Options, members: Sequence[TokenModel]) -> TokenModel:
    """Build a mixture of models that are not trained.

    Examples
    --------
    Of three terms, the second followed the first twice and the third once. One chain takes half off each count and the
    other a tenth; the mixture is between them:

    >>> from jazzgram import Vocabulary, parse_terms
    >>> from jazzgram_plugins.models import markov
    >>> words = Vocabulary.of((parse_terms("C,1.000 S,1.000 X,1.000"),))
    >>> chains = [markov.build_model(words, markov.Options(order=1, discount=discount)) for discount in (0.5, 0.1)]
    >>> uses = tuple(Use(use="markov", options={"order": 1, "discount": discount}) for discount in (0.5, 0.1))
    >>> model = build_model(Options(members=uses, weights=(0.25, 0.75)), chains)
    >>> model.fit(Dataset.of([0, 1, 0, 1, 0, 2]), 1, Path("unused"), lambda epoch: None)
    >>> for each in (*chains, model):
    ...     state, _ = each.step(each.start(1), None, ())
    ...     print(each.step(state, np.array([0]), ())[1].round(3).tolist())
    [[0.167, 0.583, 0.25]]
    [[0.033, 0.65, 0.317]]
    [[0.067, 0.633, 0.3]]
    """
    return Ensemble(options, members)


class Ensemble:
    """Models and their weights; see `TokenModel` for its methods. It is conditioned on the labels of all members."""

    def __init__(self, options: Options, members: Sequence[TokenModel]) -> None:
        self._options = options
        self._members = tuple(members)
        self._shares: NDArray[np.float64] | None = None
        self.label_kinds = tuple(dict.fromkeys(kind for member in members for kind in label_kinds(member)))

    def fit(self, data: Dataset, seed: int, checkpoint: Path, report: Callable[[Epoch], None]) -> None:
        """Train each member, from a checkpoint of its own, and fit the weights."""
        epochs = _Epochs(report)
        validation = sufficient([tune for tune in data.validation if len(tune)])
        self._shares, score = self._fixed_shares(), None
        if self._shares is None and not validation:
            train, held_out = hold_out([tune for tune in data.train if len(tune)])
            if held_out:
                self._train(Dataset(train), seed, checkpoint.with_name(f"{checkpoint.name}.held_out"), epochs)
                score = self._score(sufficient(held_out))
            else:
                self._shares = self._equal_shares()
        self._train(data, seed, checkpoint, epochs)
        if validation:
            score = self._score(validation)
        if score is not None:
            epochs.add(*score, on_validation=bool(validation))

    def _fixed_shares(self) -> Floats | None:
        weights = self._options.weights
        if weights is None:
            return self._equal_shares() if len(self._members) == 1 else None
        return np.array(weights) / sum(weights)

    def _equal_shares(self) -> Floats:
        return np.full(len(self._members), 1 / len(self._members))

    def _train(self, data: Dataset, seed: int, checkpoint: Path, epochs: _Epochs) -> None:
        uses = self._options.members
        for number, member in enumerate(self._members):
            again = uses[:number].count(uses[number])
            with _naming(number):
                own = checkpoint.with_name(f"{checkpoint.name}.{number}")
                member.fit(data, (seed + again) % 2**63, own, epochs.of_next())

    def _score(self, tunes: Sequence[TokenTune]) -> tuple[float, float]:
        """Fit the weights to tunes unless they are fixed; return the bits a term, and the accuracy."""
        if self._shares is None:
            self._shares = mixture_weights(np.array([known_terms(member, tunes)[0] for member in self._members]))
        probabilities, likeliest = known_terms(self, tunes)
        return float(-np.log2(np.maximum(probabilities, _SMALLEST)).mean()), float(likeliest.mean())

    def weights(self) -> Weights:
        """Return ``shares``, float64 (members,), and the members' parameters, their names after ``0/``, ``1/`` …"""
        shares = {_SHARES: self._learned}
        members = [member.weights() for member in self._members]
        return shares | {f"{n}/{name}": array for n, each in enumerate(members) for name, array in each.items()}

    def load(self, weights: Weights) -> None:
        """Load parameters as `weights` returns them."""
        shares, parts = weights.get(_SHARES), [dict[str, NDArray[Any]]() for _ in self._members]
        if (
            shares is None
            or shares.shape != (len(parts),)
            or not (shares >= 0).all()
            or abs(shares.sum() - 1) > _ROUNDED
        ):
            raise JazzgramError(
                f"the weights {_SHARES} are not {len(parts)} shares, one for each member, that sum to 1"
            )
        for name, array in weights.items():
            member, _, own = name.partition("/")
            if member.isdecimal() and int(member) < len(parts):
                parts[int(member)][own] = array
            elif name != _SHARES:
                raise JazzgramError(
                    f"the weights {name} are of no member; an ensemble of {len(parts)} has them after 0/"
                )
        for number, (model, part) in enumerate(zip(self._members, parts, strict=True)):
            with _naming(number):
                model.load(part)
        self._shares = shares.astype(np.float64)

    @property
    def _learned(self) -> Floats:
        if self._shares is None:
            raise JazzgramError("the model has no weights yet: train it, or load a trained one")
        return self._shares

    def start(self, batch: int) -> tuple[Any, ...]:
        """Return the members' initial states."""
        return tuple(member.start(batch) for member in self._members)

    def step(
        self, state: tuple[Any, ...], inputs: NDArray[Any] | None, positions: Sequence[Position]
    ) -> tuple[tuple[Any, ...], Probabilities]:
        """Advance every member by one term, and mix their distributions."""
        stepped = [member.step(own, inputs, positions) for member, own in zip(self._members, state, strict=True)]
        mixed = sum(share * expected for share, (_, expected) in zip(self._learned, stepped, strict=True))
        return tuple(own for own, _ in stepped), np.asarray(mixed, np.float64)

    def gather(self, rows: Sequence[tuple[tuple[Any, ...], int]]) -> tuple[Any, ...]:
        """Build a state from rows of other states."""
        return tuple(
            member.gather([(state[number], row) for state, row in rows]) for number, member in enumerate(self._members)
        )


class _Epochs:
    """Number the epochs of consecutive trainings."""

    def __init__(self, report: Callable[[Epoch], None]) -> None:
        self._report = report
        self._last = 0

    def of_next(self) -> Callable[[Epoch], None]:
        """Return the callback for the next training's epochs."""
        before = self._last

        def renumbered(epoch: Epoch) -> None:
            self._last = before + epoch.number
            self._report(replace(epoch, number=self._last, of=before + epoch.of))

        return renumbered

    def add(self, bits: float, right: float, *, on_validation: bool) -> None:
        """Report the mixture's own score as one more epoch."""
        self.of_next()(Epoch(1, 1, bits, right, bits if on_validation else None))


@contextmanager
def _naming(number: int) -> Iterator[None]:
    """Begin the message of an error with the member it comes from."""
    try:
        yield
    except JazzgramError as error:
        raise JazzgramError(f"members.{number}: {error}") from error
