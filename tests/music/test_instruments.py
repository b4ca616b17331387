"""Instruments: names, sounds, ranges, transpositions."""

from __future__ import annotations

import pytest

from jazzgram import JazzgramError
from jazzgram.music import INSTRUMENTS, find_instrument


@pytest.mark.parametrize(
    ("name", "found", "program", "part"),
    [
        ("tenor sax", "tenor sax", 66, "Bb"),
        ("Tenor Saxophone", "tenor sax", 66, "Bb"),
        ("tenor-sax", "tenor sax", 66, "Bb"),
        ("bari", "baritone sax", 67, "Eb"),
        ("alto", "alto sax", 65, "Eb"),
        ("flugelhorn", "flugelhorn", 56, "Bb"),
        ("vibes", "vibraphone", 11, ""),
        ("horn", "french horn", 60, "F"),
        ("guitar", "guitar", 26, ""),
        ("bass", "double bass", 32, ""),
    ],
)
def test_names(name: str, found: str, program: int, part: str) -> None:
    instrument = find_instrument(name)
    assert (instrument.name, instrument.program, instrument.part) == (found, program, part)


@pytest.mark.parametrize(
    ("instrument", "lowest", "highest"),
    [
        ("tenor sax", 58, 90),  # written B♭3 to F♯6, as on every saxophone but the baritone, which goes down to A
        ("alto sax", 58, 90),
        ("soprano sax", 58, 90),
        ("baritone sax", 57, 90),
        ("trumpet", 54, 84),  # F♯3 to C6
        ("clarinet", 52, 91),  # E3 to G6
    ],
)
def test_written_ranges(instrument: str, lowest: int, highest: int) -> None:
    player = INSTRUMENTS[instrument]
    assert (player.lowest - player.sounds, player.highest - player.sounds) == (lowest, highest)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("tenr sax", r"there is no instrument 'tenr sax'; did you mean tenor sax\?"),
        ("vibraphon", "did you mean vibraphone"),
        ("kazoo", "there is no instrument 'kazoo'; expected one of alto sax, baritone sax"),
    ],
)
def test_an_unknown_one_is_refused_with_the_nearest(name: str, message: str) -> None:
    with pytest.raises(JazzgramError, match=message):
        find_instrument(name)


def test_names_are_unique_and_an_octave_fits_in_each_range() -> None:
    names = [name for one in INSTRUMENTS.values() for name in (one.name, *one.aliases)]
    assert len(names) == len(set(names))
    assert all(one.highest - one.lowest >= 12 and 0 <= one.program < 128 for one in INSTRUMENTS.values())
