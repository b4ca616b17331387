"""Humdrum's ``**jazz``, as the iRb corpus has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from jazzgram_plugins.readers import humdrum

from jazzgram import JazzgramError, Tune

AABA = """!!!OTL: Porch Light
!!!COM: Nobody
**jazz
*>[A,A,B,A]
*>A
*M4/4
*B-:
2C:min7
2F7
=
1B-:maj7
=
*>B
2.E-:h7
4A-7(b9)
=
1r
==
*-
"""


def read(text: str, folder: Path) -> Tune:
    file = folder / "tune.jazz"
    file.write_text(text)
    (tune,) = humdrum.read_corpus(file).tunes
    assert isinstance(tune, Tune)
    return tune


def changes(tune: Tune) -> str:
    return " | ".join(" ".join(f"{chord.symbol}@{chord.onset // 480}" for chord in bar.chords) for bar in tune.bars)


def test_sections_are_played_in_their_order(tmp_path: Path) -> None:
    tune = read(AABA, tmp_path)
    a, b = "Cmin7@0 F7@2 | Bbmaj7@0", "Ebh7@0 Ab7(b9)@3 | NC@0"
    assert changes(tune) == f"{a} | {a} | {b} | {a}"
    assert (tune.title, tune.key, tune.dropped) == ("Porch Light", -2, ())


@pytest.mark.parametrize(
    ("order", "bars", "dropped"),
    [
        ("[A,B]", 4, []),
        ("[B,B]", 4, [("never reached by the repeats and jumps", 2, 3)]),
        ("[A,C]", 2, [("never reached by the repeats and jumps", 2, 3), ("a section that the order names", 0, 0)]),
    ],
)
def test_sections_that_the_order_lacks_are_reported(
    order: str, bars: int, dropped: list[tuple[str, int, int]], tmp_path: Path
) -> None:
    tune = read(AABA.replace("[A,A,B,A]", order), tmp_path)
    assert len(tune.bars) == bars
    assert [
        (left.reason[: len(dropped[n][0])], left.bars, left.chords) for n, left in enumerate(tune.dropped)
    ] == dropped


def test_without_an_order_the_page_is_played(tmp_path: Path) -> None:
    assert len(read(AABA.replace("*>[A,A,B,A]\n", ""), tmp_path).bars) == 4


def test_one_spine_of_several(tmp_path: Path) -> None:
    text = "**kern\t**jazz\n*M3/4\t*M3/4\n4c\t2.D-:min7/G-\n4d\t.\n4e\t.\n=\t=\n2.f\t4C7(4G-7)\n*-\t*-\n"
    tune = read(text, tmp_path)
    assert changes(tune) == "Dbmin7/Gb@0 | C7@0"
    assert [str(bar.meter) for bar in tune.bars] == ["3/4", "1/4"]
    assert [left.reason for left in tune.dropped] == ["an alternative chord", "another spine: **kern"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "tune.jazz: no chords found"),
        ("**kern\n4c\n*-", "tune.jazz: no chords found"),
        ("**jazz\nG7\n*-", "tune.jazz:2: 'G7' is no duration and chord"),
        ("**jazz\n*M4/7\n4C7", "tune.jazz:2: "),
    ],
)
def test_what_is_refused(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(JazzgramError) as error:
        read(text, tmp_path)
    assert message in str(error.value) and "\n" not in str(error.value)


def test_what_lists_of_a_folder_have(tmp_path: Path) -> None:
    for name, text in {"a.jazz": "", "b.krn": "**kern\n", "c.krn": "!!!OTL: C\n**jazz\n", "d.txt": "**jazz"}.items():
        (tmp_path / name).write_text(text)
    assert [file.name for file in humdrum.list_files(tmp_path)] == ["a.jazz", "c.krn"]
