"""What a reader finds in a file before it reads it: its parts, and the options that fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from jazzgram.resources.frozen import dataclass


@dataclass(frozen=True, slots=True)
class PartReport:
    """One part of a file.

    Parameters
    ----------
    number : int
        As the reader's options count parts.
    name : str
        As the file names it.
    notes : int
        How many it has.
    role : str
        What it most likely is: ``melody``, ``harmony``, ``bass``, ``drums`` …
    why : str
        The reasons, in words.
    chosen : str
        What it is read as (``melody``, ``chords``); empty where it is not.
    """

    number: int
    name: str
    notes: int
    role: str
    why: str
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Examination:
    """The parts and fitting options of a file, as its reader finds them.

    Parameters
    ----------
    parts : tuple of PartReport
        In the order of the file; empty for formats without parts.
    options : mapping
        The reader's options that a configuration for this file should set, by name: those that a user may change.
    remarks : tuple of str
        What else was found, a sentence each: where the chords come from, how far the melody swings.
    """

    parts: tuple[PartReport, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
