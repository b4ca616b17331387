"""What each value of a metric means, from the section *Metrics* of the docstring of its plugin."""

from __future__ import annotations

import inspect
import re

_SECTION = re.compile(r"^Metrics\n-+\n(.*?)(?=^\S[^\n]*\n-+\n|\Z)", re.DOTALL | re.MULTILINE)
_NAMES = re.compile(r"((?:``\w+``(?:, | and )?)+): ")
_NAME = re.compile(r"``(\w+)``")


def value_definitions(docstring: str) -> dict[str, str]:
    """Return the definition of each value, by its name.

    Parameters
    ----------
    docstring : str
        Names in double backquotes, a colon, and a definition that ends where the next names begin. Names that stand
        together share theirs.

    Examples
    --------
    >>> text = '''Count.
    ...
    ... Metrics
    ... -------
    ... - ``notes``: how many there are; at
    ...   most 99. ``rests``: the same of rests.
    ... - ``low``, ``high``: the outer pitches.
    ... '''
    >>> for name, definition in value_definitions(text).items():
    ...     print(f"{name}: {definition}")
    notes: how many there are; at most 99
    rests: the same of rests
    low: the outer pitches
    high: the outer pitches
    """
    section = _SECTION.search(inspect.cleandoc(docstring) + "\n")
    if section is None:
        return {}
    _, *parts = _NAMES.split(" ".join(section[1].replace("\n- ", "\n").split()))
    return {
        name: text.strip().removesuffix(";").removesuffix(".")
        for names, text in zip(parts[::2], parts[1::2], strict=True)
        for name in _NAME.findall(names)
    }
