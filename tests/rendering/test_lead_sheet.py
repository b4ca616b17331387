"""Lead sheets as a copyist writes them, and as MuseScore prints them."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jazzgram_plugins.readers import musicxml as reader
from jazzgram_plugins.writers import musicxml, pdf, svg
from notation import changes, line

from jazzgram import Meter, Note, Solo
from jazzgram.music.form import Form, Section
from jazzgram.music.notation.rhythm import notate
from jazzgram.rendering.beams import beams
from jazzgram.rendering.layout import section_marks
from jazzgram.rendering.lead_sheet import lead_sheet_musicxml

_BEAMS = {"begin": "[", "continue": "-", "end": "]", "forward hook": ">", "backward hook": "<"}


def sheet(solo: Solo, *, transposed: bool = False) -> ElementTree.Element:
    return ElementTree.fromstring(lead_sheet_musicxml(solo, transposed=transposed))


@pytest.mark.parametrize(
    ("text", "meter", "beamed"),
    [
        ("60:e 62:e 64:e 65:e 67:e 69:e 71:e 72:e", "4/4", "[ - - ] [ - - ]"),
        ("60:e 62:e 64:q 65:e 67:e 69:q", "4/4", "[ ] . [ ] ."),
        ("60:e 62:e 64:s 65:s 67:e 69:h", "4/4", "[ ] [[ -] ] ."),  # by the beat: one beam is for eighths alone
        ("60:es 62:s 64:s 65:es 67:h", "4/4", "[ ]< [> ] ."),
        ("60:s 62:e 64:s 65:qh", "4/4", "[> - ]< ."),
        ("60:e r:e 62:e 64:e 65:h", "4/4", ". . [ ] ."),
        ("60:t 62:t 64:t 65:qh", "4/4", "[ - ] ."),
        ("60:t 62:T 64:qh", "4/4", ". . ."),
        ("60:e 62:e 64:e 65:e 67:e 69:e", "3/4", "[ ] [ ] [ ]"),
        ("60:e 62:e 64:e 65:e 67:e 69:e", "6/8", "[ - ] [ - ]"),
        ("60:e 62:e 64:e 65:e 67:e", "5/8", "[ - ] [ ]"),
        ("60:e 62:e 64:e", "3/8", "[ - ]"),
        ("60:e 62:e 64:e 65:e 67:h", "2/2", "[ - - ] ."),
        ("60:q 62:h 64:q", "4/4", ". . ."),
    ],
)
def test_beams_show_the_beats(text: str, meter: str, beamed: str) -> None:
    parsed = Meter.parse(meter)
    (bar,) = notate(line(text), parsed, 1)
    shown = ["".join(_BEAMS[value] for value in values) or "." for values in beams(bar, parsed)]
    assert " ".join(shown) == beamed


@pytest.mark.parametrize(
    ("sections", "marks"),
    [
        ([Section(0, 16, "A")], {}),
        ([Section(0, 8, "A"), Section(8, 8, "B")], {0: "A", 8: "B"}),
        ([Section(0, 12, "A"), Section(12, 12, "A", chorus=2)], {0: "1st chorus", 12: "2nd chorus"}),
        (
            [Section(0, 8, "A"), Section(8, 8, "B"), Section(16, 8, "A", chorus=2), Section(24, 8, "B", chorus=2)],
            {0: "1st chorus: A", 8: "B", 16: "2nd chorus: A", 24: "B"},
        ),
        (
            [
                Section(0, 4, "", "intro", 0),
                Section(4, 8, "A", "head", 1),
                Section(12, 8, "A", "solo", 2),
                Section(20, 8, "A", "solo", 3),
                Section(28, 8, "A", "head", 4),
                Section(36, 4, "", "ending", 0),
            ],
            {0: "Intro", 4: "Head", 12: "1st chorus", 20: "2nd chorus", 28: "Head", 36: "Ending"},
        ),
        (
            [Section(0, 8, "A", "head", 1), Section(8, 8, "A", "solo", 2), Section(16, 8, "A", "head", 3)],
            {0: "Head", 8: "Solo", 16: "Head"},
        ),
        ([Section(0, 8, "A"), Section(8, 6, "B"), Section(14, 2, "", "ending", 0)], {0: "A", 8: "B", 14: "Ending"}),
        ([Section(0, 10, "A"), Section(10, 2, "", "ending", 0)], {10: "Ending"}),
    ],
)
def test_sections_have_a_letter_and_choruses_a_name(sections: list[Section], marks: dict[int, str]) -> None:
    assert section_marks(Form(tuple(sections))) == marks


def test_a_double_bar_ends_a_section_and_a_final_one_the_page() -> None:
    form = Form((Section(0, 2, "A"), Section(2, 2, "A", chorus=2)))
    page = sheet(Solo((), changes("C7|F7|C7|F7"), 4, form=form))
    bars = {bar.get("number"): bar.findtext("barline/bar-style") for bar in page.iter("measure")}
    assert bars == {"1": None, "2": "light-light", "3": None, "4": "light-heavy"}
    assert [mark.text for mark in page.iter("rehearsal")] == ["1st chorus", "2nd chorus"]


def test_an_ending_of_two_bars_stays_in_its_line() -> None:
    form = Form((Section(0, 10, "A"), Section(10, 2, "", "ending", 0)))
    page = sheet(Solo((), changes("|".join(["C7"] * 12)), 12, form=form))
    assert [bar.get("number") for bar in page.iter("measure") if bar.find("print") is not None] == ["5", "9"]


def test_tempo_marks_and_chords_stand_above_the_staff() -> None:
    page = sheet(Solo(line("60:w 60:w"), changes("C7|C7"), 2, form=Form((Section(0, 1, "A"), Section(1, 1, "B")))))
    placed = [*page.iter("direction"), *page.iter("harmony")]
    assert len(placed) >= 4
    assert {element.get("placement") for element in placed} == {"above"}


@pytest.mark.parametrize(
    ("solo", "name"),
    [
        (Solo((), (), 1, program=66), "Tenor Sax"),
        (Solo((), (), 1, program=56, instrument="flugelhorn"), "Flugelhorn"),
        (Solo((), (), 1, program=127), "Solo"),
    ],
)
def test_the_part_has_a_name(solo: Solo, name: str) -> None:
    page = sheet(solo)
    assert page.findtext("part-list/score-part/part-name") == name
    assert page.findtext("part-list/score-part/score-instrument/instrument-name") == name


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("66:w 65:w", ["sharp", "natural"]),  # the bar before had F sharp
        ("66:w 77:w", ["sharp", None]),  # another octave
        ("66:h 65:h 65:w", ["sharp", "natural", None]),  # cancelled already
        ("66:w 66:w", ["sharp", "sharp"]),
        ("66:ww 65:w", ["sharp", None, None]),  # no sign in the bar before: its note is tied
    ],
)
def test_an_accidental_of_the_bar_before_is_cancelled(text: str, printed: list[str | None]) -> None:
    notes = line(text)
    bars = notes[-1].end // 1920
    page = sheet(Solo(notes, changes("|".join(["D7"] * bars)), bars))
    assert [note.findtext("accidental") for note in page.iter("note")] == printed


@pytest.mark.parametrize(
    ("style", "ratio", "mark"),
    [
        ("", 1, ""),
        ("", 2, "Swing"),
        ("Bossa Nova", 1, "Bossa Nova"),
        ("Bossa Nova", 2, "Swing"),
        ("Medium Swing", 2, "Medium Swing"),
        ("Medium Swing", 1, ""),
        ("BEBOP", 1, "Bebop"),
    ],
)
def test_the_style_is_before_the_tempo(style: str, ratio: int, mark: str) -> None:
    notated = line("60:e 62:e 64:e 65:e 67:e 69:e 71:e 72:e")
    late = 480 * ratio // (1 + ratio) - 240
    played = tuple(replace(note, onset=note.onset + late * (note.onset % 480 > 0)) for note in notated)
    page = sheet(Solo(played, (), 1, notated=notated, style=style))
    assert "".join(words.text or "" for words in page.iter("words")).strip() == mark


@pytest.mark.parametrize(
    ("pitches", "instrument", "clef"),
    [
        ((60, 72), "", ("G", "2", None)),
        ((38, 50), "", ("F", "4", None)),
        ((38, 50), "tenor sax", ("F", "4", None)),
        ((52, 64), "guitar", ("G", "2", "-1")),
        ((60, 70), "trombone", ("F", "4", None)),
        ((40, 52), "double bass", ("F", "4", "-1")),
    ],
)
def test_the_clef_follows_the_range_or_the_instrument(
    pitches: tuple[int, int], instrument: str, clef: tuple[str | None, ...]
) -> None:
    notes = tuple(Note(pitch, 960 * index, 960) for index, pitch in enumerate(pitches))
    found = sheet(Solo(notes, (), 1, instrument=instrument)).find(".//clef")
    assert found is not None
    assert tuple(found.findtext(name) for name in ("sign", "line", "clef-octave-change")) == clef


TENOR = Solo(
    line("58:q 63:t 65:t 67:t 70:e 69:e 68:q 67:h 66:q 65:q"),
    changes("Bbmaj7|Eb7"),
    2,
    title="Air",
    key=-2,
    program=66,
    instrument="tenor sax",
)


@pytest.mark.parametrize(
    ("instrument", "transpose", "key", "first"),
    [
        ("tenor sax", {"diatonic": "-1", "chromatic": "-2", "octave-change": "-1"}, "0", ("C", "5")),
        ("trumpet", {"diatonic": "-1", "chromatic": "-2"}, "0", ("C", "4")),
        ("alto sax", {"diatonic": "-5", "chromatic": "-9"}, "1", ("G", "4")),
        ("baritone sax", {"diatonic": "-5", "chromatic": "-9", "octave-change": "-1"}, "1", ("G", "5")),
    ],
)
def test_a_part_is_written_where_its_player_reads_it(
    instrument: str, transpose: dict[str, str], key: str, first: tuple[str, str]
) -> None:
    page = sheet(replace(TENOR, instrument=instrument), transposed=True)
    moved = page.find(".//transpose")
    assert moved is not None
    assert {part.tag: part.text for part in moved} == transpose
    assert page.findtext(".//key/fifths") == key
    assert (page.findtext(".//pitch/step"), page.findtext(".//pitch/octave")) == first
    assert page.findtext(".//clef/sign") == "G"


def test_a_part_sounds_as_the_concert_score(tmp_path: Path) -> None:
    concert, part = musicxml.write_solo(TENOR, tmp_path)
    assert (concert.name, part.name) == ("solo.musicxml", "solo_Bb.musicxml")
    (sounding,), (read,) = (reader.read_corpus(path, reader.Options()).tunes for path in (concert, part))
    assert read.bars == sounding.bars
    assert read.key == sounding.key == -2
    assert sheet(TENOR, transposed=True).findtext("work/work-title") == "Air (Tenor Sax, B♭)"


def test_every_score_has_a_part_beside_it(tmp_path: Path) -> None:
    assert [path.name for path in svg.write_solo(TENOR, tmp_path)] == ["solo.svg", "solo_Bb.svg"]
    assert [path.name for path in pdf.write_solo(TENOR, tmp_path, pdf.Options())] == ["solo.pdf", "solo_Bb.pdf"]
    assert [path.name for path in svg.write_solo(replace(TENOR, instrument="flute"), tmp_path)] == ["solo.svg"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("mscore3") is None, reason="MuseScore is not installed")
@pytest.mark.parametrize("transposed", [False, True])
def test_musescore_reads_and_writes_the_same_notes(tmp_path: Path, transposed: bool) -> None:
    written, back = tmp_path / "solo.musicxml", tmp_path / "back.musicxml"
    written.write_text(lead_sheet_musicxml(TENOR, transposed=transposed), encoding="utf-8")
    quiet = os.environ | {"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)}
    subprocess.run(["mscore3", "-o", back, written], env=quiet, check=True, capture_output=True, timeout=120)
    (tune,), (copied,) = (reader.read_corpus(path, reader.Options()).tunes for path in (written, back))
    assert copied.bars == tune.bars
    page = ElementTree.parse(back)
    assert page.findtext(".//part-name") == "Tenor Sax"
    tempo = next(mark for mark in page.iter("direction") if mark.find(".//metronome") is not None)
    assert tempo.get("placement") == "above"


def test_a_title_with_characters_that_no_xml_may_have(tmp_path: Path) -> None:
    titled = replace(TENOR, title="Blue\x01 Bos\x1bsa\ufffe")
    assert ElementTree.fromstring(lead_sheet_musicxml(titled)).findtext(".//work-title") == "Blue Bossa"
    assert all(ElementTree.parse(path) for path in svg.write_solo(titled, tmp_path))
