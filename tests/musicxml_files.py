"""Write small MusicXML files for tests: a melody as text, everything else as the elements a program would write."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

DOCTYPE = (
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
    '"http://www.musicxml.org/dtds/partwise.dtd">'
)
FOUR_FOUR = "<time><beats>4</beats><beat-type>4</beat-type></time>"
CONTAINER = '<container><rootfiles><rootfile full-path="score.xml"/></rootfiles></container>'

_EVENT = re.compile(r"(~?)(\+?)([A-G][b#]*|r)(\d?):(\d+)(~?)")
_ALTER = {"b": -1, "#": 1}


def notes(text: str, inside: str = "") -> str:
    """Write ``C4:12 +E4:12 r:6 Bb4:6~``: pitch or rest, divisions; + in a chord, ~ a tie from or to it."""
    written = []
    for word in text.split():
        match = _EVENT.fullmatch(word)
        assert match, word
        tied_from, chord, name, octave, duration, tied_to = match.groups()
        alter = sum(_ALTER[sign] for sign in name[1:])
        pitch = f"<pitch><step>{name[0]}</step><alter>{alter}</alter><octave>{octave}</octave></pitch>"
        ties = '<tie type="stop"/>' * bool(tied_from) + '<tie type="start"/>' * bool(tied_to)
        what = "<rest/>" if name == "r" else pitch
        written.append(f"<note>{'<chord/>' * bool(chord)}{what}<duration>{duration}</duration>{ties}{inside}</note>")
    return "".join(written)


def harmony(root: str, kind: str = "major", inside: str = "", text: str | None = None) -> str:
    """Write one chord symbol; `inside` are degrees, a bass or an offset."""
    alter = sum(_ALTER[sign] for sign in root[1:])
    words = "" if text is None else f' text="{text}"'
    return (
        f"<harmony><root><root-step>{root[0]}</root-step><root-alter>{alter}</root-alter></root>"
        f"<kind{words}>{kind}</kind>{inside}</harmony>"
    )


def attributes(inside: str = FOUR_FOUR, divisions: int = 12) -> str:
    """Write what holds from a measure on: `inside` are time, key and transpose."""
    return f"<attributes><divisions>{divisions}</divisions>{inside}</attributes>"


def measure(*items: str, number: str = "1", implicit: bool = False) -> str:
    """Write a measure of elements and of melodies as `notes` reads them."""
    inside = "".join(item if item.startswith("<") or not item else notes(item) for item in items)
    uncounted = "yes" if implicit else "no"
    return f'<measure number="{number}" implicit="{uncounted}">{inside}</measure>'


def barline(repeat: str = "", ending: str = "", kind: str = "start") -> str:
    """Write a barline with a repeat (forward, backward) or an ending (its numbers)."""
    bracket = f'<ending number="{ending}" type="{kind}"/>' if ending else ""
    dots = f'<repeat direction="{repeat}"/>' if repeat else ""
    return f"<barline>{bracket}{dots}</barline>"


def score(*parts: str, head: str = "", part_list: str = "", doctype: str = DOCTYPE) -> str:
    """Write a score; each part is its measures in a row."""
    listed = part_list or "".join(f'<score-part id="P{number}"/>' for number in range(1, len(parts) + 1))
    bodies = "".join(f'<part id="P{number}">{part}</part>' for number, part in enumerate(parts, start=1))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<score-partwise version="4.0">{head}'
        f"<part-list>{listed}</part-list>{bodies}</score-partwise>"
    )


def save(folder: Path, text: str, name: str = "tune.musicxml") -> Path:
    """Write a file, packed if its name says so."""
    file = folder / name
    if file.suffix == ".mxl":
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("META-INF/container.xml", CONTAINER)
            archive.writestr("score.xml", text)
    else:
        file.write_text(text, encoding="utf-8")
    return file
