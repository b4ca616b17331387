"""Runs read back from their folders, whole and damaged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import jazzgram
from jazzgram import JazzgramError, Pipeline

QUICK = ["model={use: markov}", "improvise.bars=4", "measure=[pitch]"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Pipeline.load("blues", settings=QUICK).run(tmp_path / "run")
    return tmp_path / "run"


@pytest.mark.parametrize(
    "chain",
    [
        "",
        "chain=[]",
        "chain=[{clean_up_notes: no_overlaps}, {clean_up_notes: swing}, {clean_up_notes: humanize}]",
        "chain=[{prune_notes: repeated_notes}]",
    ],
)
def test_a_loaded_run_is_what_the_run_gave(chain: str, tmp_path: Path) -> None:
    run = Pipeline.load("blues", settings=[*QUICK, *([chain] if chain else [])]).run(tmp_path)
    loaded = jazzgram.load(tmp_path)
    assert loaded.solo == run.solo
    assert [note.origin for note in loaded.solo.notes] == [note.origin for note in run.solo.notes]
    assert [call.step for call in loaded.trace.calls] == [call.step for call in run.trace.calls]
    assert [(call.before, call.after) for call in loaded.trace.calls] == [
        (tuple(call.before), tuple(call.after)) for call in run.trace.calls
    ]
    assert loaded.measures == pytest.approx(run.measures)
    assert [path.name for path in loaded.files] == sorted(path.name for path in run.files)
    assert loaded.config["improvise"]["bars"] == 4
    assert loaded.config == run.config


def test_accompaniment_program_key_and_spelling_come_back(tmp_path: Path) -> None:
    title = 'Тема: "A" & B'
    solo = jazzgram.Solo(
        (jazzgram.Note(63, 0, 480, 70, "D#"),),
        (jazzgram.Chord((60, 63, 67), 0, 1920, "Cm"),),
        1,
        tempo=90,
        title=title,
        accompaniment=(jazzgram.Track("Bass", 32, (jazzgram.Note(36, 0, 960, 64),)),),
        program=65,
        key=-2,
        notated=(jazzgram.Note(63, 0, 500, spelling="E-"),),
    )
    from jazzgram.pipeline.trace import StepCall, Trace
    from jazzgram.pipeline.trace_file import write_trace

    trace = Trace([StepCall("1:swing", "clean_up_notes", None, {}, solo.notes, solo.notes, 0.0)])
    write_trace(solo, trace, tmp_path)
    (tmp_path / "run.yaml").write_text("seed: 1\n")
    loaded = jazzgram.load(tmp_path).solo
    assert loaded.accompaniment == solo.accompaniment
    assert (loaded.program, loaded.key, loaded.tempo, loaded.title) == (65, -2, 90, title)
    assert loaded.notes == solo.notes and loaded.notated == solo.notated


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("trace.jsonl", None, "no trace.jsonl here"),
        ("trace.jsonl", b"", "not a trace"),
        ("trace.jsonl", b"\xff\xfe\x00", "not a trace"),
        (
            "trace.jsonl",
            b'{"solo": {"meter": "4/4", "bars": 2, "title": "Old", "chords": []}}\n',
            "damaged, or written",
        ),
        ("run.yaml", None, "no run.yaml here"),
        ("run.yaml", b"[1, 2", "damaged, or written"),
        ("run.yaml", b"just a word", "damaged, or written"),
        ("measures.json", b'{"notes": "many"}', "damaged, or written"),
        ("measures.json", b"{", "damaged, or written"),
        ("times.json", b"{", "not the times of the trace.jsonl beside it"),
        ("times.json", b"[]", "not the times of the trace.jsonl beside it"),
        ("times.json", b'{"calls": [], "samplers": {}}', "not the times of the trace.jsonl beside it"),
        ("times.json", b'{"calls": "fast", "samplers": {}}', "not the times of the trace.jsonl beside it"),
    ],
)
def test_what_is_no_whole_run_is_said_in_a_sentence(
    name: str, content: bytes | None, message: str, folder: Path
) -> None:
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    with pytest.raises(JazzgramError, match=message) as found:
        jazzgram.load(folder)
    assert "\n" not in str(found.value)
    assert str(folder) in str(found.value)


def test_a_trace_without_its_times(folder: Path) -> None:
    whole = jazzgram.load(folder)
    assert any(call.seconds for call in whole.trace.calls) and any(t.seconds for t in whole.trace.samplers.values())
    (folder / "times.json").unlink()
    alone = jazzgram.load(folder)
    assert alone.solo == whole.solo
    assert alone.trace == whole.trace.without_times() != whole.trace


def test_a_trace_of_an_earlier_version_has_its_own_times(folder: Path) -> None:
    times = json.loads((folder / "times.json").read_text())
    lines = [json.loads(line) for line in (folder / "trace.jsonl").read_text().splitlines()]
    seconds = iter(times["calls"])
    for line in lines[1:]:
        line["seconds"] = next(seconds) if "bar" in line else (times["samplers"] | times["accompanists"])[line["step"]]
    whole = jazzgram.load(folder)
    (folder / "times.json").unlink()
    (folder / "trace.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert jazzgram.load(folder).trace == whole.trace


def test_a_trace_whose_notes_are_damaged(folder: Path) -> None:
    path = folder / "trace.jsonl"
    path.write_text(path.read_text().replace('"pitch"', '"pich"'))
    with pytest.raises(JazzgramError, match="damaged, or written by another version"):
        jazzgram.load(folder)


@pytest.mark.parametrize(
    ("key_path", "value"),
    [
        (("solo", "title"), 3),
        (("solo", "key"), "C"),
        (("solo", "bars"), 10**9),
        (("solo", "tempo"), 0),
        (("solo", "chords"), [[0, 1920, 7, [60, 64, 67]]]),
        (("solo", "accompaniment"), [["Bass", 32, False, [[40, 0, "long", 80]]]]),
        (("solo", "written"), [{"pitch": 200, "onset": 0, "duration": 1, "velocity": 80, "origin": None}]),
    ],
)
def test_a_trace_with_a_value_of_another_type(folder: Path, key_path: tuple[str, str], value: object) -> None:
    path = folder / "trace.jsonl"
    first, *others = path.read_text().splitlines()
    frame = json.loads(first)
    frame[key_path[0]][key_path[1]] = value
    path.write_text("\n".join([json.dumps(frame), *others]) + "\n")
    with pytest.raises(JazzgramError, match=r"trace\.jsonl: damaged, or written by another version") as found:
        jazzgram.load(folder)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_where_no_folder_is(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JazzgramError, match="there is no such folder"):
        jazzgram.load(tmp_path / name)
