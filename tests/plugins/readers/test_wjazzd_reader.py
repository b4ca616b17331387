"""The Weimar Jazz Database: what becomes of annotated tatums, beats and chords, from CSV and from SQLite."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.readers import wjazzd
from jazzgram_plugins.readers.wjazzd import players
from jazzgram_plugins.readers.wjazzd.names import name_of
from notation import as_ticks
from wjazzd_files import GOOD_BEATS, GOOD_NOTES, beats, database, info, note, write

from jazzgram import JazzgramError, Labels, Tune
from jazzgram.music.harmony.keys import best_key_signature
from jazzgram.music.harmony.symbols import parse_symbol
from jazzgram.testing import check_plugin


def read(folder: Path, notes: list[dict[str, Any]], beat_rows: list[dict[str, Any]], **options: Any) -> Tune:
    tune: Tune
    (tune,) = wjazzd.read_corpus(write(folder, notes, beat_rows), wjazzd.Options(**options)).tunes
    return tune


def melody(tune: Tune, bar: int = 0) -> list[tuple[int, int, int]]:
    return as_ticks(tune.bars[bar].melody)


def left_out(tune: Tune) -> dict[str, tuple[int, int]]:
    return {entry.reason: (entry.notes, entry.bars) for entry in tune.dropped}


@pytest.mark.parametrize(
    ("division", "onsets"),
    [
        (1, [0]),
        (2, [0, 240]),
        (3, [0, 160, 320]),
        (4, [0, 120, 240, 360]),
        (5, [0, 96, 192, 288, 384]),
        (6, [0, 80, 160, 240, 320, 400]),
        (7, [0, 69, 137, 206, 274, 343, 411]),  # a seventh is no whole number of ticks: the nearest is taken
        (12, list(range(0, 480, 40))),
    ],
)
def test_tatums_are_ticks(division: int, onsets: list[int], tmp_path: Path) -> None:
    notes = [note(1, 3, tatum, division, 60 + tatum, duration=0.01) for tatum in range(1, division + 1)]
    assert [onset for _, onset, _ in melody(read(tmp_path, notes, beats(1, "C - - -")))] == [960 + o for o in onsets]


@pytest.mark.parametrize(
    ("what", "places", "sounding", "written"),
    [
        ("swung eighths, the second short", [(1, 1, 2), (1, 2, 2), (2, 1, 1)], [0.20, 0.12, 0.4], [240, 240, 480]),
        ("a staccato quarter is an eighth and a rest", [(1, 1, 1), (2, 1, 1)], [0.18, 0.5], [240, 480]),
        ("a quarter let go early", [(1, 1, 1), (2, 1, 1)], [0.4, 0.5], [480, 480]),
        ("a triplet played short", [(1, 1, 3), (1, 2, 3), (1, 3, 3), (2, 1, 1)], [0.1] * 4, [160, 160, 160, 240]),
        ("quarter and eighth of a triplet", [(1, 1, 3), (1, 3, 3), (2, 1, 1)], [0.2, 0.1, 0.5], [320, 160, 480]),
        ("dotted eighth and sixteenth", [(1, 1, 4), (1, 4, 4), (2, 1, 1)], [0.3, 0.1, 0.5], [360, 120, 480]),
        ("sixteenths", [(1, t, 4) for t in (1, 2, 3, 4)], [0.1] * 4, [120, 120, 120, 120]),
        ("over the barline", [(4, 2, 2)], [1.25], [1200]),
        ("a tone too short to be written still gets its tatum", [(1, 2, 4)], [0.01], [120]),
        ("held into the next note is cut", [(1, 1, 2), (1, 2, 2)], [0.4, 0.24], [240, 240]),
    ],
)
def test_written_durations(
    what: str, places: list[tuple[int, int, int]], sounding: list[float], written: list[int], tmp_path: Path
) -> None:
    notes = [note(1, *place, 60, duration=seconds) for place, seconds in zip(places, sounding, strict=True)]
    tune = read(tmp_path, notes, beats(1, "C - - -"))
    assert [duration for _, _, duration in melody(tune)] == written, what


def test_sounding_durations_are_those_played_and_cut_at_the_next_note(tmp_path: Path) -> None:
    notes = [
        note(1, 1, 1, 1, 60, duration=0.4),
        note(1, 2, 1, 1, 62, duration=0.6),
        note(1, 3, 1, 1, 64, duration=0.125),
    ]
    tune = read(tmp_path, notes, beats(1, "C - - -"), durations="sounding")
    assert melody(tune) == [(60, 0, 384), (62, 480, 480), (64, 960, 120)]


def test_performed_onsets_are_measured_between_the_beats(tmp_path: Path) -> None:
    """A swung eighth at two thirds of the beat, a downbeat 25 ms early, and the end of each as it sounds."""
    notes = [
        note(1, 1, 1, 2, 60, onset=10.0, duration=0.25),
        note(1, 1, 2, 2, 62, onset=10 + 1 / 3, duration=0.1),
        note(2, 1, 1, 1, 64, onset=11.975, duration=0.5),
    ]
    tune = read(tmp_path, notes, beats(1, "C - - - F7 - - -"), timing="performed")
    assert melody(tune) == [(60, 0, 240), (62, 320, 96), (64, 1896, 480)]
    assert len(tune.bars) == 1 and left_out(tune) == {"empty, after the last note": (0, 1)}


def test_performed_notes_outside_the_beats_go_on_at_their_speed(tmp_path: Path) -> None:
    notes = [note(1, 1, 1, 1, 60), note(1, 4, 1, 1, 62, onset=11.5)]
    tune = read(tmp_path, notes, beats(1, "C -"), timing="performed")
    assert [onset for _, onset, _ in melody(tune)] == [0, 1440]


@pytest.mark.parametrize(
    ("what", "start", "changes", "expected"),
    [
        ("every beat has its chord", 1, "C-7 C-7 F7 F7", [[("C-7", 0, 960), ("F7", 960, 960)]]),
        ("an empty field: the chord goes on", 1, "C - - F - -", [[("C", 0, 1440), ("F", 1440, 480)], [("F", 0, 1920)]]),
        ("no chord", 1, "NC NC G7 G7", [[("NC", 0, 960), ("G7", 960, 960)]]),
        ("unknown before the first", 1, "- - - - G7 - - -", [[("NC", 0, 1920)], [("G7", 0, 1920)]]),
        ("a first bar whose beats begin late", 3, "Bb6 G79b", [[("Bb6", 0, 1440), ("G79b", 1440, 480)]]),
        ("a late change", 1, "A-7 - - - - - D7 -", [[("A-7", 0, 1920)], [("A-7", 0, 960), ("D7", 960, 960)]]),
    ],
)
def test_chords(
    what: str, start: int, changes: str, expected: list[list[tuple[str, int, int]]], tmp_path: Path
) -> None:
    notes = [note(bar + 1, 1, 1, 1, 60) for bar in range(len(expected))]
    tune = read(tmp_path, notes, beats(1, changes, start=start))
    assert [[(c.symbol, c.onset, c.duration) for c in bar.chords] for bar in tune.bars] == expected, what
    sounding = {chord.symbol: chord.pitches for bar in tune.bars for chord in bar.chords}
    assert all(bool(pitches) == (symbol != "NC") for symbol, pitches in sounding.items())


@pytest.mark.parametrize(
    ("signature", "period", "second_beat", "length"),
    [("3/4", 3, 480, 1440), ("5/4", 5, 480, 2400), ("1/4", 1, None, 480), ("6/8", 2, 720, 1440), ("6/8", 6, 240, 1440)],
)
def test_meters(signature: str, period: int, second_beat: int | None, length: int, tmp_path: Path) -> None:
    notes = [note(1, beat, 1, 1, 60, period=period) for beat in range(1, min(period, 2) + 1)]
    tune = read(tmp_path, notes, beats(1, "C-7 " * period, period, signature))
    assert [onset for _, onset, _ in melody(tune)] == [0] + [second_beat] * (second_beat is not None)
    assert str(tune.bars[0].meter) == signature and sum(chord.duration for chord in tune.bars[0].chords) == length


def test_the_meter_may_change(tmp_path: Path) -> None:
    rows = beats(1, "C - - -") + [
        {"onset": 12 + beat / 2, "bar": 2, "beat": beat + 1, "signature": "'3/4'"} for beat in range(3)
    ]
    tune = read(tmp_path, [note(1, 4, 1, 1, 60), note(2, 3, 1, 1, 62, period=3, onset=13)], rows)
    assert [(str(bar.meter), bar.chords[0].duration) for bar in tune.bars] == [("4/4", 1920), ("3/4", 1440)]


def test_pick_up_and_empty_bars_are_told_apart(tmp_path: Path) -> None:
    """Bars -1 to 4: notes in 0, 2 and 3; bar 1 is empty but inside."""
    notes = [note(0, 4, 1, 2, 60), note(0, 4, 2, 2, 62), note(2, 1, 1, 1, 64), note(3, 1, 1, 1, 65)]
    rows = beats(-1, "NC - - - NC - - - " + "F7 - - - " * 4)
    kept = read(tmp_path, notes, rows)
    assert [len(bar.melody) for bar in kept.bars] == [2, 0, 1, 1]
    assert left_out(kept) == {"empty, before the first note": (0, 1), "empty, after the last note": (0, 1)}
    short = read(tmp_path, notes, rows, pickup="drop")
    assert [len(bar.melody) for bar in short.bars] == [1, 1]
    assert left_out(short) == {
        "in the pick-up (before bar 1)": (2, 2),
        "empty, before the first note": (0, 1),
        "empty, after the last note": (0, 1),
    }


def test_every_note_that_is_left_out_has_its_reason(tmp_path: Path) -> None:
    notes = [
        note(1, 1, 1, 1, 60),
        note(1, 1, 1, 1, 62),
        note(1, 2, 3, 2, 64),
        note(1, 7, 1, 1, 65),
        note(1, 3, 1, 1, 67),
    ]
    tune = read(tmp_path, notes, beats(1, "C - - -"))
    assert [pitch for pitch, _, _ in melody(tune)] == [62, 67]
    assert left_out(tune) == {
        "on a beat or tatum that its bar does not have": (2, 0),
        "begins together with the next note": (1, 0),
    }


def test_a_bar_without_beats_goes_on_as_before(tmp_path: Path) -> None:
    rows = [row for row in beats(1, "C - - - F7 - - - G7 - - -") if row["bar"] != 2]
    tune = read(tmp_path, [note(1, 1, 1, 1, 60), note(2, 2, 1, 1, 62), note(3, 1, 1, 1, 64)], rows)
    assert [(bar.chords[0].symbol, len(bar.melody)) for bar in tune.bars] == [("C", 1), ("C", 1), ("G7", 1)]


def test_tempo_and_key(tmp_path: Path) -> None:
    tune = read(
        tmp_path, [note(1, 1, t, 7, p) for t, p in enumerate((62, 64, 66, 67, 69, 71, 73), 1)], beats(1, "D - - -")
    )
    assert (tune.tempo, tune.key) == (120.0, 2)
    compound = read(tmp_path, [note(1, 1, 1, 1, 60, period=2)], beats(1, "C -", 2, "6/8"))
    assert compound.tempo == 180.0  # a dotted quarter lasts half a second


@pytest.mark.parametrize(
    ("stem", "labels", "program"),
    [
        ("MilesDavis_Walkin'", Labels("Miles Davis", "trumpet", "HARDBOP", "medium"), 56),
        ("MilesDavis_BitchesBrew-1", Labels("Miles Davis", "trumpet", "FUSION", "medium"), 56),
        ("DavidLiebman_Pendulum", Labels("David Liebman", "soprano sax", "POSTBOP", "medium"), 64),
        ("Nobody_Nothing", Labels("Nobody", "", "", "medium"), 66),  # a tenor, unless something is known
    ],
)
def test_who_plays_what(stem: str, labels: Labels, program: int, tmp_path: Path) -> None:
    (tune,) = wjazzd.read_corpus(write(tmp_path, GOOD_NOTES, GOOD_BEATS, stem), wjazzd.Options()).tunes
    assert tune.labels == replace(labels, solo=tune.title)
    assert tune.program == program


def test_another_table_of_players_is_other_code() -> None:
    assert hashlib.sha256(players.PLAYERS.read_bytes()).hexdigest()[:16] == players.CHECKSUM, "set CHECKSUM"


@pytest.mark.parametrize(
    ("pitches", "written", "key"),
    [
        ((60, 62, 64, 65, 67, 69, 71), None, 0),
        ((61, 63, 66, 68, 70), None, -5),
        ((61, 63, 66, 68, 70), 6, 6),
        ((), 3, 3),
        ((), None, 0),
    ],
)
def test_the_key_signature_with_the_fewest_accidentals(pitches: tuple[int, ...], written: int | None, key: int) -> None:
    assert best_key_signature(pitches, written) == key


@pytest.mark.parametrize(
    ("stem", "performer", "work", "take"),
    [
        ("CharlieParker_Billie'sBounce", "Charlie Parker", "Billie's Bounce", ""),
        ("ArtPepper_Stardust-1", "Art Pepper", "Stardust", "solo 1"),
        ("SonnyRollins_I'llRememberApril_AlternateTake2", "Sonny Rollins", "I'll Remember April", "Alternate Take 2"),
        ("FatsNavarro_Anthropology_No1", "Fats Navarro", "Anthropology", "No 1"),
        ("JohnColtrane_Impressions_1961", "John Coltrane", "Impressions", "1961"),
        ("MilesDavis_Eighty=One", "Miles Davis", "Eighty-One", ""),
        ("LesterYoung_D.B.Blues", "Lester Young", "D.B. Blues", ""),
        ("JohnColtrane_Mr.P.C.", "John Coltrane", "Mr. P.C.", ""),
        ("WayneShorter_E.S.P.", "Wayne Shorter", "E.S.P.", ""),
        ("BobBerg_IDidn'tKnowWhatTimeItWas", "Bob Berg", "I Didn't Know What Time It Was", ""),
        ("WoodyShaw_IfIWereABell", "Woody Shaw", "If I Were A Bell", ""),
        ("ChrisPotter_Item1,D.I.T.", "Chris Potter", "Item 1, D.I.T.", ""),
        ("ChrisPotter_PopTune#1", "Chris Potter", "Pop Tune #1", ""),
        ("DavidLiebman_Day&Nite", "David Liebman", "Day & Nite", ""),
        ("DonByas_Infidele(Cry)", "Don Byas", "Infidele (Cry)", ""),
        ("PaulDesmond_TheGirlFromEast9thStreet", "Paul Desmond", "The Girl From East 9th Street", ""),
        ("EricDolphy_245", "Eric Dolphy", "245", ""),
        ("McCoyTyner_Inception", "McCoy Tyner", "Inception", ""),
        ("mine", "", "mine", ""),
    ],
)
def test_names(stem: str, performer: str, work: str, take: str) -> None:
    assert name_of(stem) == (performer, work, take)


def test_names_in_the_tune(tmp_path: Path) -> None:
    file = write(tmp_path, [note(1, 1, 1, 1, 60)], beats(1, "C - - -"), "ArtPepper_Stardust-2")
    (tune,) = wjazzd.read_corpus(file, wjazzd.Options()).tunes
    assert (tune.title, tune.performer, tune.work) == ("Art Pepper - Stardust (solo 2)", "Art Pepper", "Stardust")


@given(
    st.lists(
        st.tuples(st.integers(-1, 3), st.integers(1, 4), st.integers(1, 24), st.integers(1, 24), st.floats(0, 3)),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from(["tatums", "performed"]),
    st.sampled_from(["written", "sounding"]),
    st.sampled_from(["keep", "drop"]),
)
@settings(max_examples=60, deadline=None)
def test_promises(
    tmp_path_factory: pytest.TempPathFactory,
    places: list[tuple[int, int, int, int, float]],
    timing: str,
    durations: str,
    pickup: str,
) -> None:
    """One note at a time, in order, inside its bar; bars full of chords; notes kept and left out sum to the rows."""
    rows = [note(bar, beat, t, d, 60, duration=seconds) for bar, beat, t, d, seconds in places]
    folder = tmp_path_factory.mktemp("solo")
    try:
        tune = read(folder, rows, beats(-1, "C - F7 - " * 5), timing=timing, durations=durations, pickup=pickup)
    except JazzgramError as error:
        assert "no note of the solo is left" in str(error)  # noqa: PT017, most are read
        return
    assert sum(len(bar.melody) for bar in tune.bars) + sum(entry.notes for entry in tune.dropped) == len(rows)
    assert len(tune.bars) + sum(entry.bars for entry in tune.dropped) == 5
    assert tune.bars[0].melody and tune.bars[-1].melody
    placed = [(number * 1920 + n.onset, n.duration) for number, bar in enumerate(tune.bars) for n in bar.melody]
    assert all(0 <= n.onset < 1920 for bar in tune.bars for n in bar.melody)
    assert all(duration > 0 for _, duration in placed)
    assert all(a + duration <= b for (a, duration), (b, _) in pairwise(placed))
    assert all(sum(chord.duration for chord in bar.chords) == 1920 and bar.chords[0].onset == 0 for bar in tune.bars)


@given(st.integers(1, 480), st.data())
@settings(max_examples=60, deadline=None)
def test_an_onset_is_the_tick_nearest_to_its_tatum(
    tmp_path_factory: pytest.TempPathFactory, division: int, data: st.DataObject
) -> None:
    tatum = data.draw(st.integers(1, division))
    tune = read(tmp_path_factory.mktemp("solo"), [note(1, 2, tatum, division, 60)], beats(1, "C - - -"))
    exact = 480 + Fraction(480 * (tatum - 1), division)
    assert abs(melody(tune)[0][1] - exact) <= Fraction(1, 2)


def test_files_of_a_folder(tmp_path: Path) -> None:
    assert list(wjazzd.list_files(tmp_path)) == []
    (tmp_path / "wjazzd.db").touch()
    assert [file.name for file in wjazzd.list_files(tmp_path)] == ["wjazzd.db"]
    files = [write(tmp_path, GOOD_NOTES, GOOD_BEATS, stem) for stem in ("B_Two", "A_One")]
    assert wjazzd.list_files(tmp_path) == wjazzd.list_files(tmp_path / "melody") == files[::-1]
    assert wjazzd.depends_on(files[0]) == (tmp_path / "beats" / "B_Two.csv",)
    assert wjazzd.depends_on(tmp_path / "wjazzd.db") == ()


def test_it_keeps_the_contract_on_csv_and_on_the_database(tmp_path: Path) -> None:
    check_plugin(wjazzd, write(tmp_path, GOOD_NOTES, GOOD_BEATS))
    rows = [row | {"pitch": round(row["pitch"])} for row in GOOD_NOTES]
    check_plugin(wjazzd, database(tmp_path / "wjazzd.db", [(info("Miles Davis", "So What"), rows, GOOD_BEATS)]))


def test_the_database_says_the_same_as_the_csv_files(tmp_path: Path) -> None:
    notes = [note(0, 4, 2, 2, 60), note(1, 1, 2, 3, 62.4), note(2, 1, 5, 7, 65)]
    rows = beats(0, "NC - - - D-7 - - - Eb-7 - G79b -")
    rows = rows[:1] + [row | {"signature": ""} for row in rows[1:]]  # there only what changes is written
    whole = [row | {"pitch": round(row["pitch"])} for row in notes]
    file = database(tmp_path / "wjazzd.db", [(info("Miles Davis", "So What"), notes, rows)])
    (tune,) = wjazzd.read_corpus(file, wjazzd.Options()).tunes
    from_csv = read(tmp_path, whole, rows)
    assert (tune.bars, tune.tempo, tune.dropped) == (from_csv.bars, from_csv.tempo, from_csv.dropped)
    assert (tune.title, tune.performer, tune.work) == ("Miles Davis - So What", "Miles Davis", "So What")
    assert (tune.style, tune.program, tune.key) == ("COOL", 56, 0)


@pytest.mark.parametrize(
    ("key", "signature"), [("Bb-maj", -2), ("C-min", -3), ("D-dor", 0), ("F-blues", -1), ("G-mix", 0), ("C#-min", 4)]
)
def test_keys_of_the_database(key: str, signature: int, tmp_path: Path) -> None:
    file = database(tmp_path / "wjazzd.db", [(info("A", "B", key=key), GOOD_NOTES, GOOD_BEATS)])
    assert wjazzd.read_corpus(file, wjazzd.Options()).tunes[0].key == signature


def test_where_the_database_knows_nothing(tmp_path: Path) -> None:
    unknown = info("A", "B", key="chromatic", instrument="kazoo", style=None, titleaddon=None)
    file = database(tmp_path / "wjazzd.db", [(unknown, [note(1, 1, 1, 1, 66), note(1, 2, 1, 1, 73)], GOOD_BEATS)])
    (tune,) = wjazzd.read_corpus(file, wjazzd.Options()).tunes
    assert (tune.key, tune.program, tune.style) == (2, 66, "")


def test_titles_of_the_database_are_unique(tmp_path: Path) -> None:
    solos = [
        info("Wynton Marsalis", "Cherokee"),
        info("Art Pepper", "Stardust"),
        info("Art Pepper", "Stardust", solopart=2),
        info("John Coltrane", "Body and Soul", titleaddon="alternate take"),
        info("Lee Konitz", "Wow"),
        info("Lee Konitz", "Wow"),
    ]
    file = database(tmp_path / "any.name", [(solo, GOOD_NOTES, GOOD_BEATS) for solo in solos])
    assert [tune.title for tune in wjazzd.read_corpus(file, wjazzd.Options()).tunes] == [
        "Wynton Marsalis - Cherokee",
        "Art Pepper - Stardust (solo 1)",
        "Art Pepper - Stardust (solo 2)",
        "John Coltrane - Body and Soul (alternate take)",
        "Lee Konitz - Wow (solo 1) [5]",
        "Lee Konitz - Wow (solo 1) [6]",
    ]


def test_the_database_is_opened_read_only(tmp_path: Path) -> None:
    file = database(tmp_path / "odd name?#%20.db", [(info("A", "B"), GOOD_NOTES, GOOD_BEATS)])
    before = file.read_bytes(), file.stat().st_mtime_ns
    wjazzd.read_corpus(file, wjazzd.Options())
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before and list(tmp_path.iterdir()) == [file]


def check_solos(files: list[Path], **options: Any) -> list[Tune]:
    """Read real solos; every row of the melody is a note or has its reason, every bar is full of chords."""
    tunes = []
    for file in files:
        (tune,) = wjazzd.read_corpus(file, wjazzd.Options(**options)).tunes
        rows = len(file.read_text().splitlines()) - 1
        assert sum(len(bar.melody) for bar in tune.bars) + sum(entry.notes for entry in tune.dropped) == rows, file
        assert all(sum(chord.duration for chord in bar.chords) == bar.meter.bar for bar in tune.bars)
        tunes.append(tune)
    return tunes


def test_a_dozen_real_solos(shared: Path) -> None:
    check_solos(list(wjazzd.list_files(shared / "data" / "wjazzd"))[::34])


def test_one_real_bar(shared: Path) -> None:
    """The opening of Charlie Parker's Billie's Bounce: C F, the line over F7, then the run into Bb7."""
    (tune,) = wjazzd.read_corpus(
        shared / "data" / "wjazzd" / "melody" / "CharlieParker_Billie'sBounce.csv", wjazzd.Options()
    ).tunes
    assert melody(tune, 1) == [
        (65, 0, 240),
        (67, 480, 240),
        (68, 720, 240),
        (69, 960, 240),
        (70, 1440, 320),
        (71, 1760, 160),
    ]
    assert [[chord.symbol for chord in bar.chords] for bar in tune.bars[:3]] == [["NC"], ["F7"], ["Bb7"]]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_all_real_solos(shared: Path) -> None:
    files = list(wjazzd.list_files(shared / "data" / "wjazzd"))
    tunes = check_solos(files)
    assert (len(tunes), sum(len(bar.melody) for tune in tunes for bar in tune.bars)) == (402, 177_348)
    assert sum(len(tune.bars) for tune in tunes) == 31_998
    assert len({tune.title for tune in tunes}) == 402 and len({tune.work for tune in tunes}) == 277
    symbols = {chord.symbol for tune in tunes for bar in tune.bars for chord in bar.chords}
    assert len(symbols) == 409 and {symbol for symbol in symbols if parse_symbol(symbol).root is None} == {"NC"}
    played = check_solos(files, timing="performed", pickup="drop")
    assert sum(entry.notes for tune in played for entry in tune.dropped) == 2_156
