"""Measure the recordings of the sound bank: `python data/make_sound_levels.py` writes data/sound/levels.json.

After `data/make_sound_bank.py`; jazzgram/rendering/sound/levels.py says what for.
"""

from __future__ import annotations

import json
from pathlib import Path

from jazzgram.rendering.sound.bank import SoundBank
from jazzgram.rendering.sound.levels import measure_levels

FOLDER = Path(__file__).parent / "sound"

if __name__ == "__main__":
    levels = measure_levels(SoundBank(FOLDER))
    (FOLDER / "levels.json").write_text(json.dumps(levels, separators=(",", ":")) + "\n", encoding="utf-8")
