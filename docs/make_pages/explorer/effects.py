"""What each stock step of a chain does to the same take, with it and without, and what it improves over a few takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jazzgram import Pipeline
from jazzgram.config.steps import Step
from jazzgram.evaluation import find_reference
from jazzgram.hooks.hookspecs import KINDS
from make_pages.explorer.recording import METRICS, compared, measure, play, record, rounded

CONFIG = Path(__file__).parent / "steps.yaml"
"""The configuration with every step; options are such that a step has something to do."""
TAKES = 3
"""How many takes the gain is measured over: the seed of the configuration and those after it."""
_FIRST = "breathe"
_BEHIND = "no_overlaps"
"""The step that is on in every run but one without it: a line of one voice, which other steps need."""


def record_effects() -> dict[str, Any]:
    """Play every step with and without it.

    Returns
    -------
    dict
        As `record`, and in ``runs`` for each of its steps one of the ``effects``: ``hook``; ``page``, its own page in
        the site; ``without`` and ``with``, combinations; ``gain``, how much nearer to real solos it brings the takes,
        as in `jazzgram.evaluation.ablation`; ``gains``, the same for each of the ``metrics``. ``first`` is the name of
        the step that the page opens with.
    """
    pipeline = Pipeline.load(CONFIG)
    steps = pipeline.config.chain
    pairs = with_and_without(steps)
    combinations = sorted({combination for pair in pairs for combination in pair})
    recorded = record(pipeline, combinations)
    first = pipeline.config.sections.seed
    takes = [measure(play(Pipeline.load(CONFIG, seed=first + take), combinations)) for take in range(TAKES)]
    recorded["runs"]["effects"] = [
        {
            "hook": step.hook,
            "page": f"plugins/{KINDS[step.hook]}.html#{step.plugin.name}",
            "without": without,
            "with": present,
            **_gains([take[without] for take in takes], [take[present] for take in takes]),
        }
        for step, (without, present) in zip(steps, pairs, strict=True)
    ]
    recorded["runs"]["first"] = _FIRST
    return recorded


def with_and_without(steps: Sequence[Step]) -> list[tuple[int, int]]:
    """Return for each step the combination without it and the one with it."""
    (behind,) = (1 << bit for bit, step in enumerate(steps) if step.plugin.name == _BEHIND)
    return [(behind & ~(1 << bit), behind | 1 << bit) for bit in range(len(steps))]


def _gains(without: Sequence[Mapping[str, float]], present: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """Return how much nearer to real solos the takes are with a step, over all values and for each shown one."""
    reference = find_reference()

    def gain(names: Iterable[str]) -> float:
        chosen = list(names)
        return reference.distance(without, chosen) - reference.distance(present, chosen)

    return {"gain": rounded(gain(compared(without[0])))[0], "gains": rounded(*(gain([name]) for name in METRICS))}
