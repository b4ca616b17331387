"""Tuning a chain and critics: their options and presence, and the chain's order, for the smallest distance.

The terms do not depend on the chain: they are sampled once, and every trial with the same critics takes the same ones.
The order of critics has no effect: their log weights are added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jazzgram.config.config import Config, Part
from jazzgram.config.steps import CHAIN_HOOKS, CRITIC_HOOKS, Step, check_promises
from jazzgram.errors import JazzgramError
from jazzgram.evaluation.benchmark import Benchmark
from jazzgram.evaluation.evaluate import reference_for
from jazzgram.evaluation.metrics import AIMS
from jazzgram.evaluation.reference import Statistic
from jazzgram.evaluation.scores import Scores, distance, means
from jazzgram.evaluation.tuning.space import Suggests, space
from jazzgram.evaluation.tuning.tune_model import checked
from jazzgram.hooks.progress import Reporter
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.resources.cache import content_key
from jazzgram.resources.results import code_key

if TYPE_CHECKING:
    from optuna import Trial

COPIED = "copying.copied_intervals"
"""The metric of the longest run of notes that occurs in the corpus, at any pitch."""
PENALTY = 0.1
"""The penalty of each note beyond what is allowed: a tenth of a standard deviation in every metric."""


@dataclass(frozen=True)
class PenalizedDistance:
    """The value that a search minimizes: the distance to real solos plus a penalty for copying.

    Parameters
    ----------
    real : dict of str to Statistic
        The statistics of real solos.
    metrics : tuple of str
        The metrics in the distance.
    copied : str
        The metric of the longest run that occurs in the corpus.
    allowed : int
        The longest run without a penalty: as long as two real players share.
    penalty : float
        Added for each note beyond `allowed`.
    """

    real: dict[str, Statistic]
    metrics: tuple[str, ...]
    copied: str
    allowed: int
    penalty: float = PENALTY

    def __call__(self, scores: Scores) -> float:
        """Return the mean of ``|mean - real mean| / real sd``, plus the penalty for copying."""
        return distance(scores, self.real, self.metrics)[0] + self.copying(scores)

    def copying(self, scores: Scores) -> float:
        """Return the penalty for the notes by which the mean longest copied run exceeds `allowed`."""
        if self.copied not in scores.metrics:
            return 0.0
        longest = float(means(scores.of([self.copied]).values)[0])
        return self.penalty * max(0.0, longest - self.allowed) if longest == longest else 0.0


@dataclass(frozen=True)
class ChainObjective:
    """Score the choruses with a trial's chain.

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
    part : str
        As for `make_plan`.
    """

    config: str
    settings: tuple[str, ...]
    toward: str
    solos: int = 8
    bars: int = 32
    part: str = "validation"

    def __call__(self, trial: Trial) -> float:
        """Return the penalized distance of the trial's chain."""
        pipeline, benchmark, penalized_distance = _setup(self)
        return penalized_distance(score_config(pipeline, suggest_config(pipeline.config, trial), benchmark))

    def key(self) -> str:
        """Hash all that decides a trial."""
        pipeline, benchmark, penalized_distance = _setup(self)
        known = {
            name: (penalized_distance.real[name].mean, penalized_distance.real[name].sd)
            for name in penalized_distance.metrics
            if name in penalized_distance.real
        }
        return content_key(
            engine=code_key("studies"),
            benchmark=benchmark.key(pipeline),
            real=known,
            allowed=penalized_distance.allowed,
            penalty=penalized_distance.penalty,
        )


def make_benchmark(
    pipeline: Pipeline, toward: str, solos: int, bars: int, part: str
) -> tuple[Benchmark, PenalizedDistance]:
    """Set up a benchmark over held-out changes, and the value to minimize.

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
    return Benchmark.of(pipeline, solos, bars, part), PenalizedDistance(real, AIMS, COPIED, reference.longest_shared)


@lru_cache(maxsize=1)
def _setup(objective: ChainObjective) -> tuple[Pipeline, Benchmark, PenalizedDistance]:
    pipeline = Pipeline.load(objective.config, settings=objective.settings)
    return pipeline, *make_benchmark(pipeline, objective.toward, objective.solos, objective.bars, objective.part)


def score_config(pipeline: Pipeline, config: Config, benchmark: Benchmark) -> Scores:
    """Measure the benchmark's choruses with another chain and other critics."""
    return benchmark.score(pipeline.given(config, reporter=Reporter()), pipeline.config.name)


def initial_params(config: Config) -> dict[str, Any]:
    """Return the parameters of critics and chain as they are."""
    params: dict[str, Any] = {}
    for step in (*listed_critics(config), *config.chain):
        name = _name(step)
        params[f"{name} on"] = True
        if step.hook in CHAIN_HOOKS:
            params[f"{name} order"] = (step.number - 0.5) / len(config.chain)
        for dimension in space(step.plugin.options):
            value = getattr(step.options, dimension.name)
            if dimension.contains(value):
                params[f"{name}.{dimension.name}"] = value
    return params


def listed_critics(config: Config) -> tuple[Step, ...]:
    """Return the critics that the configuration lists; those of curves and kept bars are asked for, not tuned."""
    return config.critics[: len(config.sections.critics)]


def suggest_config(config: Config, trial: Suggests) -> Config:
    """Return a configuration with the critics and the chain that a trial chooses; see `suggest_chain`."""
    critics = []
    for step in listed_critics(config):
        chosen = _suggest_step(step, trial)
        if chosen is not None:
            critics.append(chosen)
    others = config.critics[len(config.sections.critics) :]
    return replace(config, critics=numbered([*critics, *others]), chain=suggest_chain(config, trial))


def suggest_chain(config: Config, trial: Suggests) -> tuple[Step, ...]:
    """Build the chain that a trial chooses from a configuration's steps.

    Parameters
    ----------
    config : Config
        Its tokenizer and steps are used.
    trial : Suggests
        Suggests for each step whether it is there, its position among those of its hook, and its options.

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
        order = trial.suggest_float(f"{_name(step)} order", 0.0, 1.0)
        chosen = _suggest_step(step, trial)
        if chosen is not None:
            steps.append((CHAIN_HOOKS.index(step.hook), order, chosen))
    chain = numbered([step for _, _, step in sorted(steps, key=lambda item: item[:2])])
    problems = [problem for _, problem in check_promises(config.tokenizer.plugin, chain)]
    if problems:
        raise JazzgramError("; ".join(problems))
    return chain


def _suggest_step(step: Step, trial: Suggests) -> Step | None:
    """Return a step with the options that a trial chooses; None where it leaves it out."""
    name = _name(step)
    present = trial.suggest_categorical(f"{name} on", (True, False))
    drawn = {found.name: found.suggest(trial, f"{name}.") for found in space(step.plugin.options)}
    if not present:
        return None
    return replace(step, options=checked(Part(step.plugin, step.options), step.options.model_dump() | drawn))


def _name(step: Step) -> str:
    """Return a step's name among the parameters: critics and steps are numbered each for themselves."""
    return f"critic {step.label}" if step.hook in CRITIC_HOOKS else step.label


def numbered(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return steps numbered as in a configuration with this list."""
    found: list[Step] = []
    for number, step in enumerate(steps, 1):
        same = sum(other.plugin.name == step.plugin.name and other.hook == step.hook for other in found)
        found.append(replace(step, number=number, occurrence=same))
    return tuple(found)


class Replay:
    """A stand-in for a trial that suggests what the trial suggested before, to build its chain again.

    Parameters
    ----------
    params : mapping
        The parameters of the trial.
    """

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._params = params

    def suggest_int(self, name: str, low: int, high: int, *, log: bool = False) -> int:
        """Return the whole number that was chosen."""
        return int(self._params[name])

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float:
        """Return the number that was chosen."""
        return float(self._params[name])

    def suggest_categorical(self, name: str, choices: Any) -> Any:
        """Return the value that was chosen."""
        return self._params[name]
