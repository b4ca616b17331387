"""The chain of an instrument: the line stays within its range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jazzgram.config.steps import CHAIN_HOOKS, Step
from jazzgram.hooks.plugins import Plugin

RANGE_HOOK, RANGE_PLUGIN = "prune_notes", "instrument_range"


def within_range(chain: Sequence[Step], plugin: Plugin, instrument: str) -> tuple[Step, ...]:
    """Return a chain that keeps the line within an instrument's range.

    Parameters
    ----------
    chain : sequence of Step
        Where it has steps of `plugin`, as the chain of an earlier run, these get the instrument. Otherwise two are
        added: before the other ``prune_notes`` steps, which smooth the leaps that a move by octaves makes, and after
        them, because they may leave the range again.
    plugin : Plugin
        ``instrument_range``.
    instrument : str
        The instrument's name.
    """
    options = plugin.options.model_validate({"instrument": instrument})
    if any(step.plugin.name == plugin.name for step in chain):
        return tuple(replace(step, options=options) if step.plugin.name == plugin.name else step for step in chain)
    added = Step(RANGE_HOOK, plugin, options, 0)
    before = [step for step in chain if CHAIN_HOOKS.index(step.hook) < CHAIN_HOOKS.index(RANGE_HOOK)]
    pruning = [step for step in chain if step.hook == RANGE_HOOK]
    steps = (*before, added, *pruning, replace(added, occurrence=1), *chain[len(before) + len(pruning) :])
    return tuple(replace(step, number=number) for number, step in enumerate(steps, 1))
