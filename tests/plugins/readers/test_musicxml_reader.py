"""MusicXML as a musician reads it: what is played, over which chords, in which order."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from jazzgram_plugins.readers import musicxml
from jazzgram_plugins.readers.musicxml.harmony import quality_of_kind
from musicxml_files import FOUR_FOUR, attributes, barline, harmony, measure, notes, save, score

from jazzgram import Bar, JazzgramError, Note, Rest, Tune, to_quarters
from jazzgram.music import RepeatMarks, follow_repeats
from jazzgram.music.harmony.symbols import parse_symbol

START = attributes() + harmony("C")
WHOLE = "C4:48"


def read(folder: Path, text: str, name: str = "tune.musicxml", **options: object) -> Tune:
    tune: Tune
    (tune,) = musicxml.read_corpus(save(folder, text, name), musicxml.Options.model_validate(options)).tunes
    return tune


def played(bar: Bar) -> list[str]:
    """Show a bar's melody as ``pitch onset+duration`` in quarter notes, r for rests."""
    return [
        f"{f'{event.spelling}{event.pitch}' if isinstance(event, Note) else 'r'} "
        f"{to_quarters(event.onset)}+{to_quarters(event.duration)}"
        for event in bar.melody
    ]


def chords(bar: Bar) -> list[tuple[str, float]]:
    return [(chord.symbol, chord.onset / 480) for chord in bar.chords]


def letters(tune: Tune) -> str:
    """The letter of each bar's first note."""
    return "".join((bar.melody[0].spelling or "?") if isinstance(bar.melody[0], Note) else "r" for bar in tune.bars)


def test_notes_rests_and_spelling(tmp_path: Path) -> None:
    tune = read(tmp_path, score(measure(START, "C4:6 Eb4:6 F#4:12 r:6 r:6 Bbb4:12")))
    assert played(tune.bars[0]) == ["C60 0+1/2", "E-63 1/2+1/2", "F#66 1+1", "r 2+1", "B--69 3+1"]


def test_tuplets_are_exact(tmp_path: Path) -> None:
    """Triplets in 12ths and, with 40 divisions, quintuplets."""
    tune = read(
        tmp_path,
        score(measure(START, "C4:4 D4:4 E4:4 r:36") + measure(attributes("", 40), "C4:8 D4:8 E4:8 F4:8 G4:8 r:120")),
    )
    assert [event.onset for event in tune.bars[0].melody] == [0, 160, 320, 480]
    assert [event.onset for event in tune.bars[1].melody] == [0, 96, 192, 288, 384, 480]


def test_tuplets_that_a_program_has_rounded_are_exact_too(tmp_path: Path) -> None:
    """256 divisions make thirds of 85, 86 and 85; a septuplet goes to the nearest ticks without gaps."""
    third = "<type>eighth</type><time-modification><actual-notes>3</actual-notes></time-modification>"
    seventh = third.replace("3", "7").replace("eighth", "16th")
    line = notes("C4:85 D4:86 E4:85", third) + notes("C4:37 C4:36 C4:37 C4:36 C4:37 C4:36 C4:37", seventh)
    (bar,) = read(tmp_path, score(measure(attributes(divisions=256), harmony("C"), line, "r:512"))).bars
    events = [event for event in bar.melody if isinstance(event, Note)]
    assert [(event.onset, event.duration) for event in events[:3]] == [(0, 160), (160, 160), (320, 160)]
    assert all(event.end == later.onset for event, later in pairwise(events))
    assert [event.onset - 480 for event in events[3:]] == [round(480 * place / 7) for place in range(7)]


def test_ties_are_one_note_in_the_bar_where_it_begins(tmp_path: Path) -> None:
    tune = read(
        tmp_path,
        score(measure(START, "r:36 G4:12~") + measure("~G4:48~") + measure("~G4:6 A4:6~ A4:12 r:24")),
    )
    assert [played(bar) for bar in tune.bars] == [["r 0+3", "G67 3+11/2"], [], ["A69 1/2+1/2", "A69 1+1", "r 2+2"]]


def test_what_a_melody_cannot_hold_is_counted(tmp_path: Path) -> None:
    extras = (
        "<note><grace/><pitch><step>B</step><octave>4</octave></pitch></note>"
        "<note><cue/><pitch><step>B</step><octave>4</octave></pitch><duration>12</duration></note>"
        "<note><unpitched/><duration>12</duration></note>"
        + notes("B4:12", "<notehead>slash</notehead>")
        + "<backup><duration>36</duration></backup><forward><duration>36</duration></forward>"
    )
    tune = read(
        tmp_path,
        score(
            measure(START, extras, "C4:12")
            + measure("C4:24~ +E4:24~ +G4:24~ ~C4:24 ~+E4:24 ~+G4:24")
            + measure("C5:48", "<backup><duration>48</duration></backup>", notes("E4:24 F4:24", "<voice>2</voice>"))
        ),
    )
    assert [played(bar) for bar in tune.bars] == [["C60 3+1"], ["G67 0+4"], ["C72 0+4"]]
    assert {found.reason: found.notes for found in tune.dropped} == {
        "grace note": 1,
        "cue note": 1,
        "without pitch": 1,
        "rhythm slash": 1,
        "lower note of a chord": 2,
        "in another voice": 2,
    }


def test_another_voice_can_be_chosen(tmp_path: Path) -> None:
    back = "<backup><duration>48</duration></backup>"
    text = score(measure(START, notes("C5:48", "<voice>1</voice>"), back, notes("E4:24 F4:24", "<voice>2</voice>")))
    assert played(read(tmp_path, text, voice=2).bars[0]) == ["E64 0+2", "F65 2+2"]
    with pytest.raises(JazzgramError, match=r"no notes in voice 3; choose among its voices 1, 2"):
        read(tmp_path, text, voice=3)
    only_fifth = score(measure(START, notes("E4:48", "<voice>5</voice>")))
    assert played(read(tmp_path, only_fifth).bars[0]) == ["E64 0+4"]


def test_chords_fill_the_bars_until_the_next_one(tmp_path: Path) -> None:
    tune = read(
        tmp_path,
        score(
            measure(attributes(), "C4:24", harmony("D", "minor-seventh"), "C4:24")
            + measure(WHOLE)
            + measure(harmony("G", "dominant"), harmony("C", "major-seventh", "<offset>36</offset>"), WHOLE)
            + measure(
                "C4:24", harmony("F", "major", "<offset>-12</offset>"), "<note><rest/><duration>24</duration></note>"
            )
        ),
    )
    assert [chords(bar) for bar in tune.bars] == [
        [("NC", 0), ("Dm7", 2)],
        [("Dm7", 0)],
        [("G7", 0), ("Cmaj7", 3)],
        [("Cmaj7", 0), ("F", 1)],
    ]
    for bar in tune.bars:
        assert sum(chord.duration for chord in bar.chords) == bar.meter.bar
    assert tune.bars[1].chords[0].pitches == (50, 53, 57, 60)


def degree(how: str, value: int, alter: int = 0) -> str:
    return (
        f"<degree><degree-value>{value}</degree-value><degree-alter>{alter}</degree-alter>"
        f"<degree-type>{how}</degree-type></degree>"
    )


@pytest.mark.parametrize(
    ("element", "symbol"),
    [
        (harmony("C"), "C"),
        (harmony("Bb", "minor-seventh"), "Bbm7"),
        (harmony("F#", "half-diminished"), "F#m7b5"),
        (harmony("C", "dominant", "<bass><bass-step>E</bass-step></bass>"), "C7/E"),
        (harmony("C", "major", "<bass><bass-step>B</bass-step><bass-alter>-1</bass-alter></bass>"), "C/Bb"),
        (harmony("C", "major", "<bass><bass-step>C</bass-step></bass>"), "C"),
        (harmony("G", "dominant", degree("add", 9, -1)), "G7b9"),
        (harmony("G", "dominant", degree("add", 9, -1) + degree("add", 13, -1)), "G7b9b13"),
        (harmony("G", "dominant", degree("alter", 5, 1) + degree("add", 9, 1)), "G7#9#5"),
        (harmony("G", "dominant", degree("add", 11, 1)), "G7#11"),
        (harmony("G", "dominant", degree("subtract", 3) + degree("add", 4)), "G7sus4"),
        (harmony("G", "dominant-ninth", degree("alter", 9, -1)), "G7b9"),
        (harmony("G", "suspended-fourth", degree("add", 7)), "G7sus4"),
        (harmony("G", "suspended-fourth", degree("add", 7, -1)), "G7sus4"),
        (harmony("C", "minor", degree("add", 7, 1)), "CmMaj7"),
        (harmony("C", "major", degree("add", 2)), "Cadd9"),
        (harmony("C", "major", degree("add", 6) + degree("add", 9)), "C69"),
        (harmony("C", "major-seventh", degree("alter", 5, 1)), "Cmaj7#5"),
        (harmony("C", "half-diminished", degree("alter", 5, -1)), "Cm7b5"),
        # What is printed is believed where it says more than the kind, not where it contradicts it.
        (harmony("G", "dominant", text="7alt"), "G7alt"),
        (harmony("G", "suspended-fourth", text="7sus"), "G7sus4"),
        (harmony("G", "other", text="13(♭9)"), "G13b9"),
        (harmony("G", "minor", text=""), "Gm"),
        (harmony("G", "minor", text="maj7"), "Gm"),
        (harmony("G", "dominant", degree("add", 9, -1), text="7(b9)"), "G7b9"),
        (harmony("G", "other", degree("add", 3) + degree("add", 5, 1)), "Gaug"),
        (harmony("G", "major", text="nonsense"), "G"),
        ("<harmony><root><root-step>C</root-step></root><kind>none</kind></harmony>", "NC"),
        ('<harmony><kind text="N.C.">none</kind></harmony>', "NC"),
    ],
)
def test_chord_symbols(tmp_path: Path, element: str, symbol: str) -> None:
    (bar,) = read(tmp_path, score(measure(attributes(), element, WHOLE))).bars
    assert chords(bar) == [(symbol, 0)]
    assert parse_symbol(symbol).canonical == symbol


def test_functions_and_alternatives_are_no_chords(tmp_path: Path) -> None:
    function = "<harmony><function>V</function><kind>major</kind></harmony>"
    alternative = harmony("Ab", "dominant").replace("<harmony>", '<harmony type="alternate">')
    (bar,) = read(tmp_path, score(measure(START, function, alternative, WHOLE))).bars
    assert chords(bar) == [("C", 0)]


def test_every_kind_that_music21_knows_has_its_tones() -> None:
    """Eleventh and thirteenth chords leave out what no pianist plays (see `parse_symbol`); the others are complete."""
    from music21.harmony import CHORD_TYPES, ChordSymbol

    left_out = {}
    for kind in CHORD_TYPES.keys() - {"pedal"}:  # which is played as an open fifth
        theirs = {pitch.pitchClass for pitch in ChordSymbol(root="C", kind=kind).pitches}
        ours = parse_symbol("C" + quality_of_kind(kind, "", ())).pitch_classes
        assert ours <= theirs
        if ours != theirs:
            left_out[kind] = theirs - ours
    assert left_out == {
        "dominant-11th": {4},
        "augmented-11th": {4},
        **{kind: {5} for kind in CHORD_TYPES if "13th" in kind},
    }


@pytest.mark.parametrize(
    ("transpose", "written", "sounds", "key", "chord"),
    [
        # A fifth sharp written for alto saxophone (Eb), tenor (Bb, an octave lower), trumpet (Bb), and guitar.
        ("<diatonic>-5</diatonic><chromatic>-9</chromatic>", "B4", ("D", 62), -2, "Ebm7"),
        (
            "<diatonic>-1</diatonic><chromatic>-2</chromatic><octave-change>-1</octave-change>",
            "C#5",
            ("B", 59),
            -1,
            "Bbm7",
        ),
        ("<chromatic>-2</chromatic>", "Db5", ("C-", 71), -1, "Bbm7"),
        ("<diatonic>0</diatonic><chromatic>0</chromatic><octave-change>-1</octave-change>", "F4", ("F", 53), 1, "Cm7"),
    ],
)
def test_transposing_instruments_sound_at_concert_pitch(
    tmp_path: Path, transpose: str, written: str, sounds: tuple[str, int], key: int, chord: str
) -> None:
    start = attributes(f"<key><fifths>1</fifths></key>{FOUR_FOUR}<transpose>{transpose}</transpose>")
    tune = read(tmp_path, score(measure(start, harmony("C", "minor-seventh"), f"{written}:48")))
    (note,) = tune.bars[0].melody
    assert isinstance(note, Note) and (note.spelling, note.pitch) == sounds
    assert (tune.key, tune.bars[0].chords[0].symbol) == (key, chord)


def test_a_pick_up_stands_at_the_end_of_its_bar(tmp_path: Path) -> None:
    tune = read(
        tmp_path,
        score(
            measure(attributes(), "G4:12", number="0", implicit=True) + measure(harmony("C"), WHOLE) + measure("D4:36")
        ),
    )
    assert [played(bar) for bar in tune.bars] == [["G67 3+1"], ["C60 0+4"], ["D62 0+3"]]
    assert [str(bar.meter) for bar in tune.bars] == ["4/4"] * 3


def test_a_bar_that_a_repeat_sign_cuts_is_one_bar(tmp_path: Path) -> None:
    """With a pick-up of one beat the repeated section ends after three, so that the second time fits."""
    tune = read(
        tmp_path,
        score(
            measure(START, "G4:12", number="0")
            + measure("C4:48")
            + measure("D4:36", barline("backward"))
            + measure("A4:12", number="X1", implicit=True)
            + measure("E4:48")
        ),
    )
    assert [played(bar) for bar in tune.bars] == [
        ["G67 3+1"],
        ["C60 0+4"],
        ["D62 0+3", "G67 3+1"],
        ["C60 0+4"],
        ["D62 0+3", "A69 3+1"],
        ["E64 0+4"],
    ]


def test_a_repeat_from_a_full_bar_leaves_the_pick_up_out(tmp_path: Path) -> None:
    tune = read(tmp_path, score(measure(START, "G4:12", number="0") + measure("C4:48", barline("backward"))))
    assert letters(tune) == "GCC"


def test_measures_of_odd_lengths_have_meters_of_their_own(tmp_path: Path) -> None:
    """Three beats, five beats, and four with a rest too many, all under 4/4."""
    tune = read(
        tmp_path,
        score(
            measure(START, WHOLE) + measure("C4:36") + measure("C4:48 D4:12") + measure("C4:48 r:12") + measure(WHOLE)
        ),
    )
    assert [str(bar.meter) for bar in tune.bars] == ["4/4", "3/4", "5/4", "4/4", "4/4"]
    assert played(tune.bars[3]) == ["C60 0+4"]


def test_meters_change(tmp_path: Path) -> None:
    def time(*pairs: tuple[str, int]) -> str:
        return attributes(f"<time>{''.join(f'<beats>{b}</beats><beat-type>{u}</beat-type>' for b, u in pairs)}</time>")

    tune = read(
        tmp_path,
        score(
            measure(START, WHOLE)
            + measure(time(("6", 8)), "C4:36")
            + measure("C4:36")
            + measure(time(("3+2", 8)), "C4:30")
            + measure(time(("3", 8), ("2", 4)), "C4:42")
            + measure(attributes("<time><senza-misura/></time>"), "C4:48")
        ),
    )
    assert [str(bar.meter) for bar in tune.bars] == ["4/4", "6/8", "6/8", "5/8", "7/8", "8/8"]


def test_empty_measures(tmp_path: Path) -> None:
    """An empty pick-up is no bar, another empty measure is a full one; a chord in the former holds on."""
    tune = read(
        tmp_path,
        score(measure(attributes(), harmony("F"), number="0") + measure(WHOLE) + measure() + measure("r:48")),
    )
    assert [bar.melody for bar in tune.bars[1:]] == [(), (Rest(0, 1920),)]
    assert chords(tune.bars[0]) == [("F", 0)]
    assert [(found.reason, found.bars) for found in tune.dropped] == [("empty pick-up", 1)]


def test_title_tempo_and_instrument(tmp_path: Path) -> None:
    head = "<work><work-title>A Suite</work-title></work><movement-title> First \n Tune </movement-title>"
    listed = (
        '<score-part id="P1"><part-name>Tenor</part-name><midi-instrument id="I"><midi-program>67</midi-program>'
        "</midi-instrument></score-part>"
    )
    sound = '<direction><sound tempo="172"/></direction>'
    tune = read(tmp_path, score(measure(START, sound, WHOLE), head=head, part_list=listed))
    assert (tune.title, tune.work, tune.tempo, tune.program) == ("First Tune", "A Suite", 172.0, 66)
    mark = (
        "<direction><direction-type><metronome><beat-unit>quarter</beat-unit><beat-unit-dot/>"
        "<per-minute>c. 80</per-minute></metronome></direction-type></direction>"
    )
    tune = read(tmp_path, score(measure(START, mark, WHOLE), head="<movement-title>Music21 Fragment</movement-title>"))
    assert (tune.title, tune.work, tune.tempo) == ("tune", "", 120.0)


def test_the_part_that_is_read(tmp_path: Path) -> None:
    """The first with notes and chords; else, over chords of another part, the most melodic; else what is asked for."""
    listed = "".join(
        f'<score-part id="P{number}"><part-name>{name}</part-name></score-part>'
        for number, name in enumerate(("Piano", "Flute", "Bass"), start=1)
    )
    piano = measure(START, "C4:24 +E4:24 +G4:24 C4:24 +E4:24 +G4:24")
    flute, bass = measure(attributes(), "C5:24 D5:24"), measure(attributes(), "C2:24 D2:24")
    with_chords_above_the_flute = score(bass, measure(START, "C5:24 D5:24"), part_list=listed)
    assert played(read(tmp_path, with_chords_above_the_flute).bars[0])[0] == "C72 0+2"
    all_three = score(piano.replace("<note>", "<note><cue/>"), flute, bass, part_list=listed)
    assert chords(read(tmp_path, all_three, part="flute").bars[0]) == [("C", 0)]
    assert played(read(tmp_path, all_three, part=2).bars[0])[0] == "C36 0+2"
    rests = score(measure(START, "r:48"), flute, bass, part_list=listed)
    assert played(read(tmp_path, rests).bars[0])[0] == "C72 0+2"
    with pytest.raises(
        JazzgramError, match=r"part 'Oboe' is not there; .* 0 'Piano' \(6 notes, 1 chord symbols\), 1 'F"
    ):
        read(tmp_path, all_three, part="Oboe")


# Repeats: a word is a measure, its first letter its name.
def marks(text: str) -> tuple[list[RepeatMarks], str]:
    """Read ``a |: b [1 c :| [2 d] e(dacapo)``: measures between signs; [n begins an ending, ] closes it."""
    found: list[RepeatMarks] = []
    forward, ending = False, None
    for word in text.split():
        if word == "|:":
            forward = True
        elif word[0] == ":":
            found[-1].times = int(word[2:] or 2)
        elif word[0] == "[":
            ending = frozenset(map(int, word[1:].split(",")))
        else:
            sound, _, label = word[1:].strip("()]").partition("=")
            found.append(RepeatMarks(forward=forward, ending=ending, ending_stops="]" in word))
            found[-1].sounds = {sound: label or "yes"} if sound else {}
            forward, ending = False, None
    return found, "".join(word[0] for word in text.split() if word[0].isalpha())


@pytest.mark.parametrize(
    ("written", "order"),
    [
        ("a b", "ab"),
        ("a b :| c", "ababc"),
        ("a |: b c :| d", "abcbcd"),
        ("a |: b :| c :| d", "abbccd"),
        ("|: a :|3 b", "aaab"),
        ("|: a [1 b :| [2 c] d", "abacd"),
        ("|: a [1 b c :| [2 d] e", "abcade"),
        ("|: a [1,2 b :| [3 c] d", "ababacd"),
        ("|: a [1 b :| [2 c :| [3 d] e", "abacade"),
        # No bracket over the second ending; no closing of the bracket.
        ("|: a [1 b :| c d", "abacd"),
        ("|: a [1 b :| [2 c d", "abacd"),
        # Two sections with endings, one after the other.
        ("|: a [1 b :| [2 c] |: d [1 e :| [2 f] g", "abacdedfg"),
        ("a(fine) b(dacapo) c", "aba"),
        ("a b(segno) c(fine) d(dalsegno)", "abcdbc"),
        ("a b(segno=1) c(tocoda=1) d(dalsegno=1) e(coda=1) f", "abcdbcef"),
        # After the da capo no repeat is taken, and the last ending is played; in the coda repeats are taken again.
        ("|: a :| b(dacapo)", "aabab"),
        ("|: a [1 b :| [2 c] d(fine) e(dacapo)", "abacdeacd"),
        ("a(tocoda) b(dacapo) |: c(coda) :| d", "abaccd"),
        # Nothing to go to.
        ("a b(dalsegno) c", "abc"),
        ("", ""),
    ],
)
def test_the_order_in_which_measures_are_played(written: str, order: str) -> None:
    found, names = marks(written)
    assert "".join(names[place] for place in follow_repeats(found).bars) == order


def test_repeats_of_a_file_are_played_out(tmp_path: Path) -> None:
    """A chord that was not written again at the sign is the one before the sign; ties go into the second ending."""
    tune = read(
        tmp_path,
        score(
            measure(START, "C4:48")
            + measure(barline("forward"), "D4:48")
            + measure("E4:48~")
            + measure(barline("", "1"), harmony("G"), "~E4:24 F4:24", barline("backward", "1", "stop"))
            + measure(barline("", "2"), "~E4:24 G4:24", barline("", "2", "discontinue"))
            + measure(harmony("F"), "A4:48", '<sound dacapo="yes"/>')
        ),
    )
    assert [played(bar) for bar in tune.bars[:7]] == [
        ["C60 0+4"],
        ["D62 0+4"],
        ["E64 0+6"],
        ["F65 2+2"],
        ["D62 0+4"],
        ["E64 0+6"],
        ["G67 2+2"],
    ]
    assert [bar.chords[0].symbol for bar in tune.bars] == [
        "C",
        "C",
        "C",
        "G",
        "C",
        "C",
        "C",
        "F",
        "C",
        "C",
        "C",
        "C",
        "F",
    ]


def test_directions_in_another_part_count(tmp_path: Path) -> None:
    other = measure(attributes(), "r:48") + measure("r:48", '<direction><sound dacapo="yes"/></direction>')
    tune = read(tmp_path, score(other, measure(START, WHOLE) + measure("D4:48")))
    assert letters(tune) == "CDCD"


def test_files_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    text = score(measure(START, WHOLE))
    for name in ("b.mxl", "a.musicxml", "inside/c.XML", "._a.musicxml"):
        save(tmp_path, text, name)
    (tmp_path / "feed.xml").write_text("<rss/>")
    (tmp_path / "notes.txt").write_text("score-partwise")
    (tmp_path / "wide.xml").write_bytes(text.replace("UTF-8", "UTF-16").encode("utf-16"))
    found = musicxml.list_files(tmp_path)
    assert [file.relative_to(tmp_path).as_posix() for file in found] == [
        "a.musicxml",
        "b.mxl",
        "inside/c.XML",
        "wide.xml",
    ]
    tunes = [musicxml.read_corpus(file, musicxml.Options()).tunes[0] for file in found]
    assert all(tune.bars == tunes[0].bars for tune in tunes)
    assert musicxml.list_files(tmp_path / "inside" / "nowhere") == []
