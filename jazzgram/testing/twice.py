"""Call a hook twice with random generators of equal seed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any


def twice(call: Callable[..., Any], **arguments: Any) -> tuple[Any, list[str]]:
    """Call with two random generators of equal seed; return the result and what is wrong with either call."""
    found = []
    before = copy.deepcopy(arguments)
    first = call(**arguments, rng=Random("check"))
    if arguments != before:
        found.append("changed what it was given")
    second = call(**arguments, rng=Random("check"))
    if first is None:
        return (), ["returned None"]
    if not isinstance(first, list | tuple):
        return (), [f"returned a {type(first).__name__}; expected a list"]
    if list(first) != list(second):
        found.append("returned two results for one seed: randomness must come from rng only")
    return tuple(first), found
