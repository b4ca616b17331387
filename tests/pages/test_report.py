"""The report: what a page says of a solo, and that it needs nothing else."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from dataclasses import replace
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner, Result

from jazzgram import JazzgramError, Note, Pipeline, hookimpl
from jazzgram.cli.report import command
from jazzgram.evaluation.copying import NoteCopy
from jazzgram.hooks.token_model import Epoch
from jazzgram.music.harmony.spell import spell_notes
from jazzgram.music.note_names import pitch_name
from jazzgram.pages.report.facts import facts_of, plain_facts
from jazzgram.pages.report.page import Facts, report
from jazzgram.pages.report.view import ADDED, CHANGED, FIELDS, MARK_INDEX, SAME, view
from jazzgram.pipeline.run import Run
from jazzgram.rendering.text_roll import solo_roll

NASTY = "</script><script>alert('x')</script> & \"Blues\" $title"
SETTINGS = ("model.use=markov", "improvise.bars=4")


@hookimpl
def change(notes: tuple[Note, ...]) -> list[Note]:
    """Raise the first note of a bar by an octave, and put a C of one's own in the place of the last."""
    if len(notes) < 3:
        return list(notes)
    return [replace(notes[0], pitch=notes[0].pitch + 12), *notes[1:-1], replace(notes[-1], pitch=60, origin=None)]


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    changing = ModuleType("changing", "Change, take away and add notes.")
    changing.prune_notes = change  # type: ignore[attr-defined]
    steps = "chain=[{prune_grammar: standard_lengths}, {prune_notes: changing}]"
    return Pipeline.load("blues", settings=[*SETTINGS, steps], plugins=[changing])


@pytest.fixture(scope="module")
def made(pipeline: Pipeline) -> Run:
    return pipeline.improvise()


def held(page: str, name: str) -> Any:
    """Return what a page holds as JSON."""
    (text,) = re.findall(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


def test_the_view_has_what_was_there_after_each_step(made: Run) -> None:
    shown = view(made)
    assert [step["label"] for step in shown["steps"]] == ["sampled", "1:standard_lengths", "tokenizer", "2:changing"]
    sampled, standard, tokenizer, changing = shown["steps"]
    assert [item[2] for item in sampled["items"]] == [str(term) for bar in made.solo.grammar for term in bar]
    assert (sampled["terms"], standard["terms"], tokenizer["terms"], changing["terms"]) == (True, True, False, False)
    assert {item[MARK_INDEX] for item in tokenizer["items"]} == {SAME}
    bars = [
        [[item for item in step["items"] if item[0] // 1920 == bar] for step in (tokenizer, changing)]
        for bar in range(4)
    ]
    full = [(before, after) for before, after in bars if len(before) >= 3]
    assert full, "bars that are too short for the step show nothing"
    for before, after in full:
        assert after[0][2] == before[0][2] + 12
        assert after[0][MARK_INDEX] == CHANGED and after[0][7:] == before[0][0:4:2] + before[0][5:6]
        assert {item[MARK_INDEX] for item in after[1:-1]} <= {SAME}
        assert after[-1][2:5:2] == [60, ADDED]
        assert [before[-1][0], before[-1][1], before[-1][2]] in changing["gone"]
    assert [item[:3] for item in changing["items"]] == [[n.onset, n.duration, n.pitch] for n in made.solo.notes]


def test_notes_are_called_as_the_terminal_calls_them(made: Run) -> None:
    solo = made.solo
    name = FIELDS["note"].index("name")
    names = [item[name] for item in view(made)["steps"][-1]["items"]]
    spelled = spell_notes(solo.notes, solo.chords, solo.key)
    assert names == [pitch_name(note.pitch, name) for note, name in zip(solo.notes, spelled, strict=True)]
    rows = {line[:5].strip() for line in solo_roll(replace(solo, notated=())).splitlines() if "●" in line}
    assert rows == set(names)


def test_the_fields_name_all_that_stands_in_a_list(made: Run) -> None:
    shown = view(made)
    assert shown["fields"] == FIELDS
    for step in shown["steps"]:
        fields = FIELDS["term" if step["terms"] else "note"]
        assert {len(item) for item in step["items"]} <= {fields.index("onset_before"), len(fields)}
        for item in step["items"]:
            assert (len(item) == len(fields)) == (item[MARK_INDEX] == CHANGED)
        assert {len(item) for item in step["gone"]} <= {fields.index("category")}
    assert {len(chord) for chord in shown["chords"]} == {len(FIELDS["chord"])}
    (first, *_), note = shown["tracks"][0]["notes"], made.solo.notes[0]
    assert dict(zip(FIELDS["played"], first, strict=True)) == {
        "pitch": note.pitch,
        "onset": note.onset,
        "duration": note.duration,
        "velocity": note.velocity,
    }


def test_the_view_tells_where_notes_come_from(made: Run) -> None:
    notes = view(made)["notes"]
    assert len(notes) == len(made.solo.notes)
    first = notes[0]
    assert first["term"] == str(made.solo.grammar[0][0]) and first["chord"] == "F7" and first["steps"] == ["2:changing"]
    tracks = view(made)["tracks"]
    assert [track["name"] for track in tracks] == ["Solo", "Piano", "Bass", "Drums"]
    for track in tracks:
        assert track["notes"] == sorted(track["notes"], key=lambda played: played[1])


def test_the_page_has_each_part_of_the_view_and_each_pitch_of_every_step(made: Run) -> None:
    page = report(made, Facts("", ""))
    sound, shown = held(page, "sound"), held(page, "view")
    assert [part["name"] for part in sound["parts"]] == [track["name"] for track in shown["tracks"]]
    pitch = FIELDS["note"].index("pitch")
    played = {item[pitch] for step in shown["steps"] if not step["terms"] for item in step["items"]}
    for regions, pitches in (
        (sound["instruments"][sound["parts"][0]["instrument"]], played),
        *(
            (sound["instruments"][part["instrument"]], {note[0] for note in track["notes"]})
            for part, track in zip(sound["parts"], shown["tracks"], strict=True)
        ),
    ):
        for one in pitches:
            assert any(region["low"] <= one <= region["high"] for region in regions)
    for region in (*chain.from_iterable(sound["instruments"].values()), *sound["room"].values()):
        assert len(b64decode(sound["files"][region["file"]])) > 1000


def test_the_page_needs_nothing_else(pipeline: Pipeline, made: Run) -> None:
    page = report(made, facts_of(pipeline, made.solo, "seed: 1\n", {}))
    assert not re.search(r"(src|href)=[\"'](?!data:|#)", page), "nothing is loaded from elsewhere"
    assert not re.search(r"@import|url\((?!data:|#)", page)
    assert "default-src 'none'" in page
    assert len(page.encode()) < 800_000


@pytest.mark.parametrize("text", [NASTY, "<img src=x onerror=alert(1)>", "𝄞 Блюз"])
def test_text_is_text(made: Run, text: str) -> None:
    solo = replace(made.solo, title=text, chords=tuple(replace(chord, symbol=text) for chord in made.solo.chords))
    facts = Facts(text, "jazzgram run run.yaml", {text: 1.0}, copies=[NoteCopy(9, text, 1)] * len(solo.notes))
    page = report(Run(solo, made.trace), facts)
    assert page.count("<script") == 4 and page.count("</script>") == 4
    assert "<img" not in page
    shown = held(page, "view")
    assert shown["title"] == text and shown["copied"][0][1:] == [9, text, 2]
    assert shown["chords"][0][2] == "F7", "what is no symbol is named by its tones"


def test_chords_are_shown_as_a_reader_knows_them(made: Run) -> None:
    symbols = ("D79#", "C-7", "NC")
    chords = tuple(replace(chord, symbol=symbol) for chord, symbol in zip(made.solo.chords, symbols, strict=False))
    chords = (*chords[:2], replace(chords[2], pitches=()))
    shown = view(Run(replace(made.solo, chords=chords), made.trace))
    assert [symbol for _, _, symbol in shown["chords"]] == ["D7#9", "Cm7", "NC"]


def test_what_is_known_stands_in_the_page(made: Run) -> None:
    facts = Facts(
        "seed: 1\n",
        "jazzgram run run.yaml",
        {"pitch.range": 30.0, "mine.own": 2.0},
        {"pitch.range": (20.0, 5.0)},
        (Epoch(1, 2, 3.0, 0.1, 3.5), Epoch(2, 2, 2.0, 0.2, 2.5)),
        [NoteCopy(0, "", -1)] * (len(made.solo.notes) - 8) + [NoteCopy(8, "Oleo", 3)] * 8,
    )
    page = report(made, facts)
    assert '<th scope="row">pitch.range</th><td>30.000</td><td>20.000 ± 5.000</td><td>+2.00</td>' in page
    assert '<th scope="row">mine.own</th><td>2.000</td><td>–</td><td>–</td>' in page
    assert "Loss over 2 epochs, from 3.00 to 2.00; on validation from 3.50 to 2.50" in page
    assert f"has 8 notes (Oleo, bar 4). 8 of {len(made.solo.notes)} notes stand in runs of 8 or more" in page
    bare = report(made, Facts("", ""))
    for absent in ("Copied</h2>", "Measured</h2>", "Training</h2>"):
        assert absent in page and absent not in bare


def test_a_solo_without_notes_has_a_page(pipeline: Pipeline) -> None:
    silent = Pipeline.load("blues", settings=[*SETTINGS, "chain=[{prune_notes: low_notes, with: {below: 127}}]"])
    made = silent.improvise()
    assert not made.solo.notes
    page = report(made, facts_of(silent, made.solo, "", {}))
    assert "0 notes" in page


def test_real_solos_are_compared_with_in_windows_of_the_same_length_only() -> None:
    assert plain_facts("", {"pitch.range": 1.0, "mine.own": 2.0}, 32).real == {
        "pitch.range": pytest.approx((26.9, 5.5), abs=0.1)
    }
    assert plain_facts("", {"pitch.range": 1.0}, 24).real == {}


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_a_run_leaves_its_report_and_the_command_makes_it_again(tmp_path: Path) -> None:
    Pipeline.load("blues", settings=[*SETTINGS, "write=[midi]"]).run(tmp_path / "run")
    left = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    made = invoke(tmp_path / "run", "--out", tmp_path / "again.html")
    assert made.exit_code == 0, made.output
    again = (tmp_path / "again.html").read_text(encoding="utf-8")
    first, second = (held(page, "view") for page in (left, again))
    for step in (*first["steps"], *second["steps"]):
        step.pop("seconds")
    assert first == second
    assert "Copied</h2>" in again


def test_a_chorus_of_32_bars_stays_below_1_2_megabytes() -> None:
    changes = " | ".join(["Bbmaj7 G7", "Cm7 F7", "Dm7 G7", "Cm7 F7"] * 8)
    settings = ["improvise.chords=" + changes, "improvise.bars=32", "improvise.tempo=240"]
    pipeline = Pipeline.load("blues", settings=["model.use=markov", *settings])
    made = pipeline.improvise()
    assert made.solo.bars == 32
    page = report(made, facts_of(pipeline, made.solo, pipeline.resolved("Rhythm"), pipeline.measure(made.solo)))
    assert len(page.encode()) < 1_200_000


def test_where_the_corpus_is_gone_the_page_does_without(tmp_path: Path) -> None:
    (tmp_path / "tune.txt").write_text("title: One\nC7 | C4:1 E4:1 G4:1 Bb4:1\nF7 | A4:1 G4:1 F4:2\n")
    (tmp_path / "mine.yaml").write_text(
        "extends: blues\ncorpus: {source: tune.txt}\nmodel: {use: markov}\nwrite: [midi]\n"
    )
    Pipeline.load(tmp_path / "mine.yaml").run(tmp_path / "run")
    (tmp_path / "tune.txt").unlink()
    made = invoke(tmp_path / "run")
    assert made.exit_code == 0
    assert "Training and copied runs are left out" in made.output
    assert "Copied</h2>" not in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")


def test_a_folder_that_is_no_run_is_told(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        made = invoke(folder)
        assert isinstance(made.exception, JazzgramError)
        assert "jazzgram run" in str(made.exception) and "\n" not in str(made.exception)
