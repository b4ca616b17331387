"""The form of a performance: choruses, head, introduction, ending and tag, as a musician would call them."""

from __future__ import annotations

import pytest

from jazzgram import Bar, Chord, JazzgramError, Meter, Note, Pipeline, Track, Tune
from jazzgram.improvisation.line import Changes
from jazzgram.improvisation.performance import Performance, lay_out
from jazzgram.music.notation.changes import changes_text, parse_changes

BLUES = "F7 | Bb7 | F7 | Cm7 F7 | Bb7 | Bdim7 | F7 | Am7b5 D7 | Gm7 | C7 | F7 D7 | Gm7 C7"
MINOR = "Cm7 | % | Dm7b5 | G7b9"
FOUR_FOUR = Meter()


def changes(text: str) -> Changes:
    return parse_changes(text, FOUR_FOUR)


def played(performance: Performance) -> str:
    return changes_text(performance.changes)


def parts(performance: Performance) -> str:
    return " ".join(f"{section.part}:{section.bars}" for section in performance.form.sections)


def test_a_blues_ends_in_its_eleventh_bar() -> None:
    found = lay_out(changes(BLUES), FOUR_FOUR, choruses=2, ending=True)
    assert len(found.changes) == 24 and found.form.final == 22
    assert played(found).endswith("Gm7 | C7 | F7 | %")
    assert parts(found) == "solo:12 solo:10 ending:2"
    assert [section.chorus for section in found.form.sections] == [1, 2, 0]


def test_without_an_ending_it_turns_around() -> None:
    found = lay_out(changes(BLUES), FOUR_FOUR, choruses=2)
    assert played(found).endswith("F7 D7 | Gm7 C7") and found.form.final is None


@pytest.mark.parametrize(
    ("text", "options", "end"),
    [
        ("Dm7 | G7 | Cmaj7 | A7", {}, "Dm7 | G7 | Cmaj7 | %"),
        ("Cmaj7 | A7 | Dm7 | G7", {}, "Cmaj7 | A7 | Dm7 | G7 | Cmaj7"),  # the tonic follows the turnaround
        ("Cmaj7 | A7 | Dm7 | G7", {"bars": 4}, "Cmaj7 | A7 | Dm7 | Cmaj7"),  # unless the number of bars is given
        (MINOR, {}, "Cm7 | % | Dm7b5 | G7b9 | Cm7"),
        ("Ebmaj7 | Abm7 | Db7 | Bb7", {}, "Ebmaj7 | Abm7 | Db7 | Bb7 | Ebmaj7"),
        ("Gm7 | C7 | Bbmaj7 | C7", {}, "Bbmaj7 | C7 | F6"),  # a tonic that the changes do not have
        ("F#m7 | B7 | E6 | %", {"ending": "tag"}, "F#m7 | B7 | G#m7 | C#7 | F#m7 | B7 | E6 | %"),
        (MINOR, {"ending": "tag"}, "Cm7 | % | Dm7b5 | G7b9 | Cm7 | Am7b5 | Dm7b5 | G7b9 | Cm7"),
        ("Gbmaj7 | Ebm7 | Abm7 | Db7", {"ending": "tag", "sharps": -6}, "Bbm7 | Eb7 | Abm7 | Db7 | Gbmaj7"),
    ],
)
def test_endings(text: str, options: dict[str, object], end: str) -> None:
    found = lay_out(changes(text), FOUR_FOUR, **({"ending": True} | options))  # type: ignore[arg-type]
    assert played(found).endswith(end)
    assert found.form.final is not None and found.form.at(found.form.final).part == "ending"
    assert found.form.bars == len(found.changes) == len(found.order)


def test_a_head_comes_first_and_last() -> None:
    found = lay_out(changes(BLUES), FOUR_FOUR, choruses=2, head=True, ending="tag", intro=4)
    assert parts(found) == "intro:4 head:12 solo:12 solo:12 head:10 ending:6"
    assert [section.chorus for section in found.form.sections] == [0, 1, 2, 3, 4, 0]
    assert found.order[:6] == (8, 9, 10, 11, 0, 1), "the introduction is the end of the chorus"
    assert found.order[-6:] == (None,) * 6


def test_sections_of_a_song() -> None:
    song = "C6 | % | Dm7 | G7 | C6 | A7 | Dm7 G7 | C6 |" * 2 + "F6 | % | % | % | G7 | % | % | % |"
    form = lay_out(changes(song.rstrip("|")), FOUR_FOUR, bars=40).form
    assert [(section.bar, section.bars, section.letter, section.chorus) for section in form.sections] == [
        *((0, 8, "A", 1), (8, 8, "A", 1), (16, 8, "B", 1)),
        *((24, 8, "A", 2), (32, 8, "A", 2)),
    ]


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("Dm7", {"bars": 1}, "one bar has no room for an ending"),
        ("NC | NC", {}, "no chord to end on"),
    ],
)
def test_no_room_for_an_ending(text: str, options: dict[str, int], message: str) -> None:
    with pytest.raises(JazzgramError, match=f"improvise.ending: .*{message}"):
        lay_out(changes(text), FOUR_FOUR, ending=True, **options)  # type: ignore[arg-type]


def test_one_bar_four_times_has_room() -> None:
    assert played(lay_out(changes("Dm7"), FOUR_FOUR, choruses=4, ending=True)) == "Dm7 | % | % | % | %"


TUNE = Tune(
    "Small",
    tuple(
        Bar((Note(pitch, 0, 1920),), (Chord((root, root + 4, root + 7, root + 10), 0, 1920, symbol),))
        for pitch, root, symbol in ((69, 53, "F7"), (70, 58, "Bb7"), (67, 60, "C7"), (65, 53, "F7"))
    ),
    accompaniment=(
        Track("Own bass", 32, tuple(Note(41 + bar, 1920 * bar, 1920) for bar in range(4))),
        Track("Kit", 0, (Note(36, 0, 240),), is_drum=True),
    ),
    key=-1,
)
QUICK = (
    *("model.with.epochs=1", "model.with.units=4", "model.with.examples=4"),
    *("improvise.chords=source", "improvise.choruses=1", "improvise.meter=null", "improvise.ending=false"),
)


def over_tune(*settings: str) -> Pipeline:
    return Pipeline.load("blues", settings=[*QUICK, *settings]).given(tune=TUNE)


def test_the_head_is_the_tunes_own_melody() -> None:
    solo = over_tune("improvise.head=true", "improvise.ending=true", "chain=[]").improvise().solo
    assert solo.bars == 12 and solo.form is not None and solo.form.final == 11
    heads = [(note.onset // 1920, note.pitch) for note in solo.notes if solo.form.at(note.onset // 1920).part == "head"]
    assert heads == [(0, 69), (1, 70), (2, 67), (3, 65), (8, 69), (9, 70), (10, 67)]
    assert all(terms == () for terms in solo.grammar[:4]) and all(solo.grammar[4:8])


def test_steps_leave_the_head_alone() -> None:
    steps = "chain=[{prune_notes: rectify}, {prune_notes: smooth_contour}]"
    pipeline = over_tune("improvise.head=true", steps)
    solo = pipeline.improvise().solo
    assert [note.pitch for note in solo.notes if note.onset < 4 * 1920] == [69, 70, 67, 65]


def test_everything_moves_to_another_key() -> None:
    target = over_tune("improvise.key=Bb", "improvise.head=true").target
    assert changes_text(target.changes[:4]) == "Bb7 | Eb7 | F7 | Bb7" and target.key == -2
    assert [target.head[bar][0].pitch for bar in range(4)] == [74, 75, 72, 70]
    band = over_tune("improvise.key=Bb").improvise().solo.accompaniment
    assert [note.pitch for note in band[0].notes] == [46, 47, 48, 49]
    assert [note.pitch for note in band[1].notes] == [36], "drums do not"


@pytest.mark.parametrize(
    ("setting", "first", "key"),
    [
        ("key=Bb", "Bb7 | Eb7 | Bb7 | Fm7 Bb7", -2),
        ("key=E", "E7 | A7 | E7 | Bm7 E7", 4),
        ("key=Gb", "Gb7 | Cb7 | Gb7 | Dbm7 Gb7", -6),
        ("key=F", "F7 | Bb7 | F7 | Cm7 F7", -1),
        ("transpose=-2", "Eb7 | Ab7 | Eb7 | Bbm7 Eb7", -3),
        ("transpose=2", "G7 | C7 | G7 | Dm7 G7", 1),
        ("transpose=12", "F7 | Bb7 | F7 | Cm7 F7", -1),
    ],
)
def test_changes_given_as_text_move_too(setting: str, first: str, key: int) -> None:
    target = Pipeline.load("blues", settings=[f"improvise.{setting}"]).target
    assert changes_text(target.changes[:4]) == first and target.key == key


def test_changes_without_a_melody_have_no_head() -> None:
    with pytest.raises(JazzgramError, match=r"improvise\.head: .*no melody"):
        _ = Pipeline.load("blues", settings=["improvise.head=true"]).target


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["improvise={bars: 8, choruses: 2}"], "bars and choruses both decide the length"),
        (["improvise={key: Bb, transpose: 2}"], "key and transpose both decide the key"),
        (["improvise.choruses=0"], "choruses"),
        (["improvise.ending=fade"], "ending"),
    ],
)
def test_two_lengths_or_keys_are_refused(settings: list[str], message: str) -> None:
    with pytest.raises(JazzgramError, match=message):
        Pipeline.load("blues", settings=settings)


def test_a_later_length_or_key_counts() -> None:
    section = Pipeline.load("blues", settings=["improvise.choruses=3"]).config.sections.improvise
    assert (section.bars, section.choruses) == (None, 3)
    section = Pipeline.load("blues", settings=["improvise.choruses=3", "improvise.bars=8"]).config.sections.improvise
    assert (section.bars, section.choruses) == (8, None)


def test_choruses_build_where_there_are_two() -> None:
    assert lay_out(changes(BLUES), FOUR_FOUR, choruses=2, build=True, ending=True).form.builds
    assert not lay_out(changes(BLUES), FOUR_FOUR, choruses=2).form.builds
    with pytest.raises(JazzgramError, match=r"improvise\.build: one chorus has none to build on; give choruses: 2"):
        lay_out(changes(BLUES), FOUR_FOUR, build=True, head=True)
