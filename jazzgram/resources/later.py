"""Modules that are imported when they are first used."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Later:
    """A module that is imported when an attribute of it is first read, by whichever thread reads it.

    `importlib.util.LazyLoader` is not for threads in Python 3.11: a second one may see the module half executed.

    Parameters
    ----------
    name : str
        The module's full name.

    Examples
    --------
    >>> Later("fractions").Fraction(1, 3)
    Fraction(1, 3)
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
