"""jazzgram in a Python session: a solo in one call, files by their suffix, short representations."""

from __future__ import annotations

from pathlib import Path

import pytest

from jazzgram import Chord, ConfigError, JazzgramError, Note, Pipeline, Solo, improvise
from jazzgram.config.keywords import keyword_settings

LINE = Solo(
    (Note(62, 0, 480), Note(65, 480, 480), Note(69, 960, 960)),
    (Chord((62, 65, 69, 72), 0, 1920, "Dm7"),),
    1,
    title="Three notes",
)


def test_a_solo_in_one_call() -> None:
    solo = improvise("Dm7 | G7 | Cmaj7 | %", config="pitches", seed=3, bars=8, tempo=180)
    assert (solo.bars, solo.tempo) == (8, 180)
    assert [chord.symbol for chord in solo.chords[:3]] == ["Dm7", "G7", "Cmaj7"]
    assert solo == improvise("Dm7 | G7 | Cmaj7 | %", config="pitches", seed=3, bars=8, tempo=180)


def test_without_a_length_it_is_that_of_the_changes() -> None:
    assert improvise("Dm7 | G7 | Cmaj7").bars == 3


def test_a_mistake_is_named_as_it_was_written() -> None:
    with pytest.raises(ConfigError, match=r"^improvise.chords: bar 2: "):
        improvise("Dm7 | Gx")
    with pytest.raises(ConfigError, match=r"^improvise.tmpo: unknown key \(did you mean tempo\?\)"):
        improvise("Dm7 | G7", tmpo=3)


def test_keywords_override_settings_and_leave_what_they_do_not_name() -> None:
    pipeline = Pipeline.load("blues", settings=["seed=2"], seed=3, improvise={"bars": 8}, write=["midi"])
    section = pipeline.config.sections.improvise
    assert (pipeline.config.sections.seed, section.bars, section.tempo) == (3, 8, 160)
    assert [part.plugin.name for part in pipeline.config.writers] == ["midi"]


def test_a_keyword_that_no_file_can_have_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="no value of a configuration"):
        keyword_settings({"model": {"use": object()}})


def test_settings_may_be_a_mapping_or_one_text() -> None:
    assert Pipeline.load("blues", settings={"seed": 7}).config.sections.seed == 7
    assert Pipeline.load("blues", settings="seed=8").config.sections.seed == 8


def test_an_empty_mapping_changes_nothing() -> None:
    assert keyword_settings({"seed": 3, "improvise": {}}) == ["seed=3"]


@pytest.mark.parametrize(
    ("name", "begins"),
    [("a.mid", b"MThd"), ("a.MIDI", b"MThd"), ("a.musicxml", b"<?xml"), ("a.xml", b"<?xml"), ("a.svg", b"<svg")],
)  # fmt: skip
def test_the_suffix_chooses_the_writer(name: str, begins: bytes, tmp_path: Path) -> None:
    assert LINE.save(tmp_path / name).read_bytes().startswith(begins)
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("a.mp4", {}, r"a.mp4: no writer for .mp4 \(did you mean mp3\?\); there are: .abc, .flac, .mid,"),
        ("a", {}, "no writer for a name without a suffix"),
        ("no/a.mid", {}, "there is no folder"),
        ("a.mid", {"nam": "x"}, r"midi: nam: unknown option \(did you mean name\?\); known: name, balance"),
        ("a.mid", {"name": ""}, "midi: name: String should have at least 1 character"),
    ],
)
def test_what_cannot_be_saved_is_a_line(name: str, options: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(JazzgramError, match=message):
        LINE.save(tmp_path / name, **options)


def test_representations_are_one_line() -> None:
    pipeline = Pipeline.load("blues", model={"use": "markov"}, improvise={"bars": 2}, report=False)
    run = pipeline.improvise()
    assert repr(LINE) == "<Solo 'Three notes': 1 bar of 4/4, 3 notes, tempo 120>"
    for value in (run, run.solo, pipeline, pipeline.config, pipeline.corpus, pipeline.corpus.tunes[0]):
        assert "\n" not in repr(value) and len(repr(value)) < 500, type(value)


def test_tab_offers_what_is_public() -> None:
    import jazzgram.hooks.options  # a module below is no name of the session

    assert {"improvise", "load", "Pipeline", "Solo", "Note", "hookimpl"} <= set(dir(jazzgram))
    assert not {"Any", "import_module", "hooks", "lazy_loader"} & set(dir(jazzgram))
