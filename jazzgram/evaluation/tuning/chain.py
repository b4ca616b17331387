"""Tuning a chain: its steps' options, which of them are there, and their order, judged by the distance to real solos.

The terms do not depend on the chain: they are sampled once, and every trial plays the same ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jazzgram.config.config import Config, Part
from jazzgram.config.steps import CHAIN_HOOKS, Step, check_promises
from jazzgram.errors import JazzgramError
from jazzgram.evaluation.evaluate import Ground, reference_for
from jazzgram.evaluation.measuring import AIMS
from jazzgram.evaluation.reference import Statistic
from jazzgram.evaluation.scores import Scores, distance, means
from jazzgram.evaluation.tuning.model import checked
from jazzgram.evaluation.tuning.space import Suggests, space
from jazzgram.hooks.progress import Listener
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.resources.cache import content_key
from jazzgram.resources.results import code_key

if TYPE_CHECKING:
    from optuna import Trial

COPIED = "copying.copied_intervals"
"""The number that says how many notes of a chorus stand in the corpus in a row, at any pitch."""
PENALTY = 0.1
"""What a note too many costs: a tenth of a standard deviation in every number."""


@dataclass(frozen=True)
class Judge:
    """How far choruses are from what they are to be like.

    Parameters
    ----------
    real : dict of str to Statistic
        How real solos measure.
    metrics : tuple of str
        What is compared.
    copied : str
        The number that says how long the longest run is that stands in the corpus.
    allowed : int
        How long such a run may be: as long as two real players share.
    penalty : float
        What each note beyond that costs.
    """

    real: dict[str, Statistic]
    metrics: tuple[str, ...]
    copied: str
    allowed: int
    penalty: float = PENALTY

    def __call__(self, scores: Scores) -> float:
        """Give the mean of ``|mean - real mean| / real sd``, plus the penalty for copying."""
        return distance(scores, self.real, self.metrics)[0] + self.copying(scores)

    def copying(self, scores: Scores) -> float:
        """Give the penalty: for each note by which the mean longest copied run exceeds what is allowed."""
        if self.copied not in scores.metrics:
            return 0.0
        longest = float(means(scores.of([self.copied]).values)[0])
        return self.penalty * max(0.0, longest - self.allowed) if longest == longest else 0.0


@dataclass(frozen=True)
class ChainObjective:
    """Play the choruses with a trial's chain, and judge them.

    Parameters
    ----------
    config : str
        The configuration.
    settings : tuple of str
        As for `Pipeline.load`.
    toward : str
        A style of the bundled reference, or ``corpus``.
    solos, bars : int
        How many choruses, and how long.
    """

    config: str
    settings: tuple[str, ...]
    toward: str
    solos: int = 8
    bars: int = 32

    def __call__(self, trial: Trial) -> float:
        """Give the distance of the trial's chain."""
        pipeline, ground, judge = _table(self)
        return judge(play(pipeline, suggested(pipeline.config, trial), ground))

    def key(self) -> str:
        """Hash all that decides a trial."""
        pipeline, ground, judge = _table(self)
        known = {name: (judge.real[name].mean, judge.real[name].sd) for name in judge.metrics if name in judge.real}
        return content_key(
            engine=code_key("studies"),
            ground=ground.key(pipeline),
            real=known,
            allowed=judge.allowed,
            penalty=judge.penalty,
        )


def lay(pipeline: Pipeline, toward: str, solos: int, bars: int, part: str) -> tuple[Ground, Judge]:
    """Choose choruses over held-out changes, and what they are judged by.

    Parameters
    ----------
    pipeline : Pipeline
        Its model is trained where it is not.
    toward : str
        A style of the bundled reference, or ``corpus`` for the corpus's own training solos.
    solos, bars : int
        How many choruses, and how long.
    part : str
        ``validation`` or ``test``.
    """
    reference = reference_for(pipeline, "corpus" if toward == "corpus" else "wjazzd", bars)
    real = reference.style("all" if toward == "corpus" else toward)
    pipeline.train()
    return replace(Ground.of(pipeline, solos, bars, part), processes=1), Judge(
        real, AIMS, COPIED, reference.longest_shared
    )


@lru_cache(maxsize=1)
def _table(objective: ChainObjective) -> tuple[Pipeline, Ground, Judge]:
    pipeline = Pipeline.load(objective.config, settings=objective.settings)
    return pipeline, *lay(pipeline, objective.toward, objective.solos, objective.bars, "validation")


def play(pipeline: Pipeline, chain: Sequence[Step], ground: Ground) -> Scores:
    """Take the terms of the ground's choruses through another chain, and measure what comes out."""
    other = pipeline.given(replace(pipeline.config, chain=tuple(chain)), listener=Listener())
    return ground.play(other, pipeline.config.name)


def start(config: Config) -> dict[str, Any]:
    """Give the parameters that stand for the chain as it is."""
    params: dict[str, Any] = {}
    for step in config.chain:
        params[f"{step.label} on"] = True
        params[f"{step.label} order"] = (step.number - 0.5) / len(config.chain)
        for dimension in space(step.plugin.options):
            value = getattr(step.options, dimension.name)
            if dimension.holds(value):
                params[f"{step.label}.{dimension.name}"] = value
    return params


def suggested(config: Config, trial: Suggests) -> tuple[Step, ...]:
    """Let a trial choose a chain out of a configuration's steps.

    Parameters
    ----------
    config : Config
        Whose tokenizer and steps are taken.
    trial : Suggests
        Chooses for each step whether it is there, where it stands among those of its hook, and its options.

    Returns
    -------
    tuple of Step
        Numbered as if they were read from a file.

    Raises
    ------
    JazzgramError
        Where a step needs what nothing before it provides, or its options do not go together.
    """
    steps: list[tuple[int, float, Step]] = []
    for step in config.chain:
        present = trial.suggest_categorical(f"{step.label} on", (True, False))
        order = trial.suggest_float(f"{step.label} order", 0.0, 1.0)
        drawn = {found.name: found.suggest(trial, f"{step.label}.") for found in space(step.plugin.options)}
        if present:
            options = checked(Part(step.plugin, step.options), step.options.model_dump() | drawn)
            steps.append((CHAIN_HOOKS.index(step.hook), order, replace(step, options=options)))
    chain = numbered([step for _, _, step in sorted(steps, key=lambda item: item[:2])])
    problems = [problem for _, problem in check_promises(config.tokenizer.plugin, chain)]
    if problems:
        raise JazzgramError("; ".join(problems))
    return chain


def numbered(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Number steps as a configuration with this list would."""
    found: list[Step] = []
    for number, step in enumerate(steps, 1):
        same = sum(other.plugin.name == step.plugin.name and other.hook == step.hook for other in found)
        found.append(replace(step, number=number, occurrence=same))
    return tuple(found)


class Replay:
    """Choose what a trial has chosen before: stands for it where its chain is made again.

    Parameters
    ----------
    params : mapping
        The parameters of the trial.
    """

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._params = params

    def suggest_int(self, name: str, low: int, high: int, *, log: bool = False) -> int:
        """Give the whole number that was chosen."""
        return int(self._params[name])

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float:
        """Give the number that was chosen."""
        return float(self._params[name])

    def suggest_categorical(self, name: str, choices: Any) -> Any:
        """Give the value that was chosen."""
        return self._params[name]
