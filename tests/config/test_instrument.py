"""``improvise.instrument``: who plays, and the steps that keep the line within the range."""

from __future__ import annotations

from pathlib import Path

import pytest

from jazzgram import ConfigError, Pipeline
from jazzgram.config.check import load
from jazzgram.config.config import Config
from jazzgram.config.files import locate
from jazzgram.music import find_instrument


def checked(*settings: str) -> Config:
    return load(locate("blues"), list(settings))


def test_the_range_is_kept_before_and_after_the_other_pruners() -> None:
    chain = checked("improvise.instrument=Tenor Saxophone").chain
    pruning = [step.plugin.name for step in chain if step.hook == "prune_notes"]
    assert pruning[0] == pruning[-1] == "instrument_range"
    assert pruning.count("instrument_range") == 2
    assert [step.number for step in chain] == list(range(1, len(chain) + 1))
    plain = [step.plugin.name for step in checked().chain]
    assert [step.plugin.name for step in chain if step.plugin.name != "instrument_range"] == plain


def test_a_step_of_ones_own_gets_the_instrument() -> None:
    own = "chain=[{prune_notes: instrument_range}, {clean_up_notes: no_overlaps}]"
    chain = checked(own, "improvise.instrument=trumpet").chain
    assert [step.plugin.name for step in chain] == ["instrument_range", "no_overlaps"]
    assert chain[0].options.model_dump() == {"instrument": "trumpet"}


def test_an_unknown_instrument_is_one_line() -> None:
    with pytest.raises(ConfigError, match=r"improvise\.instrument.*no instrument 'tenr sax'; did you mean tenor sax\?"):
        checked("improvise.instrument=tenr sax")


def test_it_decides_sound_range_and_parts(tmp_path: Path) -> None:
    settings = ["improvise.instrument=baritone sax", "improvise.bars=8", "write=[midi, musicxml]", "report=false"]
    run = Pipeline.load("blues", settings=settings).run(tmp_path / "run")
    player = find_instrument("baritone sax")
    assert (run.solo.instrument, run.solo.program) == (player.name, player.program)
    assert run.solo.notes
    assert all(player.lowest <= note.pitch <= player.highest for note in run.solo.notes)
    assert {"solo.musicxml", "solo_Eb.musicxml"} <= {file.name for file in run.files}
    again = Pipeline.load(tmp_path / "run" / "run.yaml").run(tmp_path / "again")
    assert again.solo == run.solo
