"""The results of a run beside its solo, gathered for its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from jazzgram.pages.report.page import Facts

if TYPE_CHECKING:
    from jazzgram.evaluation.copying import NoteCopy
    from jazzgram.hooks.token_model import Epoch
    from jazzgram.music.solo import Solo
    from jazzgram.pipeline.pipeline import Pipeline

AT_ONCE = 20_000
"""Terms of a corpus up to which every run searches it for copied runs: a fraction of a second."""


def facts_of(
    pipeline: Pipeline, solo: Solo, config: str, measures: Mapping[str, float], *, whole: bool = False
) -> Facts:
    """Gather the results of a run beside its solo.

    Parameters
    ----------
    pipeline : Pipeline
        The pipeline that made the solo.
    solo : Solo
        The solo.
    config : str
        The resolved configuration as YAML.
    measures : mapping of str to float
        The metrics' numbers.
    whole : bool
        Whether to include what takes time: copied runs in a corpus of more than `AT_ONCE` terms, and the training of a
        model that is not loaded.
    """
    return replace(
        plain_facts(config, measures, solo.bars),
        history=tuple(_epochs(pipeline, whole)),
        copies=_copies(pipeline, solo) if whole or searches_at_once(pipeline) else (),
    )


def searches_at_once(pipeline: Pipeline) -> bool:
    """Return whether every run searches the corpus for copied runs: it is small, and here."""
    return pipeline.shipped is None and len(pipeline.tokens) <= AT_ONCE


def plain_facts(config: str, measures: Mapping[str, float], bars: int) -> Facts:
    """Gather the results that need only the files of the run.

    Parameters
    ----------
    config, measures
        As in `facts_of`.
    bars : int
        The length of the solo, which is compared with real solos where the reference has excerpts of that length.
    """
    return Facts(config, "jazzgram run run.yaml", measures, _real(bars, measures))


def _epochs(pipeline: Pipeline, whole: bool) -> Sequence[Epoch]:
    if pipeline.knows("trained"):
        return pipeline.trained.epochs
    if whole:
        return pipeline.training.epochs() if pipeline.shipped is None else pipeline.shipped.epochs
    return ()


def _copies(pipeline: Pipeline, solo: Solo) -> tuple[NoteCopy, ...]:
    from jazzgram.evaluation.copying import CorpusRuns

    return CorpusRuns(pipeline.training_corpus).by_note(solo)


def _real(bars: int, measures: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Return mean and standard deviation of the measures over real solos, where their excerpts are as long."""
    if not measures:
        return {}
    from jazzgram.evaluation.reference import find_reference

    reference = find_reference()
    if reference.bars != bars:
        return {}
    real = reference.style()
    return {name: (real[name].mean, real[name].sd) for name in measures if name in real}
