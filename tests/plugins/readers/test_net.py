"""Nothing is lost in silence: what a reader plays and what it reports together are what the page has.

One page with random signs, no two bars alike, as each notation writes it; every bar has a chord of its own, and a
note of its own where the notation has notes.
"""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from musicxml_files import attributes, barline, harmony, measure, notes, score

import jazzgram
from jazzgram import Bar, Tune

SIGNS = ("", "", "", "|:", ":|", "1", "2", "D.C.", "D.S.", "D.C. al Coda", "Fine", "Segno", "Coda", "To Coda")
"""What a bar has; nothing, most often."""
CHORDS = tuple(root + quality for quality in ("", "m", "7", "m7") for root in ("C", "D", "E", "F", "G", "A", "B"))
DIRECTIONS = SIGNS[7:]


def lead_sheet(page: Sequence[str]) -> str:
    return "".join(
        (": " if sign == "|:" else f"{sign}. " if sign.isdigit() else " ")
        + CHORDS[number]
        + (f" ({sign}) " if sign in DIRECTIONS else " ")
        + (":|" if sign == ":|" else "|")
        for number, sign in enumerate(page)
    )


def ireal(page: Sequence[str]) -> str:
    return "irealbook://Page=Nobody Known=Swing=C=n=[T44" + "".join(
        ("{" if sign == "|:" else f"N{sign}" if sign.isdigit() else "")
        + {"Segno": "S", "Coda": "Q", "To Coda": "Q"}.get(sign, f"<{sign}>" if sign in DIRECTIONS else "")
        + CHORDS[number].replace("m", "-")
        + ("   }" if sign == ":|" else "   |")
        for number, sign in enumerate(page)
    )


def abc(page: Sequence[str]) -> str:
    return "X:1\nM:4/4\nL:1/4\nK:C\n" + "".join(
        ("|:" if sign == "|:" else f"[{sign} " if sign.isdigit() else "")
        + (f"!{sign}!" if sign in ("D.C.", "D.S.", "fine") else "")
        + f'"{CHORDS[number]}"{"CDEFGAB"[number % 7]}{("", ",", chr(39), ",,")[number // 7]}4'
        + (":|" if sign == ":|" else "|")
        for number, sign in enumerate(page)
    )


def musicxml(page: Sequence[str]) -> str:
    kinds = {"": "major", "m": "minor", "7": "dominant", "m7": "minor-seventh"}
    written = []
    for number, sign in enumerate(page):
        words = f"<direction><direction-type><words>{sign}</words></direction-type></direction>"
        written.append(
            measure(
                attributes() if not number else "",
                barline("forward") if sign == "|:" else barline(ending=sign) if sign.isdigit() else "",
                harmony(CHORDS[number][0], kinds[CHORDS[number][1:]]),
                notes(f"{CHORDS[number][0]}{3 + number // 7}:48"),
                words if sign in DIRECTIONS else "",
                barline("backward") if sign == ":|" else "",
                number=str(number + 1),
            )
        )
    return score("".join(written))


WRITERS: dict[str, tuple[str, Callable[[Sequence[str]], str]]] = {
    "lead_sheet": ("page.txt", lead_sheet),
    "ireal": ("page.html", ireal),
    "abc": ("page.abc", abc),
    "musicxml": ("page.musicxml", musicxml),
}


def read(reader: str, page: Sequence[str]) -> Tune:
    name, write = WRITERS[reader]
    module = importlib.import_module(f"jazzgram_plugins.readers.{reader}")
    options = {"options": module.Options()} if issubclass(getattr(module, "Options", object), jazzgram.Options) else {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, name)
        file.write_text(write(page), encoding="utf-8")
        (tune,) = module.read_corpus(file, **options).tunes
    assert isinstance(tune, Tune)
    return tune


def distinct(bars: Sequence[Bar], part: str) -> int:
    return len({str(getattr(bar, part)[0]) for bar in bars if getattr(bar, part)})


@pytest.mark.parametrize("reader", list(WRITERS))
@settings(max_examples=60, deadline=None)
@given(page=st.lists(st.sampled_from(SIGNS), min_size=1, max_size=len(CHORDS) - 1))
def test_read_and_dropped_are_what_is_written(reader: str, page: list[str]) -> None:
    tune = read(reader, ["", *page])
    lost = [sum(getattr(left, what) for left in tune.dropped) for what in ("bars", "chords", "notes")]
    written = 1 + len(page)
    assert distinct(tune.bars, "chords") + lost[0] == written
    assert lost[1] == lost[0]
    has_notes = reader in ("abc", "musicxml")
    assert lost[2] == (lost[0] if has_notes else 0)
    assert not has_notes or len({bar.notes[0].pitch for bar in tune.bars}) + lost[2] == written
