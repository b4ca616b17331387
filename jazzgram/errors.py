"""The errors jazzgram raises for mistakes a user can mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class JazzgramError(Exception):
    """Say in one line what was found, where, what was expected and what to do.

    The command line prints the message and exits with status 2; anything that is not a
    `JazzgramError` is a defect of jazzgram or of a plugin.
    """


class ConfigError(JazzgramError):
    """Hold every mistake of a configuration, each as ``file:line: where: what``.

    Parameters
    ----------
    mistakes : iterable of str
        One line each, in the order of the file. At least one.
    """

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


class StepError(JazzgramError):
    """Name the step of a chain that raised, or that returned what no later step can use."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `` (did you mean …?)`` for the nearest known name, or an empty text where none is near."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" (did you mean {near[0]}?)" if near else ""
