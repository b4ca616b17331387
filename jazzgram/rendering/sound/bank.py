"""The sound bank that comes with jazzgram: the instruments of a jazz group, for the renderer and for pages.

`data/sound/` has an index and one MP3 file for each recording; docs/sound.md describes both.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram.errors import JazzgramError
from jazzgram.rendering.sound.regions import DRUMS, Region
from jazzgram.rendering.sound.requirements import need

_SYNC = 0.1
"""Seconds at the start of a file within which its click is, whatever a decoder puts before it, and no music."""


class SoundBank:
    """The bundled instruments; each recording is decoded when it is first needed.

    Parameters
    ----------
    folder : Path or None
        The bank's folder; None for the bundled one.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.path = folder or Path(str(files("jazzgram_data"))) / "sound"
        try:
            self.index: dict[str, Any] = json.loads((self.path / "index.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise JazzgramError(
                f"{self.path}: the sound bank cannot be read ({error}); install jazzgram again"
            ) from None
        self._decoded: dict[str, NDArray[np.float32]] = {}

    def instrument(self, bank: int, program: int) -> str:
        """Return the name of the instrument that plays a General MIDI program, or a drum kit if `bank` is `DRUMS`."""
        if bank == DRUMS:
            return str(next(name for name, programs in self.index["kits"].items() if program in programs))
        return str(self.index["programs"][program])

    def regions(self, bank: int, program: int) -> tuple[Region, ...]:
        """Return the regions of the instrument that is nearest to a General MIDI program or drum kit."""
        return tuple(self._region(row) for row in self.index["instruments"][self.instrument(bank, program)])

    def room(self) -> NDArray[np.float32]:
        """Return the room's response at the bank's rate, shape (2, frames): left and right."""
        return np.stack([self._region({"root": 0, **self.index["room"][side]}).scaled() for side in ("left", "right")])

    @property
    def files(self) -> frozenset[str]:
        """The names of all recordings, as regions have them in ``file``."""
        rows = (*chain.from_iterable(self.index["instruments"].values()), *self.index["room"].values())
        return frozenset(row["file"] for row in rows)

    def file(self, name: str) -> bytes:
        """Return a recording as MP3, by the name that a region has in ``file``."""
        path = self.path / f"{name}.mp3"
        try:
            return path.read_bytes()
        except OSError as error:
            raise JazzgramError(f"{path}: cannot be read ({error.strerror}); install jazzgram again") from None

    def _region(self, row: dict[str, Any]) -> Region:
        rate = self.index["rate"]
        wave = self._wave(row["file"])
        first, last = round(row["start"] * rate), round(row["end"] * rate)
        loop = row.get("loop")
        fields = {name: value for name, value in row.items() if name not in ("file", "start", "end", "loop")}
        frames = (round(loop[0] * rate) - first, round(loop[1] * rate) - first) if loop else None
        return Region(wave[first:last], rate, loop=frames, **fields)

    def _wave(self, file: str) -> NDArray[np.float32]:
        """Decode a file from its click on."""
        if file not in self._decoded:
            path = self.path / f"{file}.mp3"
            try:
                sound, rate = need("soundfile").read(path, dtype="float32")
            except (OSError, RuntimeError) as error:
                raise JazzgramError(f"{path}: cannot be read ({error}); install jazzgram again") from None
            self._decoded[file] = sound[int(np.argmax(np.abs(sound[: round(_SYNC * rate)]))) :]
        return self._decoded[file]


@lru_cache(maxsize=1)
def bundled_bank() -> SoundBank:
    """Return the bundled sound bank, decoded once in a process."""
    return SoundBank()
