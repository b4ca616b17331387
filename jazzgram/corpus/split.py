"""Splits: which tunes are trained on, which are held out, with no composition on both sides.

Every solo over one composition goes to the same part, because a model that was trained on one chorus over *Stardust*
knows something of the next. A composition's part is drawn by a hash of its name and the seed alone: a tune that is
added moves no other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from jazzgram.config.shares import Shares
from jazzgram.errors import JazzgramError
from jazzgram.resources.frozen import dataclass
from jazzgram.resources.plain import plain

PARTS = ("train", "validation", "test")
"""The parts of a split."""
UNUSED = "unused"
"""The part of a tune that a split file does not name."""


def composition(name: str) -> str:
    """Return the form of a composition's name in which two names are compared: letters and digits, in one case.

    Examples
    --------
    >>> composition("Body and Soul ") == composition("Body And Soul")
    True
    """
    plain = "".join(letter for letter in name.casefold() if letter.isalnum())
    return plain or name


def draw(works: Sequence[str], shares: Shares) -> list[str]:
    """Draw the part of each tune.

    Parameters
    ----------
    works : sequence of str
        The composition of each tune.
    shares : Shares
        Of the parts. With few compositions the parts may differ much from them, and be empty.

    Returns
    -------
    list of str
        For each tune one of `PARTS`.

    Examples
    --------
    >>> parts = draw(["Stardust", "Oleo", "Stardust"], Shares())
    >>> parts[0] == parts[2]
    True
    """

    def part(work: str) -> str:
        digest = sha256(f"{shares.seed}/{composition(work)}".encode("utf-8", "surrogateescape")).digest()
        point = int.from_bytes(digest[:8], "big") / 2**64
        if point < shares.train:
            return "train"
        return "validation" if point < shares.train + shares.validation else "test"

    return [part(work) for work in works]


def read_split(path: Path) -> dict[str, str]:
    """Read a split file: a JSON mapping from parts to lists of names.

    Parameters
    ----------
    path : Path
        Such as ``{"train": ["ArtPepper_Stardust-1", …], "validation": […]}``; ``train`` must be there.

    Returns
    -------
    dict of str to str
        The part of each name.

    Raises
    ------
    JazzgramError
        Where the file cannot be read, is no such mapping, or names something twice.
    """
    try:
        content: Any = json.loads(plain(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise JazzgramError(f"{path}: the split cannot be read as JSON ({error})") from None
    if (
        not isinstance(content, dict)
        or not {"train"} <= content.keys() <= set(PARTS)
        or not all(
            isinstance(names, list) and all(isinstance(name, str) for name in names) for names in content.values()
        )
    ):
        raise JazzgramError(f"{path}: not a split (expected lists of file names under train, validation and test)")
    parts: dict[str, str] = {}
    for part, names in content.items():
        for name in names:
            if parts.setdefault(name, part) != part:
                raise JazzgramError(f"{path}: {name!r} is in {parts[name]} and in {part}; leave one of them")
    return parts


@dataclass(frozen=True, slots=True)
class Assigned:
    """What a split file makes of a corpus.

    Parameters
    ----------
    parts : tuple of str
        For each tune one of `PARTS`, or `UNUSED`.
    missing : tuple of str
        The names in the file that no tune has.
    shared : tuple of str
        Compositions that are in several parts: a model is scored there on what it knows.
    """

    parts: tuple[str, ...]
    missing: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


def look_up(names: Sequence[tuple[str, str]], works: Sequence[str], parts: dict[str, str]) -> Assigned:
    """Find each tune's part in a split file.

    Parameters
    ----------
    names : sequence of (str, str)
        For each tune its file's name without ending, and its title; the first one that the file has counts.
    works : sequence of str
        The composition of each tune.
    parts : dict of str to str
        From `read_split`.

    Returns
    -------
    Assigned
        Whoever wrote the file decides: a composition in two parts stays there, and is reported.
    """
    named = [next((name for name in tune if name in parts), None) for tune in names]
    found = [UNUSED if name is None else parts[name] for name in named]
    of_work: dict[str, set[str]] = {}
    for work, part in zip(works, found, strict=True):
        if part != UNUSED:
            of_work.setdefault(composition(work), set()).add(part)
    shared = dict.fromkeys(work for work in works if len(of_work.get(composition(work), ())) > 1)
    used = set(named)
    return Assigned(tuple(found), tuple(name for name in parts if name not in used), tuple(shared))
