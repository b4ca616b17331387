"""A bakeoff: models and chains against each other and against honest baselines, on the same changes and seeds.

Every model with every chain is a cell. A cell that is done is cached, so that an interrupted bakeoff
continues where it was; the chains of one model share its terms. All are ranked by their distance to real solos.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from jazzgram.errors import JazzgramError
from jazzgram.evaluation.baselines import baselines
from jazzgram.evaluation.benchmark import Benchmark
from jazzgram.evaluation.reference import Statistic
from jazzgram.evaluation.scores import Scores, distance
from jazzgram.hooks.progress import Reporter
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.resources.plain import plain


@dataclass(frozen=True)
class Cell:
    """A model with a chain.

    Parameters
    ----------
    name : str
        ``model × chain``, by the names of their configurations.
    pipeline : Pipeline
        The model's configuration with the other's chain.
    model : Pipeline
        The model's own configuration, which is trained for all of its cells.
    """

    name: str
    pipeline: Pipeline
    model: Pipeline


@dataclass(frozen=True)
class Standing:
    """A position in the ranking.

    Parameters
    ----------
    name : str
        The name of the cell or baseline.
    distance, low, high : float
        To real solos, with its interval.
    scores : Scores
        Its scores.
    """

    name: str
    distance: float
    low: float
    high: float
    scores: Scores


def cells(models: Sequence[Pipeline], chains: Sequence[Pipeline]) -> list[Cell]:
    """Combine every model with every chain.

    Parameters
    ----------
    models : sequence of Pipeline
        Their corpus, tokenizer, model and samplers are used.
    chains : sequence of Pipeline
        Their chains are used; empty for each model's own.

    Returns
    -------
    list of Cell
        Model after model.
    """
    found = []
    for model in models:
        for chain in chains or [model]:
            pipeline = Pipeline(replace(model.config, chain=chain.config.chain), model.use_cache, model.reporter)
            name = model.config.name if not chains else f"{model.config.name} × {chain.config.name}"
            found.append(Cell(name, pipeline, model))
    names = [cell.name for cell in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise JazzgramError(f"{', '.join(sorted(twice))}: stands twice in the bakeoff; give the files other names")
    return found


def read_list(path: Path) -> list[str]:
    """Read a bakeoff's file: a YAML list of configurations, relative to the file or bundled.

    Raises
    ------
    JazzgramError
        Where it cannot be read or is no list of names.
    """
    try:
        content = yaml.safe_load(plain(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise JazzgramError(f"{path}: cannot be read as YAML: {reason}") from None
    if not isinstance(content, list) or not content or not all(isinstance(item, str) for item in content):
        raise JazzgramError(f"{path}: expected a list of configurations, such as: [blues, mine.yaml]")
    return [str(path.parent / item) if (path.parent / item).is_file() else item for item in content]


def bake(entries: Sequence[Cell], benchmark: Benchmark, reporter: Reporter) -> Iterator[Scores]:
    """Score every cell, and then every baseline.

    Yields
    ------
    Scores
        As each is done; a cell that fails is reported to the reporter and left out.
    """
    for cell in entries:
        try:
            cell.model.train()
            yield benchmark.score(cell.pipeline.reusing(cell.model), cell.name)
        except JazzgramError as error:
            reporter.warn(f"{cell.name} is left out: {error}")
    for name, solos in baselines(benchmark.plan, benchmark.corpus).items():
        yield benchmark.score_baseline(f"baseline: {name}" if name != "real" else "real solos", solos)


def ranking(results: Sequence[Scores], real: Mapping[str, Statistic]) -> list[Standing]:
    """Rank by distance, nearest first; what has no distance comes last."""
    standings = [Standing(scores.name, *distance(scores, real), scores) for scores in results]
    return sorted(standings, key=lambda standing: (standing.distance != standing.distance, standing.distance))
