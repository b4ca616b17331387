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
        ("[T44C^7XyQKcl | x |D-7 x Z", "C^7 | C^7 | C^7 | D-7"),
        # A sign to repeat a bar holds the chord before it, where it stands beside chords.
        ("[T44Bb^7XyQ|x F7 |C6XyQZ", "Bb^7 | Bb^7:2 F7:2 | C6"),
        ("[T44D-7 G7 |x F7 |r A7 Z", "D-7:2 G7:2 | G7:2 F7:2 | F7:2 A7:2"),
        # With nothing before it, its bars have no chord.
        ("[T44xXyQ|C^7XyQZ", "NC | C^7"),
        ("[T44r|XyQ|C^7XyQZ", "NC | NC | C^7"),
        ("[T44C^7XyQ|r|XyQ|F7XyQZ", "C^7 | NC | NC | F7"),
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
        ("[T44C*add9  *XyQ|F* *,G7,|C-* ^7 */EbXyQZ", "Cadd9 | F:2 G7:2 | C-^7/Eb"),
        ("[T44C7*shout*XyQ|F-*?*/AbXyQZ", "C7 | F-/Ab"),
        # Endings that are not adjacent, or have no repeat sign.
        ("[T44C7XyQ|N1F7XyQ]|N2G7XyQZ", "C7 | F7 | C7 | G7"),
        ("{T44C7XyQ|N1F7XyQ}|N2G7XyQ][A7XyQ<D.C. al 3rd End.>]|N3D7XyQZ", "C7 | F7 | C7 | G7 | A7 | C7 | D7"),
        ("{T44C7XyQ|N1F7XyQ}|N2G7XyQ}|N0A7XyQZ", "C7 | F7 | C7 | G7 | C7 | A7"),
        ("[T44C7XyQ|N1F7XyQ][A7XyQ<D.C.>]|N2D7XyQZ", "C7 | F7 | A7 | C7 | D7"),
        # Text that precedes its chord; behind a section's last barline it is that section's.
        ("[T44C7XyQ|<Fine>F7XyQ][A7XyQ|<*14D.C. al Fine>D7XyQZ", "C7 | F7 | A7 | D7 | C7 | F7"),
        ("[T44C7XyQ|F7XyQ]<Fine>[A7XyQ|D7XyQZ<DC al fine>", "C7 | F7 | A7 | D7 | C7 | F7"),
        ("[T44C7XyQ<Fine>]<Da Capo>F7XyQ|A7XyQZ", "C7 | F7 | A7 | C7"),
        ("[T44SC7XyQ|<Fine>F7XyQ|A7XyQ|D7XyQ<D.S. al Fine>Z", "C7 | F7 | A7 | D7 | C7 | F7"),
        ("<D.C. al Fine>*A[T44C7XyQ<Fine>|F7XyQ]*B[A7XyQZ", "C7 | F7 | C7"),
        ("[T44C7XyQQ|F7XyQ<D.C. al Coda>]Q ", "C7 | F7 | C7 | F7"),
        ("{T44C7XyQ<x3>}F7XyQZ", "C7 | C7 | C7 | F7"),
        ("{T44C7XyQ<*163x>}F7XyQZ", "C7 | C7 | C7 | F7"),
    ],
)
def test_charts_are_played(chart: str, bars: str, tmp_path: Path) -> None:
    for text in (link(chart), f"irealbook://Tune=Nobody=Swing=C=n={chart}"):
        assert chord_chart(read(text, tmp_path)[0].bars) == bars


@pytest.mark.parametrize(
    ("chart", "reason", "bars"),
    [
        ("[T44xXyQ|C^7XyQZ", "a sign to repeat 1 bar(s) with nothing before it", 1),
        ("[T44C^7XyQ|r|XyQ|F7XyQZ", "a sign to repeat 2 bar(s) with nothing before it", 2),
        ("[T44D-7 G7 |x F7 Z", "a sign to repeat a bar beside chords, which holds the chord before it", 0),
        ("[T44C7XyQ|D-7 x Z", "a sign to repeat a bar beside chords, which holds the chord before it", 0),
        ("[T44C7*shout*XyQZ", "a text that is no quality of a chord: 'shout'", 0),
    ],
)
def test_signs_that_are_not_obeyed_are_reported(chart: str, reason: str, bars: int, tmp_path: Path) -> None:
    (tune,) = read(link(chart), tmp_path)
    assert [(left.reason, left.bars) for left in tune.dropped] == [(reason, bars)]


CASES = {
    "14_ireal_dc_at_start_of_last_bar": "C^7 F7 D-7 G7 A-7 D7 B-7 E7 C^7 F7 D-7 C6 F6",
    "15_ireal_dc_before_last_bar": "C^7 F7 D-7 G7 A-7 D7 B-7 E7 C^7 F7 D-7 C6 F6",
    "17_ireal_endings_without_repeat": "C^7 F7 E-7 A7 C^7 F7 C6 G7",
    "18_ireal_x_then_chord": "Bb^7 Bb^7+F7 C6",
    "19_ireal_x_first": "NC C^7 F7",
    "20_ireal_own_quality": "Cadd9 F+G7 C6",
    "21_ireal_two_links_in_a_line": "C^7 D-7+G7 F^7 G-7+C7",
    "39_ireal_dc_al_3rd_ending": "C^7 A-7 D-7 G7 C^7 A-7 D-7 C6 E-7 A7 D7 G7 C^7 A-7 F-7 C6",
}


@pytest.mark.parametrize("name", CASES)
def test_charts_that_lost_bars(name: str, shared: Path) -> None:
    file = shared / "cases" / f"{name}.txt"
    if not file.is_file():
        pytest.skip(f"{file} does not exist")
    tunes = ireal.read_corpus(file).tunes
    played = ["+".join(chord.symbol for chord in bar.chords) for tune in tunes for bar in tune.bars]
    assert " ".join(played) == CASES[name]
    assert not any(left.reason.startswith("never") for tune in tunes for left in tune.dropped)


@pytest.mark.parametrize("between", [" ", "", " and ", "\t"])
def test_several_links_in_a_line(between: str, tmp_path: Path) -> None:
    plain = [f"irealbook://{title}=N=Swing=C=n=T44{chord}XyQZ" for title, chord in (("One", "C7"), ("Two", "F7"))]
    for links in (plain, [link("T44C7XyQZ", "One"), plain[1]], [plain[0], link("T44F7XyQZ", "Two")]):
        tunes = read(between.join(links).replace("Z and", "Z"), tmp_path)
        assert [(tune.title, chord_chart(tune.bars)) for tune in tunes] == [("One", "C7"), ("Two", "F7")]


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
