"""Listening tests: what listeners hear, what they cannot see, and what their answers say."""

from __future__ import annotations

import json
import re
from math import isnan
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jazzgram_plugins.writers import midi

from jazzgram import Chord, JazzgramError, Note, Solo
from jazzgram.cli import listen
from jazzgram.evaluation.listening_test.analysis import (
    AnswerKey,
    compare_ratings,
    mann_whitney,
    ratings_as_json,
    ratings_as_markdown,
    read_answers,
)
from jazzgram.evaluation.listening_test.clips import ClipRequest, alike, collect_clips, of_folder, read_midi
from jazzgram.evaluation.listening_test.page import clip_names, make_page
from jazzgram.evaluation.listening_test.page import test_name as name_of_test
from jazzgram.rendering.sound import requirements

HEAD = "test,listener,group,clip,rating\n"
KEY = AnswerKey("t", {"1": "mine", "2": "mine", "3": "real"})
DM7 = Chord((50, 53, 57, 60), 0, 1920, "Dm7")
G7 = Chord((55, 59, 62, 65), 1920, 1920, "G7")


def never(name: str) -> object:
    raise AssertionError(f"no configuration is to be loaded, not {name}")


@pytest.mark.parametrize(
    ("first", "second", "u", "p"),
    [
        # 3 of 3 orders of 20 are as far apart on each side: 2/20
        ((4, 5, 6), (1, 2, 3), 9, 0.1),
        ((1, 2, 3), (4, 5, 6), 0, 0.1),
        # of the 6 orders of 2 and 2 the U are 0 1 2 2 3 4: two of them are 1 or less
        ((1, 4), (2, 5), 1, 4 / 6),
        ((1, 4), (2, 3), 2, 1.0),
        # ties: U = 0 + 1/2 + 1/2 + 0 = 0.5; variance 4/12 (5 - 6/12) = 1.5; z = (1.5 - 0.5) / sqrt(1.5) = 0.8165
        ((1, 2), (2, 3), 0.5, 0.414216),
        ((3, 3), (3, 3, 3), 3, 1.0),
    ],
)
def test_mann_whitney_by_hand(first: tuple[int, ...], second: tuple[int, ...], u: float, p: float) -> None:
    assert mann_whitney(first, second) == pytest.approx((u, p), abs=1e-6)


def test_mann_whitney_of_nothing() -> None:
    u, p = mann_whitney((), (1, 2))
    assert u == 0 and isnan(p)


def test_the_exact_test_agrees_with_the_normal_one_for_many_values() -> None:
    first, second = [2 * n + 6 for n in range(20)], [2 * n + 1 for n in range(20)]
    _, exact = mann_whitney(first, second)
    _, normal = mann_whitney([*first, 100], [*second, 101])
    assert exact == pytest.approx(normal, abs=0.05)


def answers(folder: Path, *lines: str) -> Path:
    path = folder / "answers.csv"
    path.write_text(HEAD + "".join(f"{line}\n" for line in lines))
    return path


def test_ratings_of_two_groups(tmp_path: Path) -> None:
    path = answers(
        tmp_path,
        *("t,a,musician,1,4", "t,a,musician,2,2", "t,a,musician,3,5"),
        *("t,b,non-musician,1,3", "t,b,non-musician,3,3"),
    )
    everyone, musicians, others = compare_ratings(read_answers([path], KEY), ["mine", "real"])
    assert [(v.group, v.listeners) for v in (everyone, musicians, others)] == [
        ("all", 2),
        ("musician", 1),
        ("non-musician", 1),
    ]
    assert (everyone.ratings["mine"].mean, everyone.ratings["mine"].count) == (3, 3)  # 4 2 3
    assert (everyone.ratings["real"].mean, everyone.ratings["real"].count) == (4, 2)  # 5 3
    assert 2 <= everyone.ratings["mine"].low < 3 < everyone.ratings["mine"].high <= 4
    (pair,) = everyone.comparisons
    assert (pair.u, pair.share) == (1.5, 0.25)  # 4 > 3, 3 = 3, of six pairs
    assert "| real | 4.00 |" in ratings_as_markdown([everyone])
    assert ratings_as_json([everyone])["all"]["pairs"][0]["u"] == 1.5


def test_a_source_that_nobody_rated(tmp_path: Path) -> None:
    (everyone,) = compare_ratings(read_answers([answers(tmp_path, "t,a,musician,1,4")], KEY), ["mine", "real"])
    found = json.loads(json.dumps(ratings_as_json([everyone]), allow_nan=False))["all"]
    assert found["sources"]["real"] == {"mean": None, "low": None, "high": None, "n": 0}
    assert found["pairs"][0]["p"] is None
    assert "| real | - | - | 0 |" in ratings_as_markdown([everyone])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("t,a,musician,1", "found 4 values, expected 5"),
        ("t,a,musician,1,6", "found rating '6'"),
        ("t,a,musician,1,4.5", "found rating '4.5'"),
        ("t,a,musician,9,4", "found clip '9'"),
        ("t,,musician,1,4", "no listener"),
        ("t,a,all,1,4", "group 'all'"),
        ("other,a,musician,1,4", "test 'other'"),
        ("t,z,musician,2,3", "rated clip 2 before"),
    ],
)
def test_malformed_lines_are_told_with_their_number(line: str, message: str, tmp_path: Path) -> None:
    path = answers(tmp_path, "t,z,musician,2,4", "", line)
    with pytest.raises(JazzgramError, match="line 4: ") as found:
        read_answers([path], KEY)
    assert message in str(found.value)


def test_files_without_answers(tmp_path: Path) -> None:
    with pytest.raises(JazzgramError, match="hold no rating"):
        compare_ratings(read_answers([answers(tmp_path)], KEY), ["mine"])
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(JazzgramError, match=r"empty\.csv, line 1: found no head"):
        read_answers([tmp_path / "empty.csv"], KEY)
    with pytest.raises(JazzgramError, match="cannot be read"):
        read_answers([tmp_path / "missing.csv"], KEY)
    (tmp_path / "key.json").write_text("[]")
    with pytest.raises(JazzgramError, match="is no key"):
        AnswerKey.read(tmp_path / "key.json")


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    page = make_page([b"one", b"two"])
    assert not re.search(r"https?://|<link|\bsrc=|@import|fetch\(|XMLHttpRequest", page)
    assert page.count("data:audio/mpeg;base64,") == 2
    assert not re.search(r"/\*(STYLE|CONTENT|SCRIPT)\*/", page)
    for tag in ("input", "audio"):
        assert f"<{tag}" in page


def test_clips_have_numbers_for_names() -> None:
    assert clip_names(3) == ["1", "2", "3"]
    assert clip_names(10)[::9] == ["01", "10"]
    assert name_of_test([b"one", b"two"]) != name_of_test([b"two", b"one"])


@pytest.fixture
def folders(tmp_path: Path) -> list[str]:
    """Make two folders of solos: four bars from C4, and four bars an octave higher."""
    made = []
    for name, first in (("secret_low", 60), ("secret_high", 72)):
        folder = tmp_path / name
        folder.mkdir()
        notes = tuple(Note(first + beat, beat * 480, 400) for beat in range(16))
        midi.write_solo(Solo(notes, (DM7, G7), 4, tempo=240), folder, midi.Options())
        made.append(str(folder))
    return made


def test_a_midi_file_is_cut_into_windows_with_its_chords(folders: list[str]) -> None:
    tune = read_midi(Path(folders[0]) / "solo.mid")
    assert [[chord.symbol for chord in bar.chords] for bar in tune.bars] == [["Dm7"], ["G7"], ["G7"], ["G7"]]
    windows = of_folder(Path(folders[0]), ClipRequest(2, 2, "validation", 1))
    assert sorted(window.notes[0].pitch for window in windows) == [60, 68]


def test_the_same_band_plays_every_solo() -> None:
    solo = alike(Solo((), (DM7,), 1, program=66))
    assert (solo.program, solo.accompaniment) == (26, ())


def test_the_seed_decides_the_order(folders: list[str]) -> None:
    def order(seed: int) -> list[str]:
        clip_request = ClipRequest(2, 2, "test", seed)
        return [clip.source for clip in collect_clips(folders, clip_request, never)]  # type: ignore[arg-type]

    orders, again = ([order(seed) for seed in range(8)] for _ in range(2))
    assert orders == again
    assert len({tuple(order) for order in orders}) > 1


@pytest.mark.parametrize(
    ("sources", "clip_request", "message"),
    [
        ([0], ClipRequest(1, 2, "test", 1), "expected two or more"),
        ([0, 0], ClipRequest(1, 2, "test", 1), "named twice"),
        ([0, "real"], ClipRequest(1, 2, "test", 1), "name a configuration as well"),
        ([0, 1], ClipRequest(3, 2, "test", 1), "found 2 stretches of 2 bars, expected 3"),
    ],
)
def test_sources_that_make_no_test(
    sources: list[int | str], clip_request: ClipRequest, message: str, folders: list[str]
) -> None:
    names = [folders[name] if isinstance(name, int) else name for name in sources]
    with pytest.raises(JazzgramError, match=message):
        collect_clips(names, clip_request, never)  # type: ignore[arg-type]


def test_folders_without_solos(tmp_path: Path) -> None:
    clip_request = ClipRequest(1, 1, "test", 1)
    with pytest.raises(JazzgramError, match="no MIDI file"):
        of_folder(tmp_path, clip_request)
    midi.write_solo(Solo((Note(60, 0, 480),), (), 1), tmp_path, midi.Options())
    with pytest.raises(JazzgramError, match="found no chord symbols"):
        of_folder(tmp_path, clip_request)
    (tmp_path / "solo.mid").write_bytes(b"MThd")
    with pytest.raises(JazzgramError, match="is no whole MIDI file"):
        of_folder(tmp_path, clip_request)


def run(*words: object) -> Result:
    return CliRunner().invoke(listen.command, [str(word) for word in words])


def test_a_test_from_page_to_table(folders: list[str], tmp_path: Path) -> None:
    pages = []
    for name in ("one", "two"):
        made = run("--blind", *folders, "--n", 1, "--bars", 2, "--seed", 3, "--out", tmp_path / name)
        assert made.exit_code == 0, made.output
        pages.append((tmp_path / name / "index.html").read_text("utf-8"))
    assert pages[0] == pages[1]
    assert "secret" not in pages[0] and "solo.mid" not in pages[0]
    key = json.loads((tmp_path / "one" / "key.json").read_text("utf-8"))
    assert {clip["source"] for clip in key["clips"].values()} == set(folders)
    rows = [f"{key['test']},a,musician,{clip},{rating}" for clip, rating in zip(key["clips"], (2, 4), strict=True)]
    path = answers(tmp_path, *rows)
    result = run("analyse", path, "--key", tmp_path / "one" / "key.json")
    assert result.exit_code == 0, result.output
    assert "4.00" in result.output
    found = json.loads((tmp_path / "one" / "listening.json").read_text("utf-8"))
    assert sorted(of["mean"] for of in found["all"]["sources"].values()) == [2, 4]


def test_a_test_is_blind(folders: list[str]) -> None:
    assert "found no --blind" in str(run(*folders).exception)


def test_without_a_library(folders: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(module: str) -> None:
        raise ImportError(module)

    monkeypatch.setattr(requirements, "import_module", missing)
    result = run("--blind", *folders, "--out", tmp_path / "out")
    assert "pip install " in str(result.exception)
    assert not (tmp_path / "out").exists()
