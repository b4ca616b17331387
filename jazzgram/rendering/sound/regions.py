"""Regions: recordings of single notes, with the keys and velocities that they play and the envelope that they get.

The words are those of the *SoundFont Technical Specification 2.04* (E-mu, 1998), in seconds and decibels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jazzgram.resources.frozen import dataclass

DRUMS = 128
"""The soundfont bank of drum kits."""


@dataclass(frozen=True, slots=True)
class Region:
    """A recording of one note and how it plays others.

    Parameters
    ----------
    wave : ndarray of float32, shape (frames,)
        One channel, full scale 1.0.
    rate : float
        Frames per second.
    root : float
        The MIDI pitch that it sounds at `rate`, fractions for its tuning.
    low, high : int
        The lowest and highest MIDI pitch that it plays.
    soft, loud : int
        The lowest and highest velocity that it plays.
    loop : (int, int) or None
        The frames that are repeated while the note lasts: first, and the one after the last.
    gain : float
        dB.
    pan : float
        -1 (left) to 1 (right).
    attack, hold : float
        Seconds until full level, and at full level.
    decay : float
        dB per second by which the level falls after that, until it is `sustain` dB below.
    sustain : float
        dB below full level, 0 or more; infinity for a decay to silence.
    release : float
        dB per second by which the level falls after the note's end.
    choke : int
        Regions of one number above 0 stop each other, as an open hi-hat and a closed one.
    tracking : float
        Semitones by which the sound rises from one key to the next; 0 for a drum.
    cutoff : float
        Hz above which a low pass of 12 dB an octave filters a note of velocity 127; infinity for none.
    darker : float
        Octaves by which the cutoff is lower for the softest note; in between in proportion to the velocity.
    """

    wave: NDArray[np.float32] = field(repr=False)
    rate: float
    root: float
    low: int = 0
    high: int = 127
    soft: int = 0
    loud: int = 127
    loop: tuple[int, int] | None = None
    gain: float = 0.0
    pan: float = 0.0
    attack: float = 0.0
    hold: float = 0.0
    decay: float = 0.0
    sustain: float = float("inf")
    release: float = 1000.0
    choke: int = 0
    tracking: float = 1.0
    cutoff: float = float("inf")
    darker: float = 0.0

    def scaled(self) -> NDArray[np.float32]:
        """Return the recording at its gain."""
        return self.wave * np.float32(10 ** (self.gain / 20))


class Instruments(Protocol):
    """The sound bank or a soundfont."""

    @property
    def path(self) -> Path:
        """The file or folder that the instruments come from."""

    def regions(self, bank: int, program: int) -> Sequence[Region]:
        """Return the recordings that play a General MIDI program, or a drum kit if `bank` is `DRUMS`."""
