"""iReal Pro: links that hide a chart, charts that hide a form."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.readers import ireal
from jazzgram_plugins.readers.ireal.links import unscramble
from mutation import mutants
from notation import chord_chart

from jazzgram import JazzgramError, Meter, Tune


def scramble(chart: str) -> str:
    """Hide a chart as iReal Pro does: written out here, so that the reader is not tested with itself."""
    blocks = []
    while len(chart) > 51:
        block, chart = chart[:50], chart[50:]
        head, tail = block[:5], block[45:]
        second, before_last = block[10:24], block[26:40]
        middle = block[5:10] + before_last[::-1] + block[24:26] + second[::-1] + block[40:45]
        blocks.append(tail[::-1] + middle + head[::-1])
    return "".join(blocks) + chart


def link(chart: str, title: str = "Tune", key: str = "C", style: str = "Medium Swing", tempo: int = 0) -> str:
    """Make a link ``irealb://`` of one tune."""
    fields = [title, "Nobody Known", "", style, key, "", "1r34LbKcu7" + scramble(chart), "", str(tempo), "0"]
    return "irealb://" + quote("=".join(fields))


def read(text: str, folder: Path) -> tuple[Tune, ...]:
    file = folder / "tunes.html"
    file.write_text(text)
    return tuple(ireal.read_corpus(file).tunes)


@pytest.mark.parametrize(
    ("chart", "bars"),
    [
        ("T44C^7   |D-7 G7 Z", "C^7 | D-7:2 G7:2"),
        ("[T44C^7XyQ|D-7,G7,E-7,A7,Z", "C^7 | D-7:1 G7:1 E-7:1 A7:1"),
        ("[T44C^7 p p F7 Z", "C^7:3 F7:1"),
        ("[T44C7  F7LZA7,p,p,D7Z", "C7:3 F7:1 | A7:3 D7:1"),
        ("[T44C7  |ppF7 Z", "C7 | C7:2 F7:2"),
        ("[T34C7 F7 |Bb7XyQZ", "C7:2 F7:1 | Bb7"),
        ("[T54C7 F7 Z", "C7:3 F7:2"),
        ("[T12C7 F7 Z", "C7:2 F7:2"),
        ("[T44C7XyQ|T34F7XyQ|T44G7XyQZ", "C7 | F7 | G7"),
        ("[T44C^7XyQKcl | x |D-7 x Z", None),
        ("[T44C^7XyQKclLZ x LZD-7XyQZ", "C^7 | C^7 | C^7 | D-7"),
        ("[T44C^7XyQ|D-7 G7 |r|XyQ|C6XyQZ", "C^7 | D-7:2 G7:2 | C^7 | D-7:2 G7:2 | C6"),
        ("[T44C7XyQ|nXyQ|F7XyQZ", "C7 | NC | F7"),
        ("[T44C-7 W/Bb |W/A WZ", "C-7:2 C-7/Bb:2 | C-7/A:2 C-7:2"),
        ("[T44C7(Db7)XyQ|(A7b9)sD-7lG7 <some text>Z", "C7 | D-7:2 G7:2"),
        ("{T44C7XyQ|F7XyQ}Y[G7XyQZ", "C7 | F7 | C7 | F7 | G7"),
        ("{T44C7XyQ|N1F7XyQ}|N2G7XyQ]*B[A7XyQZ", "C7 | F7 | C7 | G7 | A7"),
        ("{T44C7XyQ<3x>}F7XyQZ", "C7 | C7 | C7 | F7"),
        ("[T44C7XyQ|F7XyQ<Fine>][A7XyQ|D7XyQ<D.C. al Fine>Z", "C7 | F7 | A7 | D7 | C7 | F7"),
        ("[T44C7XyQ|SF7XyQQ|A7XyQ<D.S. al Coda>ZQD7XyQZ", "C7 | F7 | A7 | F7 | D7"),
        ("[T44C7XyQ|F7XyQU|fG7XyQZ", "C7 | F7 | G7"),
        ("[T44Ch7XyQ|Db6/9XyQ|E*+7*XyQZ", "Ch7 | Db6/9 | E+7"),
    ],
)
def test_charts_are_played(chart: str, bars: str | None, tmp_path: Path) -> None:
    for text in (link(chart), f"irealbook://Tune=Nobody=Swing=C=n={chart}"):
        if bars is None:
            with pytest.raises(JazzgramError, match="has nothing to repeat"):
                read(text, tmp_path)
        else:
            assert chord_chart(read(text, tmp_path)[0].bars) == bars


def test_a_long_chart_is_unscrambled(tmp_path: Path) -> None:
    names = ["C^7", "A-7", "D-7", "G7b9", "Eh7", "A7#5", "F#o7", "Bb13"]
    chart = "T44" + "|".join(f"{names[bar % 8]}XyQ" for bar in range(40)) + "Z"
    assert len(chart) > 250
    assert scramble(chart)[:20] != chart[:20]
    assert chord_chart(read(link(chart), tmp_path)[0].bars) == " | ".join(names * 5)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=230))
def test_scrambling_is_undone(chart: str) -> None:
    assert unscramble(scramble(chart)) == chart


def test_what_a_link_says_of_its_tune(tmp_path: Path) -> None:
    (tune,) = read(link("*A[T34C-7XyQ|F7XyQZ", "Corner's Song", "Eb-", "Jazz Waltz", 180), tmp_path)
    assert (tune.title, tune.key, tune.style, tune.tempo) == ("Corner's Song", -6, "Jazz Waltz", 180.0)
    assert tune.bars[0].meter == Meter(3, 4)


def test_a_playlist_in_a_page(tmp_path: Path) -> None:
    one, two = (link(f"[T44{chord}XyQZ", title) for chord, title in (("C7", "One"), ("F7", "One")))
    playlist = one + quote("===") + two.removeprefix("irealb://") + quote("===My List")
    page = (
        f'<html><body>\n<a href="{playlist}">List</a>\n<p>\n<a href="irealbook://Three=N=Swing=F=n=[T44Bb7XyQZ">3</a>'
    )
    tunes = read(page, tmp_path)
    assert [tune.title for tune in tunes] == ["One", "One (2)", "Three"]
    assert [chord_chart(tune.bars) for tune in tunes] == ["C7", "F7", "Bb7"]
    assert tunes[1].work == "One"


def test_a_coda_without_a_jump_is_left_out_and_told(tmp_path: Path) -> None:
    (tune,) = read(link("[T44C7XyQ|F7XyQQ|G7XyQZ Y{QD-7XyQ|Ab^7XyQ}"), tmp_path)
    assert chord_chart(tune.bars) == "C7 | F7 | G7"
    assert [(left.bars, left.notes) for left in tune.dropped] == [(2, 0)]


def test_a_tune_that_cannot_be_read_is_told_with_the_others(tmp_path: Path) -> None:
    text = "irealbook://Good=N=Swing=C=n=T44C7XyQZ\nirealbook://Bad=N=Swing=C=n=T44C7XyQ|?Z"
    (tune,) = read(text, tmp_path)
    assert tune.dropped[0].reason.endswith("tunes.html:2: Bad: bar 2: '?Z' is not understood")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no link of iReal Pro found"),
        ("http://example.org", "no link of iReal Pro found"),
        ("irealb://", "1: '' has no chart"),
        ("\n\nirealbook://a=b=c", "3: a link irealbook:// has 3 fields"),
        ("irealbook://a=b=c=C=n=", "1: a: the chart has no bars"),
        ("irealbook://a=b=c=C=n=T44C7q7Z", "1: a: bar 1: 'q7Z' is not understood"),
        ("irealbook://a=b=c=C=n=T99C7Z", "1: a: bar 1: T99 is no meter"),
        ("irealbook://a=b=c=C=n=T44W/EZ", "1: a: bar 1: W stands before the first chord"),
        ("irealbook://a=b=c=C=n=T44x Z", "1: a: bar 1: the sign to repeat"),
        ("irealbook://a=b=c=Q=n=T44C Z", "1: a: found the key 'Q'"),
        ("irealbook://a=b=c=C=n=" + "C" * 30_000, "1: a: the chart has 30000 characters"),
        ("irealb://" * 50_000, "1: 'irealb://irealb"),
    ],
)
def test_mistakes_name_their_line(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(JazzgramError) as error:
        read(text, tmp_path)
    assert message in str(error.value) and "\n" not in str(error.value)


def test_folders_are_listed(tmp_path: Path) -> None:
    for name in ("b.html", "a.txt", "c.md", "D.HTM"):
        (tmp_path / name).touch()
    assert [file.name for file in ireal.list_files(tmp_path)] == ["D.HTM", "a.txt", "b.html"]


def test_broken_links_are_read_or_refused(tmp_path: Path) -> None:
    chart = "*A{T44F^7 Ab7 |Db^7 E7 |N1A^7XyQ}|N2Bb^7XyQ|x |r|XyQ|SF^7XyQQ]T34G-7XyQ|W/C n |(A7)D7,p,"
    chart += "<D.S. al Coda>ZQC6<3x>U"
    page = f'<a href="{link(chart)}">\nirealbook://A=B=C=D-=n={chart}'.encode()
    file = tmp_path / "tunes.html"
    whole = 0
    for content in mutants([page], 1000, 1, text=True):
        file.write_bytes(content)
        try:
            tunes = ireal.read_corpus(file).tunes
            assert tunes and all(tune.bars for tune in tunes)
            whole += 1
        except JazzgramError:
            continue
    assert whole > 300
