"""Chords in JAMS: seconds with beats, barlines alone, and a score's bars and beats."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from jazzgram_plugins.readers import jams
from jazzgram_plugins.readers._harte import chord_symbol

from jazzgram import JazzgramError, Tune

Rows = Sequence[tuple[float, float, Any]]
"""Time, duration and value of each observation."""


def read(folder: Path, **annotations: Rows) -> Tune:
    listed = [
        {"namespace": name, "data": [dict(zip(("time", "duration", "value"), row, strict=True)) for row in rows]}
        for name, rows in annotations.items()
    ]
    file = folder / "tune.jams"
    file.write_text(json.dumps({"annotations": listed, "file_metadata": {"title": "Porch Light"}}))
    (tune,) = jams.read_corpus(file).tunes
    assert isinstance(tune, Tune)
    return tune


def changes(tune: Tune) -> str:
    return " | ".join(" ".join(f"{chord.symbol}@{chord.onset // 480}" for chord in bar.chords) for bar in tune.bars)


def beats(count: int, per_bar: int, begin: float = 0.0, pace: float = 0.5) -> list[tuple[float, float, int]]:
    return [(begin + pace * beat, 0.0, beat % per_bar + 1) for beat in range(count)]


def test_chords_begin_on_the_nearest_beat(tmp_path: Path) -> None:
    chords = [(1.02, 1.0, "D:min7"), (2.49, 0.5, "G:7(b9)"), (3.0, 1.5, "C:maj/3")]
    tune = read(tmp_path, beat=beats(7, 4, begin=1.0), chord_harte=chords, key_mode=[(0, 9, "B-:major")])
    assert changes(tune) == "Dmin7@0 G7(b9)@3 | C/E@0"
    assert (tune.title, tune.tempo, tune.key, tune.dropped) == ("Porch Light", 120.0, -2, ())


def test_positions_with_bars_of_three(tmp_path: Path) -> None:
    positions = [(time, 0.0, {"position": beat, "measure": 1}) for time, _, beat in beats(6, 3)]
    tune = read(tmp_path, beat_position=positions, chord=[(0.0, 2.0, "F"), (2.0, 2.5, "N")])
    assert changes(tune) == "F@0 | F@0 NC@1 | NC@0"
    assert {str(bar.meter) for bar in tune.bars} == {"3/4"}


def test_barlines_alone_are_music_in_four(tmp_path: Path) -> None:
    tune = read(tmp_path, beat=[(0, 1, 1), (2, 1, 1), (4, 1, 1)], chord=[(0, 3, "A"), (3, 3, "B:min")])
    assert (changes(tune), tune.tempo) == ("A@0 | A@0 Bm@2 | Bm@0", 120.0)


def test_a_score_names_bars_and_beats(tmp_path: Path) -> None:
    from_zero = [(1.0, 4.0, "Eb"), (2.0, 3.0, "Gm7"), (2.3, 1.0, "Eb"), (4.0, 4.0, "Ab7")]
    assert changes(read(tmp_path, chord=from_zero)) == "Eb@0 | Gm7@0 Eb@3 | Eb@0 | Ab7@0"
    from_one = [(1.1, 2.0, "CM7"), (1.3, 2.0, "Am7"), (2.1, 4.0, "Dm7")]
    assert changes(read(tmp_path, chord_jparser=from_one)) == "CM7@0 Am7@2 | Dm7@0"


def test_what_is_left_out_is_reported(tmp_path: Path) -> None:
    chords = [(-2.0, 1.0, "A"), (-1.0, 1.0, "D"), (0.5, 2.0, "H:moll")]
    tune = read(tmp_path, beat=beats(5, 4), chord=chords, chord_harte=chords)
    assert changes(tune) == "D@0 NC@1 | NC@0"
    assert [(left.reason, left.chords) for left in tune.dropped] == [
        ("a chord symbol that is not understood, read as no chord: 'H:moll'", 1),
        ("another annotation of the chords", 0),
        ("before the first bar, where only the last chord sounds on", 1),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "tune.jams: is no JSON"),
        ("[" * 100_000, "tune.jams: is no JSON"),
        ("[]", "tune.jams: no chords found"),
        ('{"annotations": [{"namespace": "chord", "data": [{"time": "0"}]}]}', "tune.jams: time is '0'"),
        ('{"annotations": [{"namespace": "chord", "data": [{"time": NaN}]}]}', "tune.jams: time is 'nan'"),
        (
            '{"annotations": [{"namespace": "chord", "data": [{"time": 0.25, "duration": 1, "value": "A"}]}]}',
            "tune.jams: no beats found, without which seconds make no bars",
        ),
    ],
)
def test_what_is_refused(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "tune.jams"
    file.write_text(text)
    with pytest.raises(JazzgramError) as error:
        jams.read_corpus(file)
    assert message in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("C:maj", "C"),
        ("Bb:min", "Bbm"),
        ("F#:hdim7", "F#m7b5"),
        ("C:minmaj7", "CmMaj7"),
        ("C:maj6(9)", "C6(9)"),
        ("C:min(9)", "Cmadd9"),
        ("C:sus4(b7)", "C7sus4"),
        ("C:(1,5)", "C5"),
        ("C:(1,b3,5,b7)", "Cm7"),
        ("C:7(*3,9)", "C7(9)"),
        ("G:7/b7", "G7/F"),
        ("X", "NC"),
        ("Ebo7", "Ebo7"),
    ],
)
def test_chords_of_harte(written: str, read_as: str) -> None:
    assert chord_symbol(written) == read_as
