"""A run with each reader on a real file of it: learn from it, or improvise over it, and write a solo."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from paths import ROOT

from jazzgram import Pipeline
from jazzgram.cli import improvise
from jazzgram.errors import ConfigError, JazzgramError

QUICK = "extends: base\nmodel: {use: markov}\nimprovise: {chords: source, bars: 8}\nwrite: [midi]\n"
_SHEET = "title: Turn\nkey: Bb\ntempo: 150\n|: Cm7 F7 | Bbmaj7 G7b9 |1. Cm7 F7 :|2. Bb6 |\n"
_LINKS = (
    "irealbook://Sunny Side=Nobody=Medium Swing=Bb=n={T44*AC-7 F7 |Bb^7 G7b9 }===\n"
    "irealbook://Waltz=Nobody=Waltz=F=n={T34*AF^7 |D-7 }"
)


def nottingham() -> Path:
    """Return a tunebook of the collection that music21 ships."""
    import music21

    return Path(music21.__file__).parent / "corpus" / "nottingham-dataset" / "reelsa-c.abc"


@pytest.mark.parametrize("reader", ["midi", "jazzgram_text", "musicxml", "wjazzd", "abc"])
def test_a_solo_is_learned_from_a_real_file(reader: str, tmp_path: Path, shared_or_none: Path | None) -> None:
    if reader in ("musicxml", "wjazzd") and shared_or_none is None:
        pytest.skip("no real solos here (JAZZGRAM_SHARED names the folder that has them)")
    real = (shared_or_none or Path()) / "data"
    source = {
        "midi": lambda: ROOT / "data" / "bundled_midi" / "01_kettle_on.mid",
        "jazzgram_text": lambda: ROOT / "data" / "bundled",
        "musicxml": lambda: min((real / "wjazzd" / "musicxml").glob("*.musicxml")),
        "wjazzd": lambda: real / "wjazzd" / "melody" / "CharlieParker_Billie'sBounce.csv",
        "abc": nottingham,
    }[reader]()
    config = tmp_path / "solo.yaml"
    config.write_text(f"{QUICK}corpus: {{read: {reader}, source: {json.dumps(str(source))}}}\n")
    run = Pipeline.load(config).run(tmp_path / "out")
    assert len(run.solo.notes) > 8
    assert (tmp_path / "out" / "solo.mid").stat().st_size > 200


@pytest.mark.parametrize(
    ("name", "text", "reader", "tune", "bars"),
    [
        ("turn.txt", _SHEET, "lead_sheet", None, 6),
        ("links.html", _LINKS, "ireal", None, 4),
        ("links.html", _LINKS, "ireal", "Waltz", 4),
    ],
)
def test_a_chart_is_played_over(
    name: str, text: str, reader: str, tune: str | None, bars: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(text, encoding="utf-8")
    chosen = ["--tune", tune] if tune else []
    quick = ["--set", "model.use=markov", "--set", "write=[midi]", "--out", "out"]
    done = CliRunner().invoke(improvise.command, ["blues", "--chart", name, *chosen, *quick])
    assert done.exit_code == 0, done.output
    again = Pipeline.load(tmp_path / "out" / "run.yaml")
    assert again.config.chart is not None
    assert again.config.chart.reader.plugin.name == reader
    assert len(again.target.changes) == bars
    assert again.target.title == f"{again.tune.title}, take 1"
    again.run(tmp_path / "again")
    assert (tmp_path / "again" / "solo.mid").read_bytes() == (tmp_path / "out" / "solo.mid").read_bytes()


def test_a_chart_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "links.html").write_text(_LINKS)
    config = tmp_path / "solo.yaml"
    config.write_text("extends: blues\nimprovise: {chart: {read: ireal, source: links.html, tune: Walz}}\n")
    with pytest.raises(JazzgramError, match=r"improvise.chart.tune: .* has no tune 'Walz' \(did you mean Waltz\?\)"):
        _ = Pipeline.load(config).tune
    config.write_text("extends: blues\nimprovise: {chart: {read: ireal, source: no.html}}\n")
    with pytest.raises(JazzgramError, match=r"improvise.chart.source: no such file no.html"):
        _ = Pipeline.load(config).tune
    config.write_text("extends: blues\nimprovise: {chart: {read: irael, source: links.html}}\n")
    with pytest.raises(ConfigError, match=r"solo.yaml:2: improvise.chart.read: no plugin 'irael' .*did you mean ireal"):
        Pipeline.load(config)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["blues", "--chart", "a.txt", "--chords", "C"], "--chords and --chart both say what to play over"),
        (["blues", "--tune", "Waltz"], "--tune names a tune of a --chart"),
    ],
)
def test_what_contradicts_itself(arguments: list[str], message: str) -> None:
    assert message in CliRunner().invoke(improvise.command, arguments).output


@pytest.mark.parametrize(
    ("reader", "suffix"),
    [
        ("abc", ".abc"),
        ("humdrum", ".jazz"),
        ("improvisor", ".ls"),
        ("jams", ".jams"),
        ("ireal", ".html"),
        ("jazzgram_text", ".txt"),
        ("lead_sheet", ".txt"),
        ("midi", ".mid"),
        ("musicxml", ".mxl"),
        ("wjazzd", ".csv"),
    ],
)
def test_what_a_folder_has_beside_its_files_is_not_read(reader: str, suffix: str, tmp_path: Path) -> None:
    for name in (f"b{suffix}", f"a{suffix.upper()}", f"._b{suffix}", "notes.md"):
        (tmp_path / name).touch()
    (tmp_path / f"folder{suffix}").mkdir()
    module = importlib.import_module(f"jazzgram_plugins.readers.{reader}")
    assert module.list_files(tmp_path) == [tmp_path / f"a{suffix.upper()}", tmp_path / f"b{suffix}"]
