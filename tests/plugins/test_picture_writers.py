"""Solos as text that musicians mail (ABC) and as lead sheets that can be seen (SVG)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.readers import abc as abc_reader
from jazzgram_plugins.writers import abc, musicxml, svg
from notation import chords, line

from jazzgram import JazzgramError, Meter, Note, Solo, Tune
from jazzgram.music.notation.rhythm import notate
from jazzgram.rendering.lead_sheet import lead_sheet_musicxml
from jazzgram.rendering.score import engrave, engrave_solo


def written(solo: Solo, folder: Path) -> list[str]:
    (path,) = abc.write_solo(solo, folder)
    assert path.name == "solo.abc"
    return Path(path).read_text(encoding="utf-8").splitlines()


def read_back(solo: Solo, folder: Path) -> Tune:
    (path,) = abc.write_solo(solo, folder)
    tune: Tune
    (tune,) = abc_reader.read_corpus(path).tunes
    return tune


def sounding(tune: Tune) -> list[tuple[int, int, int]]:
    """Return pitch, onset and duration of a tune's notes from its start."""
    start, found = 0, []
    for bar in tune.bars:
        found += [(n.pitch, start + n.onset, n.duration) for n in bar.melody if isinstance(n, Note)]
        start += bar.meter.bar
    return found


def notated(solo: Solo) -> list[tuple[int, int, int]]:
    """Return pitch, onset and duration of a solo's notes as notation has them, tied note heads joined."""
    joined: list[tuple[int, int, int]] = []
    for number, bar in enumerate(notate(solo.notes, solo.meter, solo.bars)):
        for piece in bar:
            if piece.note and piece.tied_from:
                pitch, onset, duration = joined.pop()
                joined.append((pitch, onset, duration + piece.duration))
            elif piece.note:
                joined.append((piece.note.pitch, number * solo.meter.bar + piece.onset, piece.duration))
    return joined


@pytest.mark.parametrize(
    ("notes", "symbols", "key", "music"),
    [
        ("60:q 62:q 64:q 65:q", "C", 0, '"C"C2 D2 E2 F2|]'),
        ("67:e 69:e 71:e 72:e 84:q 55:q", "G7", 0, '"G7"GA Bc c\'2 G,2|]'),
        ("60:t 62:T 64:q 62:h", "C", 0, '"C"(3:2:2CD2 E2 D4|]'),
        ("60:t 62:t 64:t 65:q 64:h", "Dm7", 0, '"Dm7"(3CDE F2 E4|]'),
        ("60:T 62:T 64:T 65:h", "Dm7", 0, '"Dm7"(3C2D2E2 F4|]'),
        ("63:q 63:q 64:q 63:q", "Cm7", 0, '"Cm7"_E2 E2 =E2 _E2|]'),
        ("63:q 75:q 62:h", "Cm7", 0, '"Cm7"_E2 _e2 D4|]'),
        ("63:q 64:q 63:h", "Eb", -3, '"Eb"E2 =E2 _E4|]'),
        ("70:w 70:q 70:q r:h", "Bb7 Bb7", -1, '"Bb7"B8|B2 B2 z4|]'),
        ("r:qh 66:w 66:q", "D7 D7", 0, '"D7"z4 z2 ^F2-|F6 ^F2|]'),
        ("r:w", "NC", 0, '"NC"z8|]'),
    ],
)
def test_abc_is_written_as_a_musician_would(notes: str, symbols: str, key: int, music: str, tmp_path: Path) -> None:
    changes = chords(symbols)
    solo = Solo(line(notes), changes, len(changes), key=key)
    assert written(solo, tmp_path)[-1] == music


def test_the_head_says_title_meter_tempo_and_key(tmp_path: Path) -> None:
    solo = Solo((), (), 1, meter=Meter(6, 8), tempo=120, title="100% \n Blues", key=-3)
    assert written(solo, tmp_path) == [
        *("%abc-2.1", "X:1", r"T:100\% Blues", "M:6/8", "L:1/8", "Q:3/8=80", "K:Eb"),
        "z6|]",
    ]
    low = Solo((Note(40, 0, 1920),), (), 1)
    assert written(low, tmp_path)[6:] == ["K:C clef=bass", "E,,8|]"]


def test_a_chord_under_a_held_note_divides_it(tmp_path: Path) -> None:
    solo = Solo(line("62:w"), chords("Dm7 G7", 960), 1)
    assert written(solo, tmp_path)[-1] == '"Dm7"D4- "G7"D4|]'
    tune = read_back(solo, tmp_path)
    assert sounding(tune) == [(62, 0, 1920)]
    assert [(chord.symbol, chord.onset, chord.duration) for chord in tune.bars[0].chords] == [
        ("Dm7", 0, 960),
        ("G7", 960, 960),
    ]


def test_four_bars_stand_in_a_line(tmp_path: Path) -> None:
    lines = written(Solo((), chords("C"), 6), tmp_path)
    assert lines[7:] == ['"C"z8|z8|z8|z8|', "z8|z8|]"]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["e e", "q", "qe s s", "h", "t t t", "T T T", "T t", "x x x x x x", "w", "h q e e", "t T"]),
        st.lists(st.one_of(st.none(), st.integers(30, 100)), min_size=6, max_size=6),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(
    steps=STEPS,
    key=st.integers(-7, 7),
    symbols=st.lists(st.sampled_from(["Cm7", "F7", "Bbmaj7", "Ebm7b5", "A7b9", "F#dim7", "C7/E", "NC"]), max_size=8),
    length=st.sampled_from([480, 960, 1920, 720]),
    meter=st.sampled_from([Meter(4, 4), Meter(3, 4), Meter(6, 8), Meter(5, 4), Meter(2, 2)]),
)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[str, list[int | None]]],
    key: int,
    symbols: list[str],
    length: int,
    meter: Meter,
) -> None:
    text = " ".join(
        f"{'r' if pitch is None else pitch}:{letters}"
        for rhythm, pitches in steps
        for letters, pitch in zip(rhythm.split(), pitches, strict=False)
    )
    notes = line(text)
    bars = max((note.end for note in notes), default=0) // meter.bar + 1
    changes = tuple(chord for chord in chords(" ".join(symbols), length) if chord.onset < bars * meter.bar)
    solo = Solo(notes, changes, bars, meter=meter, key=key)
    tune = read_back(solo, tmp_path_factory.mktemp("abc"))
    assert tune.key == key
    assert len(tune.bars) == bars
    assert sounding(tune) == notated(solo)
    first = {bar * meter.bar + chord.onset: chord.symbol for bar, of in enumerate(tune.bars) for chord in of.chords}
    for chord, before in zip(changes, (None, *changes), strict=False):
        if before is None or before.symbol != chord.symbol:
            assert first[chord.onset] == chord.symbol


def test_what_a_note_calls_itself_is_kept_where_it_is_true(tmp_path: Path) -> None:
    line = (Note(68, 0, 480, spelling="G#"), Note(68, 480, 480, spelling="A-"), Note(68, 960, 960, spelling="F"))
    assert written(Solo(line, (), 1), tmp_path)[-1] == "^G2 _A2 A4|]", "A flat is still in force"


SHEET = Solo(
    line("r:q 63:t 65:t 67:t 70:e 72:qe 70:q 68:h 67:q 65:w 63:w 62:w 60:w"),
    chords("Eb Fm7 Bb7 Eb Cm7 F7"),
    6,
    title="Page",
    key=-3,
)


def test_each_note_head_of_an_engraving_has_its_time(tmp_path: Path) -> None:
    (page,) = musicxml.write_solo(SHEET, tmp_path)
    drawn = engrave(page.read_bytes())
    tree = ElementTree.fromstring(drawn.svg)
    ids = {element.get("id") for element in tree.iter() if "note" in (element.get("class") or "").split()}
    assert ids == set(drawn.onsets)
    assert {note.onset for note in SHEET.notes} <= set(drawn.onsets.values())
    assert list(drawn.onsets.values()) == sorted(drawn.onsets.values())
    systems = [element for element in tree.iter() if element.get("class") == "system"]
    assert len(systems) == 2, "four bars a line"
    assert drawn == engrave(page.read_text(encoding="utf-8")), "equal scores, equal pictures"


def test_a_lead_sheet_is_one_picture_that_needs_nothing_else(tmp_path: Path) -> None:
    (path,) = svg.write_solo(SHEET, tmp_path)
    text = path.read_text(encoding="utf-8")
    assert path.name == "solo.svg"
    assert "Page" in text
    assert "@font-face" not in text
    assert not any(0xE000 <= ord(character) < 0xF900 for character in text), "no letter of a music font"
    assert "url(http" not in text
    assert "@import" not in text


def positions(svg: str, kind: str) -> list[tuple[float, str]]:
    """Return ``x`` and text or code point of the words and glyphs in the first element of a class, left to right."""
    group = next(element for element in ElementTree.fromstring(svg).iter() if element.get("class") == kind)
    found = []
    for element in group.iter():
        if element.tag.endswith("}text"):
            found.append((float(element.get("x", 0)), element.text or ""))
        elif element.tag.endswith("}use"):
            move = (element.get("transform") or "").removeprefix("translate(").split(",")[0]
            found.append((float(move), (element.get("{http://www.w3.org/1999/xlink}href") or "")[1:5]))
    return sorted(found)


def test_every_thread_can_engrave() -> None:
    page = lead_sheet_musicxml(Solo(line("60:q 62:q 64:h"), chords("C6"), 1))
    with ThreadPoolExecutor(4) as threads:
        assert {drawn.svg for drawn in threads.map(engrave, [page] * 12)} == {engrave(page).svg}


def test_words_are_drawn_by_hand_where_they_belong(tmp_path: Path) -> None:
    drawn = engrave_solo(Solo((), chords("Ebm7b5"), 1, title="Été", tempo=90))
    symbol = positions(drawn.svg, "harm")
    assert "".join(text for _, text in symbol if len(text) < 3) == "Em75", "which can be searched"
    outlines = [(x, text) for x, text in symbol if len(text) == 4]
    assert [text for _, text in outlines] == ["0045", "EA64", "006D", "0037", "EA64", "0035"], "EA64 is a flat"
    assert [x for x, _ in outlines] == sorted(x for x, _ in outlines)
    # Of 405 units, an E of the hand is 0.585 wide, an m 0.718; the flat is 0.154 of 720.
    gaps = [second - first for (first, _), (second, _) in pairwise(outlines)]
    assert gaps[:3] == pytest.approx([237, 111, 291], abs=1)
    heading = {text for _, text in positions(drawn.svg, "pgHead")}
    assert {"ECA5", "= 90", "Été"} <= heading, "ECA5 is a quarter note"
    assert "font-face" not in drawn.svg


def test_a_title_that_the_hand_cannot_write_stays_text() -> None:
    svg = engrave_solo(Solo((), (), 1, title="無題")).svg
    (title,) = [element for element in ElementTree.fromstring(svg).iter() if element.text == "無題"]
    assert title.get("style") is None, "painted"


def test_the_number_of_a_triplet_is_clear_of_its_beam() -> None:
    """The beam slants up to the number's left; Verovio alone would write it across the beam."""
    svg = ElementTree.fromstring(engrave_solo(Solo(line("72:t 69:t 65:t 60:qh"), (), 1)).svg)
    of_class = {name: element for element in svg.iter() for name in (element.get("class") or "").split()}
    (number,) = (use for use in of_class["tupletNum"].iter() if use.tag.endswith("}use"))
    beam = next(element for element in svg.iter() if element.tag.endswith("}polygon"))
    below = float((number.get("transform") or "").split(",")[1].split(")")[0])
    highest = min(float(corner.split(",")[1]) for corner in (beam.get("points") or "").split())
    assert below < highest + 60


def widths(solo: Solo) -> list[float]:
    """Return the length of each line's staff is."""
    systems = [
        g for g in ElementTree.fromstring(engrave(lead_sheet_musicxml(solo)).svg).iter() if g.get("class") == "system"
    ]
    return [
        max(
            float((path.get("d") or "").split("L")[1].split()[0])
            for staff in system.iter()
            if staff.get("class") == "staff"
            for path in staff
            if path.tag.endswith("}path")
        )
        for system in systems
    ]


def test_a_short_last_line_is_not_stretched() -> None:
    quarters = tuple(Note(60 + step % 12, step * 480, 480) for step in range(24))
    first, last = widths(Solo(quarters, chords("C7"), 6))
    assert 0.3 < last / first < 0.7, "two bars of four"
    first, last = widths(Solo((*quarters[:16], Note(60, 4 * 1920, 1920)), chords("C7"), 8))
    assert last == pytest.approx(first, abs=2), "four bars with hardly a note"
    assert widths(Solo(quarters[:4], chords("C7"), 1))[0] < first / 2, "one bar alone"


def test_a_long_solo_is_still_one_picture(tmp_path: Path) -> None:
    solo = Solo(tuple(Note(60 + bar % 12, bar * 1920, 1920) for bar in range(200)), chords("C"), 200)
    (page,) = musicxml.write_solo(solo, tmp_path)
    drawn = engrave(page.read_bytes())
    assert len(drawn.onsets) == 200
    assert max(drawn.onsets.values()) == 199 * 1920
    assert all(f'id="{head}"' in drawn.svg for head in drawn.onsets)


@pytest.mark.parametrize("text", ["", "X:1\nK:C\nCDEF|", "<score-partwise", b"\xff\xfe"])
def test_what_is_no_score_is_said_in_a_line(text: str | bytes) -> None:
    with pytest.raises(JazzgramError, match="expected uncompressed MusicXML") as found:
        engrave(text)
    assert "\n" not in str(found.value)
