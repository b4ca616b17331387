"""Observers: they receive each call of a step, so that a run is traced without changes to the steps."""

from __future__ import annotations

from typing import Any, Protocol

from jazzgram.hooks.options import Options
from jazzgram.music.tune import Track


class Observer(Protocol):
    """Receive calls; see `jazzgram.pipeline.trace.Trace`."""

    def step(
        self,
        label: str,
        hook: str,
        options: Options,
        bar: int | None,
        before: tuple[Any, ...],
        after: tuple[Any, ...],
        seconds: float,
    ) -> None:
        """Record a call of a step of the chain, or of the tokenizer.

        Parameters
        ----------
        label, hook : str
            The step's label, and the hook that was called.
        options : Options
            The step's options.
        bar : int or None
            The bar it was called for, from 0; None for the whole solo.
        before, after : tuple of Term or Note
            Its input and its output.
        seconds : float
            Its time.
        """

    def sampler(self, label: str, hook: str, options: Options, seconds: float) -> None:
        """Record a call of a sampler step; there is one for every term of every solo."""

    def critic(
        self, label: str, options: Options, bar: int, weights: tuple[float, ...], chosen: int, seconds: float
    ) -> None:
        """Record a critic's scores of a bar.

        Parameters
        ----------
        label : str
            The critic's label.
        options : Options
            Its options.
        bar : int
            From 0.
        weights : tuple of float
            Its log weight for each candidate.
        chosen : int
            The index of the candidate that is in the solo.
        seconds : float
            The time of all its calls for this bar.
        """

    def accompanist(self, label: str, options: Options, tracks: tuple[Track, ...], seconds: float) -> None:
        """Record the call of an accompanist and its tracks."""
