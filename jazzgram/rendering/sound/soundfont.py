"""Read the instruments of a soundfont, plain (SF2) or with samples in Ogg Vorbis (SF3), those that are needed only.

Layout: *SoundFont Technical Specification 2.04* (E-mu, 1998), sections 5 to 8. In an SF3 file bit 4 of the sample type
marks a compressed sample, whose start and end count bytes and whose loop counts frames from the sample's start
(MuseScore's *SoundFont 3 Format*). Filters that move, low-frequency oscillators and modulators are not read.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram.errors import JazzgramError
from jazzgram.rendering.sound.regions import DRUMS, Region
from jazzgram.rendering.sound.requirements import need

_RECORDS = {
    b"phdr": "<S20,u2,u2,u2,u4,u4,u4",
    b"pbag": "<u2,u2",
    b"pgen": "<u2,i2",
    b"inst": "<S20,u2",
    b"ibag": "<u2,u2",
    b"igen": "<u2,i2",
    b"shdr": "<S20,u4,u4,u4,u4,u4,u1,i1,u2,u2",
}
_COMPRESSED = 0x10
_KEYS, _VELOCITIES, _SAMPLE, _INSTRUMENT = 43, 44, 53, 41
_DEFAULTS = {8: 13500, 33: -12000, 34: -12000, 35: -12000, 36: -12000, 38: -12000, 56: 100, 58: -1}
_OFFSETS = {0: 4, 1: 12, 2: 45, 3: 50}
"""Generators that move a sample's start, end, loop start and loop end, and the coarse ones of each."""
_ABSOLUTE = frozenset((_KEYS, _VELOCITIES, 46, 47, 54, 57, 58))
_FLOOR = 100.0
"""dB over which an envelope's decay and release times are counted."""


class Soundfont:
    """The presets of a file, whose samples are decoded when they are asked for.

    Parameters
    ----------
    path : Path
        An .sf2 or .sf3 file, mapped into memory as long as this lives.

    Attributes
    ----------
    programs : mapping of (int, int) to int
        From bank (`DRUMS` for drum kits) and General MIDI program to the preset's index.

    Raises
    ------
    JazzgramError
        Where it cannot be read or is no soundfont.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            content = np.memmap(path, np.uint8, "r")
        except (OSError, ValueError) as error:
            raise JazzgramError(f"{path}: cannot be read ({' '.join(str(error).split())})") from None
        if bytes(content[:4]) != b"RIFF" or bytes(content[8:12]) != b"sfbk":
            raise JazzgramError(f"{path}: not a soundfont (expected an .sf2 or .sf3 file)")
        try:
            lists = {bytes(content[at : at + 4]): (at + 4, end) for _, at, end in _chunks(content, 12, len(content))}
            inner = [chunk for part in (b"sdta", b"pdta") for chunk in _chunks(content, *lists[part])]
            parts = {tag: content[at:end] for tag, at, end in inner}
            tables = {tag: np.frombuffer(parts[tag].tobytes(), form).tolist() for tag, form in _RECORDS.items()}
            self._samples = parts[b"smpl"]
        except (KeyError, ValueError) as error:
            raise JazzgramError(f"{path}: not a soundfont that can be read (damaged: {error})") from None
        self._headers = tables[b"shdr"]
        self._tables = {
            _INSTRUMENT: ([row[3] for row in tables[b"phdr"]], tables[b"pbag"], tables[b"pgen"]),
            _SAMPLE: ([row[1] for row in tables[b"inst"]], tables[b"ibag"], tables[b"igen"]),
        }
        self.programs = {(row[2], row[1]): index for index, row in enumerate(tables[b"phdr"][:-1])}
        self._decoded: dict[int, NDArray[np.float32]] = {}

    def regions(self, bank: int, program: int) -> tuple[Region, ...]:
        """Return the regions of a preset.

        Parameters
        ----------
        bank, program : int
            One of `programs`; the standard kit, 0, stands in for a drum kit that is missing.

        Raises
        ------
        JazzgramError
            Where the soundfont does not have it, or it is damaged.
        """
        if bank == DRUMS and (bank, program) not in self.programs:
            program = 0
        if (bank, program) not in self.programs:
            what = "drum kit (bank 128)" if bank == DRUMS else f"instrument for General MIDI program {program}"
            raise JazzgramError(f"{self.path}: this soundfont has no {what}; use another, or none for the sound bank")
        try:
            return tuple(self._regions(self.programs[bank, program]))
        except (IndexError, KeyError, ValueError, RuntimeError) as error:
            raise JazzgramError(f"{self.path}: not a soundfont that can be read (damaged: {error})") from None

    def _regions(self, preset: int) -> Iterator[Region]:
        for outer in self._zones(_INSTRUMENT, preset):
            for inner in self._zones(_SAMPLE, outer[_INSTRUMENT]):
                values = _DEFAULTS | inner
                for number, amount in outer.items():  # a preset's values are added to its instruments'
                    if number not in _ABSOLUTE and number != _INSTRUMENT:
                        values[number] = values.get(number, 0) + amount
                for number in (_KEYS, _VELOCITIES):
                    ranges = [_range(zone[number]) for zone in (inner, outer) if number in zone]
                    values[number] = (max([0, *(low for low, _ in ranges)]), min([127, *(high for _, high in ranges)]))
                if values[_KEYS][0] <= values[_KEYS][1] and values[_VELOCITIES][0] <= values[_VELOCITIES][1]:
                    yield self._region(values)

    def _zones(self, kind: int, index: int) -> Iterator[dict[int, Any]]:
        """Yield the generators of each zone that names an instrument or sample, with those of the global zone."""
        firsts, bags, generators = self._tables[kind]
        common: dict[int, Any] = {}
        for bag in range(firsts[index], firsts[index + 1]):
            zone = dict(generators[bags[bag][0] : bags[bag + 1][0]])
            if kind in zone:
                yield common | zone
            elif bag == firsts[index]:
                common = zone

    def _region(self, values: dict[int, Any]) -> Region:
        number = values[_SAMPLE]
        _, start, _, loop, loop_end, rate, key, cents, _, kind = self._headers[number]
        wave = self._decode(number)
        base = 0 if kind & _COMPRESSED else start
        offsets = {at: values.get(at, 0) + 32768 * values.get(coarse, 0) for at, coarse in _OFFSETS.items()}
        first, last = max(offsets[0], 0), len(wave) + min(offsets[1], 0)
        looped = (loop - base + offsets[2] - first, loop_end - base + offsets[3] - first)
        tuning = values.get(51, 0) + (values.get(52, 0) + cents) / 100
        root = (key if values[58] < 0 else values[58]) - tuning
        decay, release = (_FLOOR / max(_seconds(values[time]), 1e-3) for time in (36, 38))
        valid = values.get(54, 0) in (1, 3) and 0 <= looped[0] < looped[1] <= last - first
        return Region(
            wave[first:last],
            rate,
            root,
            low=values[_KEYS][0],
            high=values[_KEYS][1],
            soft=values[_VELOCITIES][0],
            loud=values[_VELOCITIES][1],
            loop=looped if valid else None,
            gain=-0.04 * values.get(48, 0),  # E-mu's hardware, and every player after it, took 0.4 of the value
            pan=min(max(values.get(17, 0) / 500, -1), 1),
            attack=_seconds(values[34]),
            hold=_seconds(values[35]),
            decay=decay,
            sustain=max(values.get(37, 0) / 10, 0.0),
            release=release,
            choke=values.get(57, 0),
            tracking=values[56] / 100,
            cutoff=8.176 * 2 ** (values[8] / 1200) if values[8] < 13500 else math.inf,
        )

    def _decode(self, number: int) -> NDArray[np.float32]:
        if number not in self._decoded:
            _, start, end, *_, kind = self._headers[number]
            if kind & _COMPRESSED:
                sound, _ = need("soundfile").read(io.BytesIO(self._samples[start:end].tobytes()), dtype="float32")
            else:
                sound = self._samples[2 * start : 2 * end].view("<i2").astype(np.float32) / 32768
            self._decoded[number] = sound
        return self._decoded[number]


def _seconds(timecents: int) -> float:
    return float(2 ** (timecents / 1200)) if timecents > -12000 else 0.0


def _range(amount: int) -> tuple[int, int]:
    return amount & 0xFF, amount >> 8 & 0xFF


def _chunks(content: NDArray[np.uint8], at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the chunks of a stretch of a file: tag, and where its content begins and ends."""
    while at + 8 <= end:
        size = int.from_bytes(content[at + 4 : at + 8].tobytes(), "little")
        yield content[at : at + 4].tobytes(), at + 8, min(at + 8 + size, end)
        at += 8 + size
        if size % 2 and at < end and not content[at]:  # MuseScore's writer leaves the padding out
            at += 1
