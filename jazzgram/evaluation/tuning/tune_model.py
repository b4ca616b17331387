"""Tuning a model: its options, for the fewest bits per term on validation solos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from jazzgram.config.config import Part
from jazzgram.errors import JazzgramError
from jazzgram.evaluation.tuning.space import Dimension
from jazzgram.hooks.progress import Reporter
from jazzgram.hooks.token_model import Epoch, TokenModel, TokenTune
from jazzgram.models.teacher_forcing import known_terms
from jazzgram.models.trained import Training, model_code
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.resources.cache import content_key
from jazzgram.resources.results import code_key

if TYPE_CHECKING:
    from optuna import Trial

HELD_OUT = 'corpus.split={"train": 0.8, "validation": 0.2, "test": 0.0}'
"""The setting that holds tunes out of a corpus without a split."""
_SMALLEST = 1e-12


def bits_per_term(model: TokenModel, tunes: Sequence[TokenTune]) -> float:
    """Score a model on tunes, each term predicted from the true ones before it.

    The mean of ``-log2 P(term | history)`` over the terms of all tunes. Terms that the vocabulary does not have are
    left out of the mean: they are the same for every model of the vocabulary.

    Parameters
    ----------
    model : TokenModel
        Trained.
    tunes : sequence of TokenTune
        Held out.

    Returns
    -------
    float
        0 or more; nan where there is no term that the vocabulary has.
    """
    scored = [tune for tune in tunes if len(tune)]
    probabilities = known_terms(model, scored)[0] if scored else np.zeros(0)
    return -float(np.log2(np.maximum(probabilities, _SMALLEST)).mean()) if len(probabilities) else float("nan")


@dataclass(frozen=True)
class ModelObjective:
    """Train a model with a trial's options, and score it on the validation part.

    Parameters
    ----------
    config : str
        The configuration.
    settings : tuple of str
        As for `Pipeline.load`.
    dimensions : tuple of Dimension
        The options that are searched.
    """

    config: str
    settings: tuple[str, ...]
    dimensions: tuple[Dimension, ...]

    def __call__(self, trial: Trial) -> float:
        """Return the trial's bits per term; raise `optuna.TrialPruned` where its losses fall behind others'."""
        return self.score({found.name: found.suggest(trial) for found in self.dimensions}, _PrunerListener(trial))

    def start(self) -> dict[str, Any]:
        """Return the options of the configuration that lie within the search space."""
        options = _pipeline(self.config, self.settings).config.model.options
        values = {found.name: getattr(options, found.name) for found in self.dimensions}
        return {found.name: values[found.name] for found in self.dimensions if found.contains(values[found.name])}

    def key(self) -> str:
        """Hash all that decides a trial."""
        pipeline = _pipeline(self.config, self.settings)
        part = pipeline.config.model
        return content_key(
            engine=code_key("studies"),
            tokens=pipeline.tokens.digest,
            model=[part.plugin.name, model_code(part), part.options.model_dump(mode="json")],
            seed=pipeline.config.sections.model.seed,
            dimensions=[[found.name, found.low, found.high, found.choices] for found in self.dimensions],
        )

    def score(self, options: dict[str, Any], reporter: Reporter | None = None) -> float:
        """Train with options, and return the bits per term."""
        pipeline = _pipeline(self.config, self.settings)
        config, tokens = pipeline.config, pipeline.tokens
        given = config.model.options.model_dump() | options
        part = Part(config.model.plugin, checked(config.model, given))
        seed = config.sections.model.seed
        training = Training(part, pipeline.calls, tokens, seed, pipeline.training.facts, reporter or Reporter())
        model, _ = training.trained()
        return bits_per_term(model, tokens.data().validation)


def checked(part: Part, given: dict[str, Any]) -> Any:
    """Validate options that a trial has drawn; raise JazzgramError where they do not go together."""
    from pydantic import ValidationError

    try:
        return part.plugin.options.model_validate(given)
    except ValidationError as error:
        raise JazzgramError(f"{part.plugin.name}: {error.errors()[0]['msg']}") from None


@lru_cache(maxsize=2)
def _pipeline(config: str, settings: tuple[str, ...]) -> Pipeline:
    return Pipeline.load(config, settings=settings)


def with_validation(
    pipeline: Pipeline, load: Callable[[Sequence[str]], Pipeline], settings: Sequence[str]
) -> tuple[str, ...]:
    """Return the settings with which a corpus has validation tunes; hold some out where it is not split.

    Raises
    ------
    JazzgramError
        Where no tune is left for validation.
    """
    chosen = tuple(settings)
    if not pipeline.tokens.data().validation:
        chosen = (*chosen, HELD_OUT)
        pipeline.reporter.warn("The corpus has no validation part: a fifth of its compositions is held out for tuning.")
        pipeline = load(chosen)
    if not pipeline.tokens.data().validation:
        raise JazzgramError(f"{pipeline.config.path}: the corpus is too small to hold solos out; tune on a larger one")
    return chosen


class _PrunerListener(Reporter):
    """Report each epoch's loss to the pruner."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial

    def epoch(self, epoch: Epoch) -> None:
        import optuna

        loss = epoch.loss if epoch.validation is None else epoch.validation
        self._trial.report(loss, epoch.number)
        if self._trial.should_prune():
            raise optuna.TrialPruned


def tuned_options(part: Part, params: dict[str, Any]) -> dict[str, Any]:
    """Return the options that a search has changed."""
    before = part.options.model_dump(mode="json")
    options = checked(part, part.options.model_dump() | params).model_dump(mode="json")
    return {name: value for name, value in options.items() if value != before[name]}
