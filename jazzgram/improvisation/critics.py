"""The critics of a configuration: what they have learned, and what they make of a candidate's bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, isnan
from typing import Any

from jazzgram.config.steps import Step
from jazzgram.errors import StepError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.improvisation.chain import call_step
from jazzgram.music.tune import Corpus


class Critics:
    """The critics of a configuration, in order.

    Parameters
    ----------
    steps : sequence of Step
        ``score_bar`` steps, in the order of the file.
    calls : PluginCalls
        Has every plugin of the steps.
    corpus : callable
        Returns the training tunes; called only where a critic studies them.

    Attributes
    ----------
    names : frozenset of str
        The arguments that any of them names.
    """

    def __init__(self, steps: Sequence[Step], calls: PluginCalls, corpus: Callable[[], Corpus]) -> None:
        self.steps = tuple(steps)
        self.names = frozenset[str]().union(*(step.names for step in steps))
        self._calls = [calls.caller("score_bar", step.plugin) for step in steps]
        self._learned = [self._studied(step, calls, corpus) for step in steps]

    @staticmethod
    def _studied(step: Step, calls: PluginCalls, corpus: Callable[[], Corpus]) -> Any:
        if "study_corpus" not in step.plugin.hooks:
            return None
        return calls.caller("study_corpus", step.plugin)(corpus=corpus(), options=step.options)

    def score(self, number: int, bar: int, **arguments: Any) -> float:
        """Return a critic's log weight of a candidate's bar."""
        step = self.steps[number]
        weight = call_step(step, self._calls[number], bar, learned=self._learned[number], **arguments)
        if not isinstance(weight, int | float) or isnan(weight) or weight == inf:
            raise StepError(
                f"step {step.label} (score_bar, bar {bar + 1}) returned {weight!r}; return a finite log weight, or -inf"
            )
        return float(weight)
