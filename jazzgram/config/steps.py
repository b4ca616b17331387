"""Steps: a plugin with its options at a position of a list, and what it preserves or breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from inspect import signature
from pathlib import Path
from random import Random

from jazzgram.hooks.finding import STEP_HOOKS, find
from jazzgram.hooks.options import Options
from jazzgram.hooks.plugins import Plugin
from jazzgram.resources.frozen import dataclass

SAMPLER_HOOKS = STEP_HOOKS[:2]
"""The hooks of the samplers."""
CRITIC_HOOKS = ("score_bar",)
"""The hook of the critics."""
CHAIN_HOOKS = STEP_HOOKS[2:]
"""The hooks of a chain, in the only order they can be called in."""

LEADS = "future"
"""The stock critic that leads into bars that are kept."""

PROMISES = {
    "grid": "onsets stand on the notational grid: nothing has been swung or humanized",
    "monophonic": "no two notes sound at once",
    "within_bar": "no note crosses its barline",
    "full_bars": "each bar's terms sum exactly to the meter",
}
"""What a plugin can declare that it ``NEEDS``, ``PROVIDES`` or ``DESTROYS``."""


@dataclass(frozen=True)
class Step:
    """One step of a chain, of the samplers or of the critics.

    Parameters
    ----------
    hook : str
        Which hook is called.
    plugin : Plugin
        Whose implementation.
    options : Options
        Its checked options.
    number : int
        Its position in the configuration's list, from 1.
    occurrence : int
        How many steps before it name the same plugin for the same hook.
    """

    hook: str
    plugin: Plugin
    options: Options
    number: int
    occurrence: int = 0

    @cached_property
    def label(self) -> str:
        """How messages and traces call it: ``3:low_notes``."""
        return f"{self.number}:{Path(self.plugin.name).stem}"

    @cached_property
    def names(self) -> frozenset[str]:
        """The arguments that the implementation names: what costs time is computed only for those that name it."""
        return frozenset(signature(getattr(self.plugin.module, self.hook)).parameters)

    def rng(self, seed: int, bar: int) -> Random | None:
        """Seed a random generator that no other step and no other bar shares; None where the step names none."""
        if not {"rng", "rngs"} & self.names:
            return None
        return Random(f"{seed}/{self.hook}/{self.plugin.name}/{self.occurrence}/{bar}")


def leading_critic(critics: Sequence[Step]) -> tuple[Step, ...]:
    """Return the step that leads into kept bars, to score after other critics; empty where it is among them."""
    if any(step.plugin.name == LEADS for step in critics):
        return ()
    plugin = find(LEADS, CRITIC_HOOKS[0], Path())
    return (Step(CRITIC_HOOKS[0], plugin, plugin.options(), len(critics) + 1),)


def check_promises(tokenizer: Plugin, chain: Sequence[Step]) -> Iterator[tuple[Step, str]]:
    """Find the steps that need what an earlier one destroys or what nothing provides.

    Yields
    ------
    Step, str
        The step, and a sentence that reports what it lacks.
    """
    holds: dict[str, str] = dict.fromkeys(tokenizer.promise("PROVIDES"), tokenizer.name)
    lost: dict[str, str] = {}
    for step in chain:
        for name in (*step.plugin.promise("NEEDS"), *step.plugin.promise("PROVIDES"), *step.plugin.promise("DESTROYS")):
            if name not in PROMISES:
                yield step, f"{step.plugin.name} names the promise {name!r}; there are {', '.join(PROMISES)}"
        for need in sorted(step.plugin.promise("NEEDS") & PROMISES.keys() - holds.keys()):
            why = f"which {lost[need]} destroys: put it earlier" if need in lost else "which nothing before it provides"
            yield step, f"{step.plugin.name} needs {need!r} ({PROMISES[need]}), {why}"
        for name in step.plugin.promise("DESTROYS"):
            holds.pop(name, None)
            lost[name] = step.label
        for name in step.plugin.promise("PROVIDES"):
            holds[name] = step.label
            lost.pop(name, None)
