"""Well-known forms as iReal charts write them: their lengths are counted by hand.

``%8`` stands for eight bars of invented chords; all else is iReal's own.
"""

from __future__ import annotations

import re
import tempfile
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.readers import ireal

from jazzgram import Tune


def chart(form: str) -> str:
    """Fill in bars, no two alike: a letter and its accidental, a quality, a bass."""
    numbers = count()

    def bars(size: re.Match[str]) -> str:
        return "|".join(_bar(next(numbers)) for _ in range(int(size[1])))

    return re.sub(r"%(\d+)", bars, form)


def _bar(number: int) -> str:
    return f"{'CDEFGAB'[number % 7]}{('', 'b', '#')[number // 7 % 3]}{('7', '-7', '^7', '6', '9')[number // 21]}   "


def read(form: str, folder: Path) -> Tune:
    file = folder / "form.txt"
    file.write_text(f"irealbook://Form=Nobody Known=Swing=C=n={chart(form)}")
    (tune,) = ireal.read_corpus(file).tunes
    assert isinstance(tune, Tune)
    return tune


FORMS = [
    # Written out.
    ("blues of 8", "[T44%8 Z", 8),
    ("blues of 12", "*A[T44%12 Z", 12),
    ("blues of 12, twice", "{T44%12 }", 24),
    ("blues of 12 with two endings", "{T44%10 |N1%2 }|N2%2 Z", 24),
    ("blues of 16", "[T44%16 Z", 16),
    ("blues of 24", "[T44%24 Z", 24),
    ("minor blues in three", "[T34%12 ][%12 Z", 24),
    ("ABAC of 16", "*A[T44%4 ]*B[%4 ]*A[%4 ]*C[%4 Z", 16),
    ("ABAC of 32", "*A[T44%8 ]*B[%8 ]*A[%8 ]*C[%8 Z", 32),
    ("AABA of 32 written out", "*A[T44%8 ]*A[%8 ]*B[%8 ]*A[%8 Z", 32),
    ("AABC of 32", "*A{T44%8 }*B[%8 ]*C[%8 Z", 32),
    ("ABCD of 32", "*A[T44%8 ]*B[%8 ]*C[%8 ]*D[%8 Z", 32),
    ("ABCDE of 40", "*A[T44%8 ]*B[%8 ]*C[%8 ]*D[%8 ]*E[%8 Z", 40),
    ("AAB of 36", "*A{T44%12 }*B[%12 Z", 36),
    ("AAB of 24", "*A{T44%8 }*B[%8 Z", 24),
    ("AB of 18", "*A[T44%8 ]*B[%10 Z", 18),
    ("AB of 20", "*A[T44%10 ]*B[%10 Z", 20),
    ("ABA of 28", "*A[T44%8 ]*B[%12 ]*A[%8 Z", 28),
    ("ABA of 48, blues with a bridge", "*A{T44%12 }*B[%12 ]*A[%12 Z", 48),
    ("blues, bridge of 8", "*A{T44%12 }*B[%8 ]*A[%12 Z", 44),
    # With endings.
    ("AA' of 32", "*A{T44%14 |N1%2 }|N2%2 Z", 32),
    ("AA' of 16", "*A{T44%6 |N1%2 }|N2%2 Z", 16),
    ("ABAC with endings of 8", "*A{T44%8 |N1%8 }|N2%8 Z", 32),
    ("ABAC of 30", "*A{T44%8 |N1%8 }|N2%6 Z", 30),
    ("ABAC of 34", "*A{T44%8 |N1%8 }|N2%10 Z", 34),
    ("ABAC of 36, with a tag", "*A{T44%8 |N1%8 }|N2%8 ][%4 Z", 36),
    ("ABAC of 64", "*A{T44%16 |N1%16 }|N2%16 Z", 64),
    ("AABA of 32 with endings", "*A{T44%6 |N1%2 }|N2%2 ]*B[%8 ]*A[%8 Z", 32),
    ("AABA of 36, last A with a tag", "*A{T44%6 |N1%2 }|N2%2 ]*B[%8 ]*A[%12 Z", 36),
    ("AABA of 34", "*A{T44%6 |N1%2 }|N2%2 ]*B[%8 ]*A[%10 Z", 34),
    ("AABA of 56, bridge of 8", "*A{T44%14 |N1%2 }|N2%2 ]*B[%8 ]*A[%16 Z", 56),
    ("AABA of 68", "*A{T44%14 |N1%2 }|N2%2 ]*B[%16 ]*A[%20 Z", 68),
    ("AABA of 72", "*A{T44%14 |N1%2 }|N2%2 ]*B[%16 ]*A[%24 Z", 72),
    ("first ending that goes over a bridge", "*A{T44%6 |N1%2 ]*B[%8 }|N2%2 ]*C[%8 Z", 32),
    ("three endings", "*A{T44%6 |N1%2 }|N2%2 }|N3%2 Z", 24),
    ("endings without repeat signs", "*A[T44%6 |N1%2 ]|N2%2 ]*B[%8 ]*A[%8 Z", 32),
    ("endings written out", "*A[T44%6 |N1%2 ]*A[%6 |N2%2 ]*B[%8 ]*A[%8 Z", 32),
    ("verse and AABA", "*v[T44%16 ]*A{%6 |N1%2 }|N2%2 ]*B[%8 ]*A[%8 Z", 48),
    ("intro and AABA", "*i[T44%4 ]*A{%6 |N1%2 }|N2%2 ]*B[%8 ]*A[%8 Z", 36),
    ("vamp of 4, three times", "{T44%4 <3x>}*A[%16 Z", 28),
    ("vamp of 2, eight times", "*i{T44%2 <*748x>}*A[%16 Z", 32),
    # Back to the start.
    ("AABA of 32, D.C. al Fine", "*A{T44%8 <Fine>}*B[%8 <D.C. al Fine>]", 32),
    ("AABA of 64, D.C. al Fine", "*A{T44%16 <Fine>}*B[%15 |<D.C. al Fine>%1 Z", 64),
    ("AABA of 32, fine in the second ending", "*A{T44%6 |N1%2 }|N2%1 |<Fine>%1 ]*B[%7 |<D.C. al Fine>%1 ]", 32),
    ("ABA of 24", "*A[T44%7 |%1 <Fine>]*B[%6 |%1 <D.C. al Fine>|%1 Z", 24),
    ("ABA of 40 in three", "*A[T34%16 <Fine>]*B[%8 ]<D.C. al Fine>", 40),
    ("AABA of 32, al 2nd ending", "*A{T44%6 |N1%2 }|N2%2 ]*B[%6 |%1 <D.C. al 2nd End.>|%1 ]", 32),
    ("AABA of 64, al 2nd ending", "*A{T44%14 |N1%2 }|N2%2 ]*B[%15 |<D.C. al 2nd ending>%1 Z", 64),
    ("AABA of 64, al 3rd ending", "*A{T44%12 |N1%4 }|N2%4 ]*B[%14 |%1 |<D.C. al 3rd End.>%1 ]Y|N3%4 Z", 64),
    ("AABA of 56, al 3rd ending", "*A{T44%10 |N1%4 }|N2%2 ]*B[%14 <D.C. al 3rd Ending>|%2 ]Y|N3%4 Z", 56),
    ("AABA of 32, al 1st ending", "*A{T44%6 |N1%2 }|N2%2 ]*B[%8 <D.C. al 1st End.>]", 32),
    ("ABA, the second ending behind the bridge", "*A[T44%6 |N1%2 ]*B[%7 |<D.C. al 2nd End.>%1 ]|N2%2 Z", 24),
    ("AABA with intro, D.S. al Fine", "*i[T44%4 ]*A{S%8 <Fine>}*B[%8 <D.S. al Fine>]", 36),
    ("AABA with intro, al 2nd ending", "*i[T44%4 ]*A{S%6 |N1%2 }|N2%2 ]*B[%8 <D.S. al 2nd End.>]", 36),
    ("verse, chorus, verse, chorus, outro", "*A{ST44%6 |N1%2 }|N2%2 ]*B[%8 <D.S. al 2nd End.>]*C[%4 Z", 44),
    # To the coda.
    ("AABA of 40 with its coda", "*A{T44%7 |%1 Q}*B[%8 <D.C. al Coda>]Y[Q%8 Z", 40),
    ("AABA of 36, coda for the last two bars", "*A{T44%6 Q|%2 }*B[%8 <D.C. al Coda>]Y[Q%6 Z", 36),
    ("AABA of 68, coda in the first ending", "*A{T44%15 |N1%1 Q}|N2%1 ]*B[%15 <D.C. al Coda>|%1 ]Y[Q%4 Z", 68),
    ("ABA with coda", "*A[T44%6 Q|%2 ]*B[%7 |<D.C. al Coda>%1 ]Y[Q%4 Z", 26),
    ("to the coda before a bar", "*A[T44%6 |Q%2 ]*B[%8 <D.C. al Coda>]Y[Q%4 Z", 26),
    ("AABA with intro and coda", "*i[T44%8 ]*A{S%6 Q|%2 }*B[%8 <D.S. al Coda>]Y[Q%2 Z", 40),
    ("coda with a vamp", "*A[T44%8 Q]*B[%8 <D.C. al Coda>]Y{Q%4 }", 32),
    ("coda without a sign that leads to it", "*A[T44%8 ]*B[%8 <D.C. al Coda>]Y[Q%4 Z", 36),
]


@pytest.mark.parametrize(("form", "bars"), [(form, bars) for _, form, bars in FORMS], ids=[name for name, *_ in FORMS])
def test_forms_have_their_length(form: str, bars: int, tmp_path: Path) -> None:
    tune = read(form, tmp_path)
    assert len(tune.bars) == bars
    assert tune.dropped == ()


@pytest.mark.parametrize(
    ("form", "bars", "reason", "dropped"),
    [
        ("*A{T44%8 Q}*B[%8 ]Y[Q%4 Z", 24, "a coda for the last chorus only", 4),
        ("*A{T44%8 <Fine>}*B[%8 <D.C. al Fine>]Y[Q%4 Z", 32, "a coda for the last chorus only", 4),
        ("*A[T44%8 ]*B[%8 ]Y[Q%4 Z", 16, "a coda for the last chorus only", 4),
        ("*A{T44%8 <Fine>}*B[%8 <D.C. al Fine>]*C[%4 Z", 32, "never reached by the repeats and jumps", 4),
        ("*A[T44%8 ]*B[%8 <D.C. al Fine>]", 32, "a jump with nowhere to go in notated bar 16", 0),
        ("*A[T44%8 <Fine>]*B[%8 <D.S. al Fine>]", 24, "D.S. without a segno, read as D.C.", 0),
        ("*A[T44%8 ]*B[%8 <After solos, D.C.>]", 16, "a direction that is not for every chorus", 0),
    ],
)
def test_what_is_left_out_is_reported(form: str, bars: int, reason: str, dropped: int, tmp_path: Path) -> None:
    tune = read(form, tmp_path)
    assert len(tune.bars) == bars
    assert [(left.reason[: len(reason)], left.bars) for left in tune.dropped] == [(reason, dropped)]


@pytest.mark.parametrize("form", ["*A[T44%8 U]*B[%8 <D.C. al Fine>]", "*A[T44%8 ]f*B[%8 <D.C. al Fine>]"])
def test_end_and_fermata_are_a_fine_where_none_is(form: str, tmp_path: Path) -> None:
    tune = read(form, tmp_path)
    assert (len(tune.bars), tune.dropped) == (24, ())


@pytest.mark.parametrize(
    "form",
    [
        "*A{T44%6 |N1%2 }|N2%2 ]*B[%8 <D.C. al 2nd End.>]",
        "*A{T44%6 |N1%2 }|N2%2 <Fine>]*B[%7 |<D.C. al Fine>%1 ]",
        "*A{T44%6 |N1%2 }|N2%2 Q]*B[%5 <D.C. al Coda>|%3 ]",
    ],
)
def test_the_last_a_has_the_second_ending(form: str, tmp_path: Path) -> None:
    played = [bar.chords[0].symbol for bar in read(form, tmp_path).bars]
    first, second, bridge, last = (played[begin : begin + 8] for begin in (0, 8, 16, 24))
    assert first[:6] == second[:6]
    assert first != second == last
    assert not set(bridge) & {*first, *second}


SIGNS = ["|", "|", "|", "]", "]*B[", "][", "}", "}{", "{", "Z", "|N1", "|N2", "|N3", "]|N2", "}|N2", "}|N3", "|N0"]
WORDS = [
    "<Fine>",
    "<D.C. al Fine>",
    "<D.S. al Coda>",
    "<D.C. al 2nd End.>",
    "<D.S. al 3rd End.>",
    "<D.C.>",
    "S",
    "Q",
    "U",
]


@settings(max_examples=400)
@given(st.lists(st.tuples(st.sampled_from(SIGNS), st.integers(0, 30)), min_size=1, max_size=40))
def test_every_bar_of_a_chart_is_played_or_reported(signs: list[tuple[str, int]]) -> None:
    form = "[T44%1 "
    for sign, word in signs:
        # Of the words, some precede their bar and some follow it.
        text = WORDS[word // 2] if word // 2 < len(WORDS) else ""
        form += sign + (f"{text}%1 " if word % 2 else f"%1 {text}")
    with tempfile.TemporaryDirectory() as folder:
        tune = read(form, Path(folder))
    played = {bar.chords[0].symbol for bar in tune.bars}
    assert len(played) + sum(left.bars for left in tune.dropped) == 1 + len(signs)
