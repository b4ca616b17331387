"""The order of a MusicXML file's measures as notation programs play it, whatever its brackets and words lack."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.readers import musicxml
from musicxml_files import attributes, barline, harmony, measure, save, score

from jazzgram import Dropped, Note, Tune

LETTERS = "CDEFGAB"


def read(file: Path) -> Tune:
    tune: Tune
    (tune,) = musicxml.read_corpus(file, musicxml.Options()).tunes
    return tune


def write(text: str) -> str:
    """Write measures C, D, E ...: ``|:`` ``:|`` ``:|3``, ``[1`` a bracket's begin, ``]`` its end, ``(...)`` words."""
    written: list[str] = []
    before, count = "", 0
    for word in text.split():
        if word == "|:":
            before += barline("forward")
        elif word.startswith(":|"):
            dots = barline("backward").replace("/>", f' times="{word[2:] or 2}"/>')
            written[-1] = written[-1].replace("</measure>", f"{dots}</measure>")
        elif word.startswith("["):
            before += f'<barline><ending number="{word[1:]}" type="start"/></barline>'
        elif word == "]":
            stop = '<barline location="right"><ending number="1" type="stop"/></barline>'
            written[-1] = written[-1].replace("</measure>", f"{stop}</measure>")
        else:
            letter, _, signs = word.partition("(")
            elements = "".join(map(direction, signs.strip(")").replace("_", " ").split(";"))) if signs else ""
            start = attributes() + harmony("C") if not count else ""
            written.append(measure(start, before, f"{letter}4:48", elements, number=str(count + 1)))
            before, count = "", count + 1
    return score("".join(written))


def direction(sign: str) -> str:
    """Write words; ``%segno`` and ``%coda`` as signs, ``@dacapo=yes`` as a playback mark."""
    if sign.startswith("@"):
        name, value = sign[1:].split("=")
        return f'<direction><sound {name}="{value}"/></direction>'
    kind = f"<{sign[1:]}/>" if sign.startswith("%") else f"<words>{sign}</words>"
    return f"<direction><direction-type>{kind}</direction-type></direction>"


def played(folder: Path, text: str) -> tuple[str, list[str]]:
    tune = read(save(folder, write(text)))
    return (
        "".join((bar.melody[0].spelling or "") if isinstance(bar.melody[0], Note) else "-" for bar in tune.bars),
        [left_out.reason for left_out in tune.dropped],
    )


@pytest.mark.parametrize(
    ("written", "order"),
    [
        # As it should be.
        ("|: C [1 D ] :| [2 E ] F", "CDCEF"),
        ("C [1,2 D ] :| [3 E ] F", "CDCDCEF"),
        ("C [1-2 D ] :| [3 E ] F", "CDCDCEF"),
        ("C :|4 D", "CCCCD"),
        ("|: C [1 D ] :| E F", "CDCEF"),
        # A bracket that closes before its repeat sign.
        ("|: C [1 D ] E :| [2 F ] G", "CDECFG"),
        ("|: C [1 D ] E F :| [2 G ] A", "CDEFCGA"),
        ("|: C [1 D ] E :| F G", "CDECFG"),
        ("|: C [1 D ] E :| [2 F ] G |: A [1 B ] :| [2 C ]", "CDECFGABAC"),
        ("|: C [1 D ] E :| [2 F ] G :| [3 A ] B", "CDECFGCAB"),
        # A last one closes where it says, however far the next repeat sign is.
        ("C [1 D ] :| [2 E ] F :| G", "CDCEFFG"),
        ("|: C [1 D ] :| [2 E ] |: F :| G", "CDCEFFG"),
        # Misnumbered.
        ("|: C [1 D ] :| [3 E ] F", "CDCEF"),
        ("|: C [2 D ] :| [2 E ] F", "CDCEF"),
        ("|: C [1 D ] :| [1 E ] F", "CDCEF"),
        ("|: C [2 D ] :| [3 E ] F", "CDCEF"),
        ("|: C [ D ] :| [ E ] F", "CDCEF"),
        ("|: C [1 D ] :| [2 E ] :| [2 F ] G", "CDCECFG"),
        ("|: C [1,2 D ] :| [4 E ] F", "CDCDCEF"),
        ("|: C [1 D ] :| [2 E ] |: F [3 G ] :| [4 A ] B", "CDCEFGFAB"),
        # Without a repeat sign.
        ("|: C [1 D ] [2 E ] F", "CDCEF"),
        ("C [1 D ] [2 E ] F", "CDCEF"),
        ("|: C [1 D ] [2 E ] [3 F ] G", "CDCECFG"),
        ("|: C [1 D ] E [2 F ] G", "CDECFG"),
        # Without a beginning.
        ("C D ] :| [2 E ] F", "CDCEF"),
        ("|: C [1 D ] :| [2 E ] |: F G ] :| [2 A ] B", "CDCEFGFAB"),
        # Alone.
        ("C D [2 E ] F", "CDEF"),
        ("|: C D :| [2 E ] F", "CDCDEF"),
        ("C [1 D ] E F", "CDEF"),
        ("C [1 D ] E [2 F ] G", "CDEFG"),
    ],
)
def test_endings(tmp_path: Path, written: str, order: str) -> None:
    assert played(tmp_path, written) == (order, [])


def test_signs_on_the_other_side_of_a_barline(tmp_path: Path) -> None:
    """A beginning at the right end is the next measure's, an end at the left end the one before's."""
    begin = '<barline location="right"><repeat direction="forward"/></barline>'
    end = '<barline location="left"><repeat direction="backward"/></barline>'
    first = '<barline location="right"><ending number="1" type="start"/></barline>'
    text = score(
        measure(attributes(), harmony("C"), "C4:48", begin)
        + measure("D4:48", first)
        + measure("E4:48")
        + measure(end, barline("", "2"), "F4:48")
        + measure("G4:48")
    )
    tune = read(save(tmp_path, text))
    assert "".join(event.spelling or "" for bar in tune.bars for event in bar.melody if isinstance(event, Note)) == (
        "CDEDFG"
    )


@pytest.mark.parametrize(
    ("written", "order"),
    [
        ("C D E(D.C.)", "CDECDE"),
        ("C D(Fine) E(D.C._al_Fine)", "CDECD"),
        ("C D(Fine) E(Da_Capo_al_Fine)", "CDECD"),
        ("C D(fine) E(D._C._al_fine)", "CDECD"),
        ("C D(Fine) E(DC;al_Fine)", "CDECD"),
        ("C D(Fine) E(D.C.)", "CDECD"),
        ("C D(%segno) E(Fine) F(D.S._al_Fine)", "CDEFDE"),
        ("C D(%segno) E F(D.S.)", "CDEFDEF"),
        ("C D(𝄋) E(Fine) F(Dal_Segno_al_Fine)", "CDEFDE"),
        ("C D(To_Coda) E(D.C._al_Coda) F(Coda)", "CDECDF"),
        ("C D(%coda) E(D.C._al_Coda) F(%coda)", "CDECDF"),
        ("C D(%segno) E(To_Coda) F(D.S._al_Coda) G(%coda) A", "CDEFDEGA"),
        ("C D(%segno) E(To_⊕) F(D.S._al_⊕) G(%coda) A", "CDEFDEGA"),
        ("C D(𝄋) E(To_Coda_𝄌) F(D.S._𝄋_al_Coda_𝄌) G(𝄌_Coda) A", "CDEFDEGA"),
        ("C D(%segno) E(%coda) F(D.S._al_Coda) G(Coda) A", "CDEFDEGA"),
        ("C D(%segno) E(To_Coda) F(D.S.;al_Coda) G(Coda) A", "CDEFDEGA"),
        ("C [1 D ] :| [2 E ] F(Fine) G(D.C._al_Fine)", "CDCEFGCEF"),
        # Words complete what is marked for playback, and are not obeyed twice.
        ("C D(Fine) E(@dacapo=yes;D.C._al_Fine)", "CDECD"),
        ("C D(@fine=yes;Fine) E(D.C._al_Fine)", "CDECD"),
        ("C D(%segno) E(Fine) F(@dalsegno=segno)", "CDEFDE"),
        ("C D(@segno=a) E(@tocoda=b) F(@dalsegno=a;D.S._al_Coda) G(@coda=b;Coda) A", "CDEFDEGA"),
        # No jumps: the words are titles.
        ("C D(Fine)", "CD"),
        ("C D(Coda) E", "CDE"),
        ("C(%segno) D(%coda) E", "CDE"),
        ("C(fine_and_mellow) D(al_dente)", "CD"),
    ],
)
def test_words_that_are_clear_are_obeyed(tmp_path: Path, written: str, order: str) -> None:
    assert played(tmp_path, written) == (order, [])


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("C D(%segno) E(D.S._al_Fine)", "'D.S. al Fine' is not obeyed: there is no Fine before it"),
        ("C D E(D.S._al_Fine)", "'D.S. al Fine' is not obeyed: there is no segno before it"),
        ("C(%segno) D(%segno) E(D.S.)", "'D.S.' is not obeyed: there are 2 segnos before it"),
        ("C(Fine) D(Fine) E(D.C._al_Fine)", "'D.C. al Fine' is not obeyed: there are 2 Fines before it"),
        (
            "C D(D.C._al_Coda) E(Coda)",
            "'D.C. al Coda' is not obeyed: it needs one To Coda before it and one coda to go to",
        ),
        (
            "C(To_Coda) D(D.C._al_Coda) E",
            "'D.C. al Coda' is not obeyed: it needs one To Coda before it and one coda to go",
        ),
        ("C D(D.C._al_2nd_ending) E", "'D.C. al 2nd ending' is not obeyed: where it goes on to is not understood"),
        ("C D(Menuetto_da_capo.) E", "'Menuetto da capo.' is not obeyed: it is not understood"),
        ("C D(Last_x_D.S.) E", "'Last x D.S.' is not obeyed: it is not understood"),
        ("C D(D.C.) E(D.C.)", "'D.C.' is not obeyed: it is one of several jumps"),
        ("C(To_Coda) D E(Coda)", "'To Coda' is not obeyed: no D.C. or D.S. comes after it"),
        ("C(Fine) D E", "'Fine' is not obeyed: no D.C. or D.S. comes after it"),
        ("C(last_time_to_Coda) D", "'last time to Coda' is not obeyed: it is not understood"),
    ],
)
def test_words_that_are_not_clear_are_reported(tmp_path: Path, written: str, why: str) -> None:
    order, reasons = played(tmp_path, written)
    assert order == "".join(word[0] for word in written.split())
    assert reasons[0].startswith(why)


def test_measures_that_are_never_played_are_counted(tmp_path: Path) -> None:
    """Between a D.S. al Coda and its coda."""
    tune = read(save(tmp_path, write("C(%segno) D(To_Coda) E(D.S._al_Coda) F G(Coda)")))
    assert tune.dropped == (Dropped("never reached by the repeats and jumps", notes=1, bars=1),)


_ITEM = st.sampled_from(
    ["C", "D", "E", "|:", ":|", ":|3", "[1", "[2", "[1,2", "[3", "]", "G(D.C.)", "A(Fine)", "B(%coda)"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_ITEM, min_size=1, max_size=20))
def test_every_measure_is_played_or_counted(tmp_path_factory: pytest.TempPathFactory, items: list[str]) -> None:
    text = " ".join(["C", *items])
    tune = read(save(tmp_path_factory.mktemp("score"), write(text)))
    notes = [event for bar in tune.bars for event in bar.melody]
    written = sum(item[0] in LETTERS for item in items) + 1
    lost = sum(left_out.bars for left_out in tune.dropped)
    assert all(isinstance(note, Note) for note in notes)
    assert len(tune.bars) >= written - lost >= 1
