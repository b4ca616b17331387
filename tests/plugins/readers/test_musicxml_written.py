"""MusicXML as programs write it: chords without melody, abbreviations, several chords on a note, an odd measure."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from jazzgram_plugins.readers import musicxml
from musicxml_files import attributes, barline, harmony, measure, notes, save, score

from jazzgram import JazzgramError, Note, Tune
from jazzgram.cli import improvise

START = attributes() + harmony("C")
WHOLE = "C4:48"
GRACE = "<note><grace/><pitch><step>B</step><octave>3</octave></pitch></note>"
BACK = "<backup><duration>48</duration></backup>"


def read(folder: Path, text: str, **options: object) -> Tune:
    tune: Tune
    (tune,) = musicxml.read_corpus(save(folder, text), musicxml.Options.model_validate(options)).tunes
    return tune


def changes(tune: Tune) -> str:
    """Show the chords of each bar, ``C Am@2``: the beat from 0 where it is not the first."""
    return " | ".join(
        " ".join(chord.symbol + (f"@{chord.onset / 480:g}" if chord.onset else "") for chord in bar.chords)
        for bar in tune.bars
    )


def line(tune: Tune) -> str:
    """Show the names of the notes, bars between ``|``."""
    return "|".join(
        "".join(event.spelling or "?" for event in bar.melody if isinstance(event, Note)) for bar in tune.bars
    )


def reasons(tune: Tune) -> dict[str, tuple[int, int]]:
    return {left_out.reason: (left_out.notes, left_out.bars) for left_out in tune.dropped}


def style(inside: str) -> str:
    return f"<attributes><measure-style>{inside}</measure-style></attributes>"


def test_chords_over_rests_or_slashes_are_a_chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What iReal Pro exports, in several spellings."""
    slashes = notes("B4:12 B4:12 B4:12 B4:12", "<notehead>slash</notehead>")
    passage = style('<slash type="start"/>') + notes("B4:12 B4:12 B4:12 B4:12")
    cue = notes("B4:48", "<cue/>")
    unpitched = "<note><unpitched/><duration>48</duration></note>"
    for first in (slashes, passage, "r:48", "<forward><duration>48</duration></forward>", "", unpitched, cue):
        text = score(
            measure(attributes(), harmony("D", "minor-seventh"), first)
            + measure(harmony("G", "dominant"), slashes, barline("backward"))
        )
        tune = read(tmp_path, text)
        assert changes(tune) == "Dm7 | G7 | Dm7 | G7"
        assert not any(bar.melody for bar in tune.bars)
    monkeypatch.chdir(tmp_path)
    quick = ["--set", "model.use=markov", "--set", "write=[midi]", "--out", "out"]
    done = CliRunner().invoke(improvise.command, ["blues", "--chart", "tune.musicxml", *quick])
    assert done.exit_code == 0, done.output


def test_a_part_of_slashes_is_not_the_melody(tmp_path: Path) -> None:
    """Its chords are those of the part that has the melody."""
    rhythm = measure(START, notes("B4:12 B4:12 B4:12 B4:12", "<notehead>slash</notehead>"))
    tune = read(tmp_path, score(rhythm, measure(attributes(), "E5:24 G5:24")))
    assert (line(tune), changes(tune)) == ("EG", "C")


def test_slashes_between_notes(tmp_path: Path) -> None:
    """A passage ends where it is said; one that never ends counts where its notes are all on one line."""
    begin, end = style('<slash type="start"/>'), style('<slash type="stop"/>')
    tune = read(
        tmp_path,
        score(
            measure(START, "D4:48") + measure(begin, "B4:24 C5:24") + measure(end, "E4:48") + measure(begin, "F4:48")
        ),
    )
    assert line(tune) == "D||E|"
    assert reasons(tune) == {"rhythm slash": (3, 0)}
    tune = read(tmp_path, score(measure(START, begin, "D4:48") + measure("E4:48")))
    assert (line(tune), reasons(tune)) == ("D|E", {})


def test_measures_that_repeat_those_before(tmp_path: Path) -> None:
    """One, two at a time, twice in a row, with chords of their own, and without a stop."""
    one, two = (style(f'<measure-repeat type="start" slashes="{n}">{n}</measure-repeat>') for n in (1, 2))
    stop = style('<measure-repeat type="stop"/>')
    tune = read(
        tmp_path,
        score(
            measure(START, "C4:24 D4:24")
            + measure(one, "r:48")
            + measure()
            + measure(stop, harmony("F"), "E4:48")
            + measure(harmony("G"), "F4:48")
            + measure(two, "r:48")
            + measure(harmony("A", "minor"), "r:48")
            + measure(stop, one, "r:48")
            + measure("r:48")
        ),
    )
    assert line(tune) == "CD|CD|CD|E|F|E|F|F|"
    assert changes(tune) == "C | C | C | F | G | F | Am | Am | Am"
    assert tune.dropped == ()


def test_what_cannot_be_repeated_is_reported(tmp_path: Path) -> None:
    one = style('<measure-repeat type="start">1</measure-repeat>')
    beat = style('<beat-repeat type="start"/>')
    tune = read(tmp_path, score(measure(START, one, "r:48") + measure("C4:48") + measure(beat, "r:48")))
    assert line(tune) == "|C|"
    assert list(reasons(tune)) == [
        "a measure repeat without a measure before it that it can repeat",
        "a beat repeat, which is not played out",
    ]
    # A passage that begins and ends in one measure; programs that write the notes as well are believed.
    tune = read(tmp_path, score(measure(START, "C4:48") + measure(one, "D4:48")))
    assert line(tune) == "C|D"
    stop = style('<measure-repeat type="stop"/>')
    tune = read(tmp_path, score(measure(START, "C4:48") + measure(one, "r:48", stop) + measure("r:48")))
    assert line(tune) == "C|C|"


@pytest.mark.parametrize(
    ("written", "shared"),
    [
        ([harmony("C"), harmony("A", "minor"), "C4:48"], "C Am@2"),
        ([harmony("C"), harmony("A", "minor"), harmony("F"), "C4:48"], "C Am@2 F@3"),
        ([harmony("C"), harmony("A", "minor"), harmony("F"), harmony("G"), "C4:48"], "C Am@1 F@2 G@3"),
        ([harmony("C"), "C4:24", harmony("F"), harmony("G"), "D4:24"], "C F@2 G@3"),
        ([harmony("C"), "C4:36", harmony("F"), harmony("G"), "D4:12"], "C F@3 G@3.5"),
        ([harmony("C"), harmony("F"), "C4:36", harmony("G"), "D4:12"], "C F@2 G@3"),
        # Below it are rests, a gap, nothing.
        ([harmony("C"), harmony("F"), "r:48"], "C F@2"),
        ([harmony("C"), harmony("F"), "<forward><duration>24</duration></forward>", "C4:24"], "C F@1"),
        ([harmony("C"), harmony("F")], "C F@2"),
        # Offsets say where.
        ([harmony("C"), harmony("F", inside="<offset>36</offset>"), "C4:48"], "C F@3"),
        ([harmony("C"), *[harmony(root, inside="<offset>24</offset>") for root in "FG"], "C4:48"], "C F@2 G@3"),
        # The same one twice, as in both staves of a piano.
        ([harmony("C"), harmony("C"), "C4:48"], "C"),
        # An ornament before the note.
        (
            [
                harmony("C"),
                harmony("F"),
                "<note><grace/><pitch><step>B</step><octave>3</octave></pitch></note>",
                "C4:48",
            ],
            "C F@2",
        ),
        # In another voice.
        (
            [
                harmony("C"),
                "C4:48",
                "<backup><duration>48</duration></backup>",
                harmony("F"),
                notes("E4:48", "<voice>2</voice>"),
            ],
            "C F@2",
        ),
    ],
)
def test_chords_on_one_note_share_its_time(tmp_path: Path, written: list[str], shared: str) -> None:
    tune = read(tmp_path, score(measure(attributes(), *written) + measure("C4:48")))
    assert changes(tune).split(" | ")[0] == shared
    assert not {reason for reason in reasons(tune) if "chord symbol" in reason}


def test_chords_of_a_waltz_share_its_beats(tmp_path: Path) -> None:
    waltz = attributes("<time><beats>3</beats><beat-type>4</beat-type></time>")
    six_eight = attributes("<time><beats>6</beats><beat-type>8</beat-type></time>")
    tune = read(
        tmp_path,
        score(
            measure(waltz, harmony("C"), harmony("F"), "C4:36")
            + measure(six_eight, harmony("C"), harmony("F"), "C4:36")
        ),
    )
    assert changes(tune) == "C F@2 | C F@1.5"


def test_a_chord_that_another_displaces_is_reported(tmp_path: Path) -> None:
    """One after the last note of a measure holds on into the next, which has one of its own."""
    tune = read(tmp_path, score(measure(START, WHOLE, harmony("F")) + measure(harmony("G"), WHOLE)))
    assert (changes(tune), list(reasons(tune))) == ("C | G", ["a chord symbol at the onset of another"])
    tune = read(tmp_path, score(measure(START, WHOLE, harmony("F")) + measure(WHOLE)))
    assert (changes(tune), tune.dropped) == ("C | F", ())


@pytest.mark.parametrize(
    ("kind", "text", "symbol"),
    [
        ("", None, "C"),
        ("", "", "C"),
        ("", "m7", "Cm7"),
        (" ", "nonsense", "C"),
        ("Major", None, "C"),
        ("Dominant seventh", None, "C7"),
        ("minor_seventh", None, "Cm7"),
        ("min7", None, "Cm7"),
        ("maj69", None, "C69"),
        ("minMaj7", None, "CmMaj7"),
        ("augmented-ninth", None, "C9#5"),
        ("sus47", None, "C7sus4"),
        ("my kind", "m7b5", "Cm7b5"),
    ],
)
def test_kinds_that_musicxml_does_not_have(tmp_path: Path, kind: str, text: str | None, symbol: str) -> None:
    assert changes(read(tmp_path, score(measure(attributes(), harmony("C", kind, text=text), WHOLE)))) == symbol


def test_a_chord_without_a_kind_is_a_triad(tmp_path: Path) -> None:
    bare = "<harmony><root><root-step>G</root-step></root></harmony>"
    assert changes(read(tmp_path, score(measure(attributes(), bare, WHOLE)))) == "G"
    assert changes(read(tmp_path, score(measure(attributes(), bare.replace("</harm", "<kind/></harm"), WHOLE)))) == "G"


def test_chords_that_are_not_understood_are_reported_and_the_others_read(tmp_path: Path) -> None:
    odd_degree = "<degree><degree-value>8</degree-value><degree-type>add</degree-type></degree>"
    stacked = harmony("C").replace("</harmony>", harmony("G").removeprefix("<harmony>"))
    tune = read(
        tmp_path,
        score(
            measure(START, WHOLE)
            + measure(harmony("F", "lively"), WHOLE)
            + measure(harmony("G", inside=odd_degree), WHOLE)
            + measure(harmony("A", inside="<bass><bass-step>H</bass-step></bass>"), WHOLE)
            + measure("<harmony><function>V</function><kind>major</kind></harmony>", WHOLE)
            + measure(stacked, WHOLE)
            + measure(harmony("E", inside="<offset>x</offset>"), WHOLE)
            + measure(harmony("D").replace("<harmony>", '<harmony type="alternate">'), WHOLE)
        ),
    )
    assert changes(tune) == "C | C | G | A | A | C | E | E"
    assert list(reasons(tune)) == [
        "a chord symbol: a chord is of the kind 'lively', which MusicXML does not have",
        "a chord symbol: 'add' 8 altered by 0 is no change of a chord's degree",
        "a chord symbol: the bass of a chord is 'H' (expected A to G)",
        "a chord symbol: it is a function without a root",
        "a chord symbol: it is stacked on another",
        "a chord symbol: the offset of a chord is 'x' (expected a number, 0 or more)",
        "a chord symbol: it is an alternative to another",
    ]


GOOD = measure(START, WHOLE)


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        (measure(attributes("<time><beats>2</beats><beat-type>64</beat-type></time>"), "D4:1 E4:1"), "a meter: 2/64"),
        (measure(attributes("<time><beats>4</beats><beat-type>0</beat-type></time>"), "D4:24 E4:24"), "4/0 is not"),
        (measure(attributes("<time><beats>x</beats><beat-type>4</beat-type></time>"), "D4:24 E4:24"), "the beats of"),
        (measure("D4:24 E4:9600"), "lasts 802 quarter notes"),
        (measure("D4:24 E4:24").replace(">24<", ">-24<"), "duration is '-24'"),
        (measure("D4:24 E4:24").replace("<duration>24</duration>", ""), "no duration"),
        (measure("D4:24 E4:24").replace("<octave>4", "<octave>x"), "octave"),
        (measure(attributes("", 0), "D4:24 E4:24"), "0 divisions"),
        (measure("D4:24 E4:24", "<backup><duration>x</duration></backup>"), "duration is 'x'"),
    ],
)
def test_an_odd_measure_is_given_up_and_not_the_file(tmp_path: Path, odd: str, why: str) -> None:
    """Wherever it is; the divisions, meter and key before it hold on."""
    odd = odd.replace('number="1"', 'number="2"')
    for measures, expected in (
        ((GOOD, odd, measure("F4:48")), "C|F"),
        ((GOOD, odd), "C"),
        ((measure(attributes(), harmony("G"), "G4:48"), odd, odd, GOOD), "G|C"),
    ):
        tune = read(tmp_path, score("".join(measures)))
        assert line(tune) == expected
        assert {str(bar.meter) for bar in tune.bars} == {"4/4"}
        (reason, *_), (amount, *_) = list(reasons(tune)), list(reasons(tune).values())
        assert reason.startswith("a measure that cannot be read (measure 2") and why in reason
        assert amount == (2, 1)


def test_a_file_of_odd_measures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JazzgramError, match="measure 7: the duration is 'x'"):
        read(tmp_path, score(measure(START, WHOLE, number="7").replace(">48<", ">x<") * 30))
    tune = read(tmp_path, score(GOOD + measure(WHOLE).replace(">48<", ">x<") * 30))
    assert sum(left_out.bars for left_out in tune.dropped) == 30
    assert len(tune.dropped) == 9


def test_measures_of_no_meter_have_the_next_longer_one(tmp_path: Path) -> None:
    """41 thirty-seconds are no meter (at most 32 beats); 21 sixteenths are."""
    tune = read(tmp_path, score(measure(attributes(divisions=8), harmony("C"), "C4:32 D4:9")))
    assert [str(bar.meter) for bar in tune.bars] == ["21/16"]


def test_chords_of_an_odd_measure_in_another_part(tmp_path: Path) -> None:
    chords = measure(attributes(), harmony("C"), "r:48") + measure(harmony("F"), "r:x8".replace("x8", "48")).replace(
        ">48<", ">x<"
    )
    tune = read(tmp_path, score(chords, measure(attributes(), WHOLE) + measure("D4:48")))
    assert (line(tune), changes(tune)) == ("C|D", "C | C")
    (reason,) = reasons(tune)
    assert reason.startswith("the chords of a measure (measure 1: the duration is 'x'")
