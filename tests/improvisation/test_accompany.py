"""The band of a configuration: who plays, in which style, how it swings; and the tune's own band."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from notation import as_ticks, changes

from jazzgram import (
    Bar,
    Chord,
    ConfigError,
    Form,
    JazzgramError,
    Meter,
    Note,
    Pipeline,
    Solo,
    StepError,
    Track,
    Tune,
    hookimpl,
)
from jazzgram.config.config import Part, players_of
from jazzgram.config.sections import AccompanySection, ImproviseSection
from jazzgram.config.styles import find_style, style_of_label, styles, swing_ratio
from jazzgram.hooks.options import Options
from jazzgram.hooks.plugins import Plugin
from jazzgram.hooks.progress import Reporter
from jazzgram.improvisation.accompaniment.band import (
    Band,
    OwnBand,
    arrange,
    band_of,
    join_bands,
    remarks,
    style_players,
)
from jazzgram.improvisation.target import Target, own_band, target_style
from jazzgram.music import count_in
from jazzgram.music.swing import measured_swing_ratio

DM7 = Chord((50, 53, 57, 60), 0, 1920, "Dm7")
SMALL = ("improvise.bars=4", "improvise.chords=Dm7 | G7 | Cmaj7 | %")


class Warned(Reporter):
    """Collect warnings."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def warn(self, message: str) -> None:
        self.lines.append(message)


def band_named(name: str, ratio: float | None = None) -> Band:
    style = find_style(name)
    return Band(style, style_players(style), ratio)


def target(style: str = "", meter: str = "4/4", own: tuple[Track, ...] = ()) -> Target:
    played = Meter.parse(meter)
    tune = Tune("One", (Bar((), (DM7,), played),), accompaniment=own, style=style)
    return Target(tune, played, 160.0, ((DM7,),), "One", 0, Form.of((DM7,), played, 1), (0,))


def test_the_tunes_own_band_plays_over_its_own_changes() -> None:
    own = (Track("Band", 0, (Note(48, 0, 480),)),)
    over = ImproviseSection()
    assert own_band(over, AccompanySection(), target(own=own)) == OwnBand(own, (0,))
    assert own_band(over, AccompanySection(drums="bossa"), target(own=own)) == OwnBand(own, (0,), drums=True)
    assert own_band(over, AccompanySection(style="swing"), target(own=own)) is None
    assert own_band(over, AccompanySection(players=["piano_swing"]), target(own=own)) is None
    assert own_band(ImproviseSection(chords="Dm7"), AccompanySection(), target(own=own)) is None


@pytest.mark.parametrize(
    ("label", "meter", "style"),
    [
        ("Bossa Nova", "4/4", "bossa"),
        ("Medium Up Swing", "4/4", "swing"),
        ("Medium Swing", "3/4", "waltz"),
        ("Jazz Waltz", "3/4", "waltz"),
        ("Ballad", "4/4", "ballad"),
        ("Latin", "4/4", "bossa"),
        ("Latin-Swing", "4/4", "swing"),
        ("Even 8ths", "4/4", "bossa"),
        ("Even 16ths", "4/4", "funk"),
        ("Afro 12/8", "12/8", "afro"),
        ("Shuffle", "4/4", "shuffle"),
        ("Slow Rock", "4/4", "funk"),
        ("HARDBOP", "4/4", "swing"),
        ("FUSION", "4/4", "funk"),
        ("", "4/4", "swing"),
        ("", "3/4", "waltz"),
        ("", "12/8", "afro"),
        ("", "5/4", "swing"),
    ],
)
def test_a_charts_label_names_the_style(label: str, meter: str, style: str) -> None:
    assert target_style(ImproviseSection(), AccompanySection(), target(label, meter), Reporter()).name == style


def test_a_label_that_no_style_knows_is_said() -> None:
    warned = Warned()
    assert target_style(ImproviseSection(), AccompanySection(), target("Polka"), warned).name == "swing"
    (line,) = warned.lines
    assert "'Polka'" in line and "bossa" in line


def test_the_configuration_beats_the_chart_and_text_has_no_label() -> None:
    assert target_style(ImproviseSection(), AccompanySection(style="funk"), target("Ballad"), Reporter()).name == "funk"
    text = ImproviseSection(chords="Dm7")
    assert target_style(text, AccompanySection(), target("Ballad"), Reporter()).name == "swing"


def test_no_two_styles_share_a_label() -> None:
    labels = [label for style in styles().values() for label in style.labels]
    assert sorted(labels) == sorted(set(labels))
    for style in styles().values():
        for label in style.labels:
            found = style_of_label(label, Meter.parse(style.meters[0]))
            assert found is not None and found.name in (style.name, "waltz" if style.name == "swing" else style.name)


@pytest.mark.parametrize(
    ("style", "tempo", "ratio"),
    [("swing", 60, 2.2), ("swing", 210, 1.6), ("waltz", 330, 1.0), ("bossa", 100, 1.0), ("shuffle", 250, 2.0)],
)
def test_the_ratio_follows_the_tempo_and_the_style(style: str, tempo: float, ratio: float) -> None:
    assert swing_ratio(tempo, style) == pytest.approx(ratio)


def test_the_band_swings_with_the_soloist_where_the_style_swings() -> None:
    played = Solo((Note(62, 288, 160),), (DM7,), 1, notated=(Note(62, 240, 240),), tempo=120)
    assert band_named("swing").swing(played) == 1.5
    assert band_named("bossa").swing(played) == 1.0
    assert band_named("swing", 3.0).swing(played) == 3.0
    assert band_named("swing").swing(Solo((Note(62, 240, 240),), (DM7,), 1, tempo=120)) == 2.2


@pytest.mark.parametrize(("style", "swings"), [("swing", True), ("bossa", False), ("shuffle", True), ("funk", False)])
def test_the_soloist_swings_where_the_style_does(style: str, swings: bool) -> None:
    chain = "chain=[{clean_up_notes: swing}]"
    solo = Pipeline.load("pitches", settings=[*SMALL, chain, f"accompany.style={style}"]).improvise().solo
    assert (measured_swing_ratio(solo.notes, solo.notated, solo.meter) > 1.2) == swings


def test_a_solo_without_band_gets_one() -> None:
    assert [track.name for track in band_of(Solo((), (DM7,), 1))] == ["Piano", "Bass", "Drums"]
    own = (Track("Bass", 32, ()),)
    assert band_of(Solo((), (DM7,), 1, accompaniment=own)) == own
    assert band_of(Solo((), (), 4)) == band_of(Solo((), (Chord((), 0, 1920, "NC"),), 1)) == ()


def test_the_same_seed_plays_the_same() -> None:
    solo = Solo((), tuple(changes("Dm7 | G7 | Cmaj7 | Cmaj7")), 4)
    for name in styles():
        band = band_named(name)
        assert band.play(solo, 1) == band.play(solo, 1) != band.play(solo, 2)


def test_what_cannot_be_played_as_notated_is_said_in_a_sentence() -> None:
    band = band_named("bossa")
    assert remarks(band, [DM7], Meter()) == []
    (line,) = remarks(band, [DM7], Meter(7, 4))
    assert "no patterns of bossa for 7/4" in line and "4/4" in line
    (line,) = remarks(band, [Chord((50, 54, 57), 1920, 1920, "Dxx")], Meter())
    assert "bar 2: 'Dxx' as D" in line


def solo_config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "solo.yaml"
    path.write_text(f"extends: pitches\n{text}\n")
    return path


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("accompany: {style: bosa}", "did you mean bossa?"),
        ("accompany: {style: polka}", "styles: swing, ballad, waltz, bossa, afro, funk, shuffle; or source"),
        ("accompany: [piano_swng]", "no plugin 'piano_swng' for accompany (did you mean piano_swing?)"),
        ("accompany: [{use: bass_walking, with: {feel: three}}]", "feel"),
        ("accompany: [{use: swing}]", "swing does not implement accompany; it implements clean_up_notes"),
        ("accompany: {players: [drums_swing], styl: swing}", "did you mean style?"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError) as error:
        Pipeline.load(solo_config(tmp_path, text))
    assert says in str(error.value) and "solo.yaml:2" in str(error.value)


def test_a_list_is_a_band_of_ones_own() -> None:
    run = Pipeline.load("pitches", settings=[*SMALL, "accompany=[bass_walking]"]).improvise()
    assert [track.name for track in run.solo.accompaniment] == ["Bass"]
    assert [(step, tally.hook) for step, tally in run.trace.accompanists.items()] == [("1:bass_walking", "accompany")]


def test_run_yaml_has_the_band_and_plays_it_again(tmp_path: Path) -> None:
    first = Pipeline.load("pitches", settings=[*SMALL, "accompany.style=bossa"]).run(tmp_path / "first")
    section = first.config["accompany"]
    assert section["style"] == "bossa" and [player["use"] for player in section["players"]] == [
        "piano_groove",
        "bass_groove",
        "drums_groove",
    ]
    assert "bass_groove" in first.config["made_with"]["plugins"]
    again = Pipeline.load(tmp_path / "first" / "run.yaml").run(tmp_path / "again")
    assert again.solo == first.solo
    assert again.trace.accompanists.keys() == first.trace.accompanists.keys()


def player(returned: Any) -> Band:
    module = ModuleType("tried")

    @hookimpl
    def accompany() -> Any:
        return returned

    module.accompany = accompany  # type: ignore[attr-defined]
    step = players_of([Part(Plugin("tried", module, "given"), Options())])
    return Band(find_style("swing"), step)


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        (None, "1:tried (accompany) returned None; return a list of tracks"),
        ((Note(60, 0, 480),), "return a list of Track"),
        ([Track("Pad", 0, (Note(60, 480, 480), Note(62, 0, 480)))], "in 'Pad' notes out of time order"),
        ([Track("Pad", 0, (Note(60, 1900, 480),))], "in 'Pad' a note past the end of the solo (1920)"),
    ],
)
def test_an_accompanist_that_breaks_the_contract_is_named(returned: Any, says: str) -> None:
    with pytest.raises(StepError) as error:
        player(returned).play(Solo((), (DM7,), 1), 1)
    assert says in str(error.value)


def test_a_style_that_is_not_there() -> None:
    with pytest.raises(JazzgramError, match="there is no style 'tango'"):
        find_style("tango")


@pytest.mark.parametrize(
    ("order", "notes"),
    [
        ((0, 1, 0), [(36, 0, 480), (43, 240, 720), (36, 960, 480), (43, 1200, 240)]),
        ((1, 0), [(36, 480, 480), (43, 720, 240)]),
        ((None, 0, 1), [(36, 480, 480), (43, 720, 720)]),
        ((), []),
    ],
)
def test_playing_the_bars_of_an_accompaniment_in_another_order(
    order: tuple[int | None, ...], notes: list[tuple[int, int, int]]
) -> None:
    band = Track("Drums", 0, (Note(36, 0, 480), Note(43, 240, 720)), is_drum=True)
    (track,) = arrange([band], order, 480)
    assert as_ticks(track.notes) == notes
    assert track.is_drum and track.name == "Drums"


def test_a_bar_that_the_band_does_not_have_is_played_by_accompanists() -> None:
    bass, kit = (
        Track("Own bass", 32, (Note(36, 0, 480),)),
        Track("Drums", 0, (Note(51, 0, 60), Note(51, 480, 60)), True),
    )
    walking = Track("Bass", 32, (Note(40, 0, 480), Note(41, 480, 480)))
    assert join_bands(OwnBand((bass,), (0, None), drums=True), [walking, kit], 480) == (
        bass,
        replace(walking, notes=walking.notes[1:]),
        kit,
    )
    late = replace(kit, notes=kit.notes[1:])
    assert join_bands(OwnBand((bass,), (0, None)), [walking, kit], 480)[2] == late


def test_accompanists_are_called_beside_a_tunes_own_band_only_where_they_play() -> None:
    own = (Track("Own bass", 32, (Note(36, 0, 480),)),)
    solo = Solo((), (DM7,), 1)
    style = find_style("swing")
    assert Band(style, style_players(style), own=OwnBand(own, (0,))).play(solo, 1) == own
    both = Band(style, style_players(style), own=OwnBand(own, (0,), drums=True)).play(solo, 1)
    assert [track.name for track in both] == ["Own bass", "Drums"]


def test_two_bars_of_three_are_counted() -> None:
    assert [(note.onset, note.velocity) for note in count_in(Meter(3, 4), 2).notes] == [
        *[(0, 100), (480, 80), (960, 80)],
        *[(1440, 100), (1920, 80), (2400, 80)],
    ]
