"""Make the letters of lead sheets, `jazzgram/rendering/assets/script.json`, from the font Petaluma Script.

The font (Anthony Hughes for Steinberg, SIL Open Font License 1.1, ``script_OFL.txt`` beside the letters) is on the npm
registry: ``npm pack @vexflow-fonts/petalumascript``, unpack, then ``python data/make_script.py petalumascript.otf``.
Each character has its width and its outline in thousandths of its size, y upwards, as an SVG path in relative whole
numbers, so that a picture needs no font.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

ASSET = Path(__file__).parent.parent / "jazzgram" / "rendering" / "assets" / "script.json"


def main(font: str) -> None:
    """Write the letters of an OpenType font of 1,000 units."""
    opened = TTFont(font)
    glyphs = opened.getGlyphSet()
    letters = {}
    for code, name in sorted(opened.getBestCmap().items()):
        if code < ord(" "):
            continue
        pen = RecordingPen()
        glyphs[name].draw(pen)
        letters[chr(code)] = [round(glyphs[name].width), _path(pen.value)]
    lines = ",\n".join(f"{json.dumps(letter)}: {json.dumps(entry)}" for letter, entry in letters.items())
    ASSET.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def _path(commands: list[tuple[str, tuple[tuple[float, float], ...]]]) -> str:
    """Write an outline of lines and cubic curves, each point relative to the end of the command before."""
    path, x, y, start = "", 0, 0, (0, 0)
    for command, points in commands:
        if command == "closePath":
            path, (x, y) = path + "z", start
            continue
        numbers = " ".join(f"{round(a) - x} {round(b) - y}" for a, b in points)
        path += {"moveTo": "m", "lineTo": "l", "curveTo": "c"}[command] + numbers.replace(" -", "-")
        x, y = map(round, points[-1])
        if command == "moveTo":
            start = (x, y)
    return path


if __name__ == "__main__":
    main(sys.argv[1])
