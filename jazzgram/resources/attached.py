"""Methods of values whose work is done by a layer above: `Solo.show`, for one, which needs pictures.

Values know nothing of what is built on them, but users expect ``solo.show()``. So the value has the method, with its
types and its documentation, and `jazzgram` (``__init__.py``) registers once where the work is done. That function is
imported when the method is first called. Nothing else may reach upwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from jazzgram.errors import JazzgramError

_HOMES: dict[str, str] = {}


def attach(homes: Mapping[str, str]) -> None:
    """Register where the work of methods is done.

    Parameters
    ----------
    homes : mapping of str to str
        For each method (``Solo.show``) a function that takes the same arguments, as ``module:name``.
    """
    _HOMES.update(homes)


def attached(method: str) -> Callable[..., Any]:
    """Return the function that does a method's work; import it where it is not yet.

    Raises
    ------
    JazzgramError
        Where nothing is attached to the method.

    Examples
    --------
    >>> import jazzgram
    >>> attached("Solo.show").__module__
    'jazzgram.pages.notebook'
    """
    home = _HOMES.get(method)
    if home is None:
        raise JazzgramError(f"{method}: nothing is attached to it (jazzgram/__init__.py says what is)")
    module, _, name = home.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function
