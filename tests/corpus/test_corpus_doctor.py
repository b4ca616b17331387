"""The corpus doctor: what it finds in small sick tunes, and the configuration it writes."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import symusic
from click.testing import CliRunner
from notation import even, tune
from paths import ROOT

from jazzgram import Bar, Chord, Dropped, JazzgramError, Meter, Note, Tune
from jazzgram.cli import corpus
from jazzgram.config.check import load
from jazzgram.corpus.doctor import diagnose, diagnose_folder, findings, triplet_share

DM7 = Chord((50, 53, 57, 60), 0, 1920, "Dm7")
LINE = even(range(60, 64))
bars = partial(tune, chords=(DM7,), title="Sound")
SOUND = bars(*[LINE] * 8)


def test_a_sound_tune_has_no_findings() -> None:
    assert list(findings(SOUND)) == []


@pytest.mark.parametrize(
    ("tune", "problem"),
    [
        (bars(*[()] * 8), "no melody at all"),
        (bars(LINE, LINE), "only 2 bars"),
        (bars(LINE, *[()] * 9, LINE), "9 bars of silence in a row"),
        (bars(*[(Note(60, 0, 960), Note(64, 480, 480))] * 8), "8 of 16 notes still sound when the next begins"),
        (
            bars((Note(100, 960, 480),), *[LINE] * 7),
            "1 note more than two octaves from the middle (62): 100 first, 2 quarters in",
        ),
        (
            bars(*[(Note(60, 100, 100), Note(62, 480, 480))] * 8),
            "8 of 16 onsets stand between sixteenths and triplets",
        ),
        (replace(SOUND, bars=(*SOUND.bars, *[Bar((), (Chord((), 0, 1920, "NC"),))] * 2)), "2 of 10 bars have no chord"),
        (
            replace(SOUND, bars=(*SOUND.bars, Bar(LINE[:3], (DM7,), Meter(3, 4)))),
            "the meter changes: 4/4 (8 bars), 3/4 (1 bar)",
        ),
        (replace(SOUND, tempo=24.0), "a tempo of 24 quarter notes a minute"),
        (replace(SOUND, dropped=(Dropped("grace note", notes=5),)), "5 notes left out: grace note"),
        (replace(SOUND, dropped=(Dropped("empty at the end", bars=3),)), "3 bars left out: empty at the end"),
    ],
)
def test_what_is_found(tune: Tune, problem: str) -> None:
    (found,) = findings(tune)
    assert found.problem.startswith(problem)
    assert found.remedy


def test_triplets_are_the_onsets_that_no_sixteenth_has() -> None:
    tune = bars((Note(60, 0, 160), Note(62, 160, 160), Note(64, 320, 160), Note(65, 480, 480)))
    assert triplet_share([tune]) == 0.5
    assert triplet_share([bars(())]) == 0


def test_a_file_gets_its_reader_and_a_configuration_that_runs(tmp_path: Path) -> None:
    tune = tmp_path / "tune.txt"
    tune.write_text((ROOT / "data" / "bundled" / "01_kettle_on.txt").read_text())
    config = tmp_path / "configs" / "tune.yaml"
    config.parent.mkdir()
    done = CliRunner().invoke(corpus.command, ["doctor", str(tune), "--write-config", str(config)])
    assert done.exit_code == 0, done.output
    assert "(reader jazzgram_text)" in done.output
    assert "nothing wrong with it" in done.output
    assert Path(load(config).corpus.source).resolve() == tune
    again = CliRunner().invoke(corpus.command, ["doctor", str(tune), "--write-config", str(config)])
    assert "exists already" in str(again.exception)


def test_a_file_that_cannot_be_read_says_why_and_the_others_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("title: Bad\nDm7 | D4 E4\n")
    (tmp_path / "image.png").write_bytes(b"\x89PNG")
    done = CliRunner().invoke(corpus.command, ["doctor", "--json", *map(str, sorted(tmp_path.iterdir()))])
    bad, image = json.loads(done.output)
    problems = [finding["problem"] for finding in bad["findings"]]
    assert any(line.startswith("as jazzgram_text: ") and "bad.txt:2: the melody lasts 1" in line for line in problems)
    assert "no installed reader knows this kind of file; there are " in image["findings"][0]["problem"]
    assert done.exit_code == 2
    with pytest.raises(JazzgramError, match=r"no such file$"):
        diagnose(tmp_path / "nothing.mid")


def test_one_configuration_is_for_one_file(tmp_path: Path) -> None:
    done = CliRunner().invoke(corpus.command, ["doctor", "a", "b", "--write-config", "c.yaml"])
    assert "--write-config takes one FILE" in done.output


def test_a_file_without_a_melody_is_for_playing_over(tmp_path: Path) -> None:
    (tmp_path / "turn.txt").write_text("title: Turn\nCm7 F7 | Bb6\n")
    config = tmp_path / "turn.yaml"
    done = CliRunner().invoke(corpus.command, ["doctor", str(tmp_path / "turn.txt"), "--write-config", str(config)])
    assert f"improvise:\n    chart: {{read: lead_sheet, source: {tmp_path / 'turn.txt'}}}\n" in done.output
    chart = load(config).chart
    assert chart is not None
    assert Path(chart.source) == tmp_path / "turn.txt"


def test_a_folder_is_examined_whole(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("one.abc", "sub/two.abc"):
        (tmp_path / name).write_text('X:1\nM:4/4\nL:1/4\nK:C\n"C"CDEF|\n')
    (tmp_path / "bad.abc").write_text("no tune\n")
    (tmp_path / "notes.md").touch()
    done = CliRunner().invoke(corpus.command, ["doctor", str(tmp_path)])
    assert done.exit_code == 2
    assert f"{tmp_path}  3 files; read: 2 by abc\n  ! {tmp_path / 'bad.abc'}: no tune found" in done.output
    assert "  ! 2 of 3 files, such as one.abc:\n      only 1 bar; take a longer span" in done.output
    (tmp_path / "empty").mkdir()
    with pytest.raises(JazzgramError, match="no file in it is of a kind that an installed reader knows"):
        diagnose_folder(tmp_path / "empty")


def test_advice_names_the_readers_options_and_is_written(tmp_path: Path) -> None:
    """Notes that overlap: the MIDI reader has an option for them, ABC has none."""
    score, track = symusic.Score(480), symusic.Track("Solo")
    track.notes.extend(symusic.Note(240 * number, 700, 60 + number % 7, 90) for number in range(64))
    score.tracks.append(track)
    file, config = tmp_path / "solo.mid", tmp_path / "solo.yaml"
    score.dump_midi(file)
    done = CliRunner().invoke(corpus.command, ["doctor", str(file), "--write-config", str(config)])
    assert "set corpus.with: {polyphony: highest}, as --write-config does" in done.output
    assert "polyphony: highest" in config.read_text()
    assert load(config).corpus.reader.options.polyphony == "highest"  # type: ignore[attr-defined]


def test_the_reader_whose_other_files_are_there_is_taken(tmp_path: Path) -> None:
    """The MIDI reader reads the piano of a trio as well, and finds more notes."""
    score, track = symusic.Score(480), symusic.Track()
    track.notes.extend(symusic.Note(480 * number, 400, pitch, 90) for number in range(16) for pitch in (60, 64))
    score.tracks.append(track)
    file = tmp_path / "nobody-tune-1999" / "piano_midi.mid"
    file.parent.mkdir()
    score.dump_midi(file)
    assert diagnose(file).reader == "midi"
    rows = "".join(f"{beat},{beat / 2},{beat % 4 + 1}\n" for beat in range(17))
    (file.parent / "beats.csv").write_text(f",beats,metre_auto\n{rows}")
    (file.parent / "metadata.json").write_text("{}")
    assert diagnose(file).reader == "jtd"
