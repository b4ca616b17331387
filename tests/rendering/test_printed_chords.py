"""Chord symbols on a page: a chart's as they are, those of voicings as a fake book has them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from notation import changes

from jazzgram import Chord, Meter
from jazzgram.music.harmony.symbols import parse_symbol, voicing
from jazzgram.rendering.printed_chords import plain_symbol, printed_chords

FOUR_FOUR = Meter(4, 4)


def voiced(symbol: str) -> tuple[int, ...]:
    """Return a voicing with the bass of the symbol lowest."""
    read = parse_symbol(symbol)
    return voicing(read) if read.bass is None else (36 + read.bass, *voicing(read))


def played(text: str, bars: int = 1) -> tuple[Chord, ...]:
    """Read ``Dm9@0 G13@1.5``: voicings without a symbol, each on its beat from the start, from 0."""
    found = [(voiced(name), round(480 * float(beat))) for name, beat in (word.split("@") for word in text.split())]
    ends = [onset for _, onset in found[1:]] + [bars * 1920]
    return tuple(Chord(tones, onset, end - onset) for (tones, onset), end in zip(found, ends, strict=True))


def printed(chords: tuple[Chord, ...], meter: Meter = FOUR_FOUR) -> str:
    return " ".join(f"{c.symbol.canonical}@{c.onset / meter.beat:g}" for c in printed_chords(chords, meter))


@pytest.mark.parametrize(
    ("voicing", "symbol"),
    [
        ("Bbmaj7/A", "Bbmaj7"),  # the bass walks
        ("Bb/D", "Bb"),
        ("Fmaj9", "Fmaj7"),
        ("Dm9", "Dm7"),
        ("G13", "G7"),
        ("C69", "C6"),
        ("G7b9", "G7b9"),  # altered tensions are harmony
        ("G9#11", "G7#11"),
        ("Eb13sus4", "Eb7sus4"),
        ("Am7b5", "Am7b5"),
        ("NC", "NC"),
    ],
)
def test_a_voicing_is_named_plainly(voicing: str, symbol: str) -> None:
    assert plain_symbol(Chord(voiced(voicing), 0, 1920)).canonical == symbol


@pytest.mark.parametrize("symbol", ["Bbmaj7/A", "Fmaj9", "G13", "C69"])
def test_a_charts_symbol_is_not_touched(symbol: str) -> None:
    assert plain_symbol(Chord(voiced(symbol), 0, 1920, symbol)).canonical == symbol


@pytest.mark.parametrize(
    ("chords", "bars", "page"),
    [
        ("Dm9@0 G13@2", 1, "Dm7@0 G7@2"),
        ("Bbmaj7@0 Bbmaj7/A@2", 1, "Bbmaj7@0"),
        ("Fmaj9@0 Fmaj7@1.75 Dm7@2.5", 1, "Fmaj7@0 Dm7@3"),  # ahead of the beat
        ("Dm7@0 G7@3.5", 2, "Dm7@0 G7@4"),  # ahead of the barline
        ("Dm7@0 G7@4.5", 2, "Dm7@0 G7@4"),  # the comping rests on the first beat
        ("Cmaj7@0 A7@1 Dm7@2 G7@3", 1, "Cmaj7@0 Dm7@2"),  # two a bar
        ("Cmaj7@0 A7@1 Dm7@1.5 G7@3", 1, "Cmaj7@0 Dm7@2"),
        ("Dm7@0 F6@1 Dm7@2 G7@3", 1, "Dm7@0 G7@3"),  # an F6 that passes
    ],
)
def test_comping_becomes_changes(chords: str, bars: int, page: str) -> None:
    assert printed(played(chords, bars)) == page


@pytest.mark.parametrize(
    ("chart", "page"),
    [
        ("Cmaj7 A7 Dm7 G7", "Cmaj7@0 A7@1 Dm7@2 G7@3"),
        ("C | C | C/E", "C@0 C/E@8"),
    ],
)
def test_changes_are_printed_as_they_are_asked_for(chart: str, page: str) -> None:
    assert printed(changes(chart)) == page


def test_hardly_any_chord_at_all() -> None:
    assert printed(()) == ""
    assert printed((Chord((), 0, 1920),)) == "NC@0"


def test_onsets_rise() -> None:
    found = printed_chords(played("Dm9@0 Dm7@0.6 G13@1.6 C69@2.6 Am7@3.4 F@3.9 G@4.2 C@6", 2), FOUR_FOUR)
    assert all(first.onset < second.onset for first, second in pairwise(found))
