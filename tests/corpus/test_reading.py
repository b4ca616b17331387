"""Reading corpora: exact round trips, nothing read twice, one bad file no hindrance, copies found in any key."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.readers import jazzgram_text
from paths import ROOT

from jazzgram import (
    Bar,
    Chord,
    Corpus,
    Dropped,
    JazzgramError,
    Meter,
    Note,
    Options,
    Pipeline,
    Rest,
    Track,
    Tune,
    hookimpl,
)
from jazzgram.config.config import CorpusPart, Part
from jazzgram.config.sections import Execution
from jazzgram.corpus.duplicates import find_duplicates
from jazzgram.corpus.packs import from_file
from jazzgram.corpus.reading import Reading, read
from jazzgram.corpus.tune_store import StoredTunes, decode_tune, encode_tunes
from jazzgram.hooks.finding import find
from jazzgram.hooks.plugins import Plugin
from jazzgram.hooks.progress import Reporter
from jazzgram.resources.code import plugin_digests

DATA = ROOT / "data" / "bundled"
TUNES = [jazzgram_text.read_corpus(file).tunes[0] for file in sorted(DATA.glob("*.txt"))]
HERE = Execution(engine="local")


class Recorder(Reporter):
    """Remember the warnings, and how many files were worked on."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.files = 0

    def warn(self, message: str) -> None:
        self.warnings.append(message)

    def progress(self, done: int, total: int, what: str = "files") -> None:
        self.files = done


def part(name: str, hook: str, **options: Any) -> Part:
    plugin = find(name, hook, Path())
    return Part(plugin, plugin.options(**options))


def read_folder(
    folder: Path,
    recorder: Recorder | None = None,
    *,
    reader: Part | None = None,
    tokenizer: str = "deepjazz",
    execution: Execution = HERE,
    **kw: Any,
) -> Reading:
    reader = reader or part("jazzgram_text", "read_corpus")
    corpus = CorpusPart(reader, str(folder), None)
    return read(corpus, folder, part(tokenizer, "parse_melody"), execution, recorder or Recorder(), **kw)


def write(folder: Path, name: str, *bars: str, title: str = "") -> Path:
    file = folder / name
    file.write_text("\n".join([f"title: {title or file.stem}", *bars]) + "\n")
    return file


@pytest.fixture(autouse=True)
def _empty_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path_factory.mktemp("cache")))


TICKS = st.integers(-(2**31), 2**31 - 1)
TEXT = st.text(max_size=5)
NOTES = st.builds(
    Note, st.integers(0, 127), TICKS, TICKS, st.integers(1, 127), st.none() | st.sampled_from(["E-", "F#", "", "C--"])
)
CHORDS = st.builds(Chord, st.lists(st.integers(0, 127), max_size=4).map(tuple), TICKS, TICKS, TEXT)
METERS = st.builds(Meter, st.integers(1, 32), st.sampled_from([1, 2, 4, 8, 16, 32]))
EVENTS = st.lists(NOTES | st.builds(Rest, TICKS, TICKS), max_size=4).map(tuple)
BARS = st.builds(Bar, EVENTS, st.lists(CHORDS, max_size=3).map(tuple), METERS)
TRACKS = st.builds(Track, TEXT, st.integers(0, 127), st.lists(NOTES, max_size=3).map(tuple), st.booleans())
DROPPED = st.builds(Dropped, TEXT, *[st.integers(0, 99)] * 3)
ANY_TUNE = st.builds(
    Tune,
    title=TEXT,
    bars=st.lists(BARS, min_size=1, max_size=3).map(tuple),
    tempo=st.floats(20, 400),
    accompaniment=st.lists(TRACKS, max_size=2).map(tuple),
    program=st.integers(0, 127),
    key=st.integers(-7, 7),
    work=TEXT,
    performer=TEXT,
    style=TEXT,
    dropped=st.lists(DROPPED, max_size=2).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY_TUNE, max_size=3))
def test_tunes_come_back_exactly_from_columns(tmp_path_factory: pytest.TempPathFactory, tunes: list[Tune]) -> None:
    file = tmp_path_factory.mktemp("store") / "tunes.arrow"
    file.write_bytes(encode_tunes(tunes))
    batch = from_file(file)
    assert [decode_tune(batch, row) for row in range(batch.num_rows)] == tunes


def test_the_bundled_corpus_is_the_same_from_disk_and_on_every_engine() -> None:
    tunes = [replace(tune) for tune in TUNES]
    digests = set()
    for engine in ("local", "processes"):
        found = read_folder(DATA, execution=Execution(engine=engine, workers=2), use_cache=False)
        assert list(found.corpus.tunes) == tunes
        digests.add(found.tokens.digest)
    assert len(digests) == 1


def test_the_token_table_says_of_each_term_where_it_stands_and_over_which_chord(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "Dm7 G7 | D4:1 F4:1 G4:1 r:1", "Cmaj7 | E4:4")
    write(tmp_path, "b.txt", "NC | r:4", "F7 | A4:4")
    table = read_folder(tmp_path).tokens
    symbols = [symbol for symbol, _ in table.chords]
    rows = zip(
        (str(table.terms[token]) for token in table.tokens()),
        *(table.column(name).tolist() for name in ("tune", "bar", "onset", "duration", "remaining", "until")),
        *([symbols[number] if number >= 0 else "-" for number in table.column(c)] for c in ("chord", "next_chord")),
        strict=True,
    )
    assert list(rows) == [
        ("C,1.000", 0, 0, 0, 480, 1920, 960, "Dm7", "G7"),
        ("C,1.000,<d5,P1>", 0, 0, 480, 480, 1440, 480, "Dm7", "G7"),
        ("C,1.000,<P4,m-2>", 0, 0, 960, 480, 960, 960, "G7", "Cmaj7"),
        ("R,1.000", 0, 0, 1440, 480, 480, 480, "G7", "Cmaj7"),
        ("C,4.000", 0, 1, 0, 1920, 1920, 0, "Cmaj7", "-"),
        ("R,4.000", 1, 0, 0, 1920, 1920, 1920, "NC", "F7"),
        ("C,4.000", 1, 1, 0, 1920, 1920, 0, "F7", "-"),
    ]
    first, second = table.data().train
    assert (first.bars, first.tempo, len(second)) == (2, 120.0, 2)
    place = first.position(2)
    assert (place.bar, place.onset, place.remaining, place.until, place.bars) == (0, 960, 960, 960, 2)
    assert place.chord is not None and (place.chord.symbol, first.position(4).next_chord) == ("G7", None)
    assert table.tokens().dtype == np.int64 and not table.tokens().flags.writeable
    assert [len(bar) for bar in table.grammar()] == [4, 1, 1, 1]
    assert [str(table.terms[first]) for first in table.vocabulary.openings] == [
        "C,1.000",
        "C,4.000",
        "R,4.000",
        "C,4.000",
    ]


def test_bars_without_terms_are_bars_of_the_grammar(tmp_path: Path) -> None:
    silent = Tune("Silent", (Bar((), ()), Bar((Note(60, 0, 480),), ()), Bar((), ())))
    table = read_folder(tmp_path, reader=given_reader(silent, tmp_path)).tokens
    assert [len(bar) for bar in table.grammar()] == [0, 1, 0]


def test_empty_bars_are_asked_for_within_a_solo_only(tmp_path: Path) -> None:
    bars = [Bar(notes, ()) for notes in ((), (Note(60, 0, 1920),), (), (), (Note(62, 0, 1920),), ())]
    reader = given_reader(Tune("Pause", tuple(bars)), tmp_path)
    grammar = read_folder(tmp_path, tokenizer="events", reader=reader).tokens.grammar()
    assert [" ".join(map(str, bar)) for bar in grammar] == ["", "60,4.000", "R,4.000", "R,4.000", "62,4.000", ""]


def given_reader(tune: Any, folder: Path) -> Part:
    """Make a reader in memory that finds one tune in every file that ends in .x; it counts its calls."""
    module = ModuleType("in_memory")
    module.calls = []  # type: ignore[attr-defined]

    @hookimpl
    def read_corpus(source: Path) -> Corpus:
        module.calls.append(source.name)
        text = source.read_text(encoding="utf-8") if source.is_file() else ""
        if text.startswith("bad"):
            raise JazzgramError(f"{source}: a bad file")
        if text.startswith("defect"):
            raise ZeroDivisionError("of course")
        return Corpus((replace(tune, title=text),)) if isinstance(tune, Tune) else tune

    @hookimpl
    def list_files(folder: Path) -> list[Path]:
        return sorted(folder.glob("*.x")) or [folder]

    module.read_corpus, module.list_files = read_corpus, list_files  # type: ignore[attr-defined]
    return Part(Plugin("in_memory", module, "given"), Options())


ONE = Tune("One", (Bar((Note(60, 0, 480),), ()),))


def files(folder: Path, **contents: str) -> None:
    for name, content in contents.items():
        (folder / f"{name}.x").write_text(content)


def test_a_second_run_reads_only_what_changed(tmp_path: Path) -> None:
    reader = given_reader(ONE, tmp_path)
    calls = reader.plugin.module.calls
    files(tmp_path, a="A", b="B", c="C")
    assert read_folder(tmp_path, reader=reader).read_now == 3
    assert read_folder(tmp_path, reader=reader).read_now == 0
    files(tmp_path, b="changed", d="D")
    again = read_folder(tmp_path, reader=reader)
    assert calls == ["a.x", "b.x", "c.x", "b.x", "d.x"]
    assert [tune.title for tune in again.corpus.tunes] == ["A", "changed", "C", "D"]
    (tmp_path / "a.x").unlink()
    assert [tune.title for tune in read_folder(tmp_path, reader=reader).corpus.tunes] == ["changed", "C", "D"]
    assert len(calls) == 5
    read_folder(tmp_path, reader=reader, use_cache=False)
    assert len(calls) == 8


def test_other_options_of_the_tokenizer_use_the_tunes_that_were_read(tmp_path: Path) -> None:
    reader = given_reader(ONE, tmp_path)
    files(tmp_path, a="A")
    corpus = CorpusPart(reader, str(tmp_path), None)
    for lowest in (52, 40):
        read(corpus, tmp_path, part("deepjazz", "parse_melody", lowest=lowest), HERE, Recorder())
    assert reader.plugin.module.calls == ["a.x"]


def test_a_file_that_a_unit_depends_on_counts_as_its_content(tmp_path: Path) -> None:
    reader = given_reader(ONE, tmp_path)

    @hookimpl
    def depends_on(source: Path) -> list[Path]:
        return [source.parent / "beats" / f"{source.stem}.csv"]

    reader.plugin.module.depends_on = depends_on  # type: ignore[attr-defined]
    files(tmp_path, a="A", b="B")
    read_folder(tmp_path, reader=reader)
    (tmp_path / "beats").mkdir()
    (tmp_path / "beats" / "b.csv").write_text("1,2,3,4")
    read_folder(tmp_path, reader=reader)
    assert reader.plugin.module.calls == ["a.x", "b.x", "b.x"]


def test_what_a_unit_depends_on_must_be_paths(tmp_path: Path) -> None:
    reader = given_reader(ONE, tmp_path)
    depends_on = hookimpl(lambda source: [f"{source.stem}.csv"])
    reader.plugin.module.depends_on = depends_on  # type: ignore[attr-defined]
    files(tmp_path, a="A")
    with pytest.raises(JazzgramError, match=r"depends_on returned \['a.csv'\]; expected a sequence of paths"):
        read_folder(tmp_path, reader=reader)


@pytest.mark.parametrize("name", ["tunes", "terms", "tables"])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, name: str) -> None:
    reader = given_reader(ONE, tmp_path)
    files(tmp_path, a="A", b="B")
    first = read_folder(tmp_path, reader=reader)
    for file in Path(os.environ["JAZZGRAM_CACHE"], name).rglob("*.arrow"):
        file.unlink()
    again = read_folder(tmp_path, reader=reader)
    assert list(again.corpus.tunes) == list(first.corpus.tunes) and again.tokens.digest == first.tokens.digest


def test_what_cannot_be_read_is_left_out_reported_and_tried_again_if_it_was_a_defect(tmp_path: Path) -> None:
    reader, recorder = given_reader(ONE, tmp_path), Recorder()
    files(tmp_path, a="A", b="bad", c="defect", d="D")
    found = read_folder(tmp_path, recorder, reader=reader)
    assert [tune.title for tune in found.corpus.tunes] == ["A", "D"]
    assert [failure.file for failure in found.report.failures] == ["b.x", "c.x"]
    assert "2 of 4 files could not be read" in recorder.warnings[0]
    assert "ZeroDivisionError: of course (a defect of the plugin)" in recorder.warnings[0]
    assert json.loads(json.dumps(found.report.as_json()))["failures"][0]["error"].endswith("b.x: a bad file")
    read_folder(tmp_path, reader=reader)
    assert reader.plugin.module.calls[4:] == ["b.x", "c.x"]
    files(tmp_path, c="C")
    reader.plugin.module.calls.clear()
    read_folder(tmp_path, recorder, reader=reader)
    read_folder(tmp_path, recorder, reader=reader)
    assert reader.plugin.module.calls == ["b.x", "c.x"], "what a reader refuses it would refuse again"
    assert "1 of 4 files could not be read" in recorder.warnings[-1]
    with pytest.raises(JazzgramError, match=r"b\.x: a bad file"):
        read_folder(tmp_path, reader=reader, execution=Execution(engine="local", strict=True))


@pytest.mark.parametrize(
    ("tune", "contents", "message"),
    [
        (ONE, {"a": "bad", "b": "bad"}, "a.x: a bad file\n"),
        (None, {"a": "A"}, "the reader in_memory returned None; expected a Corpus"),
        (Corpus(()), {"a": "A"}, "the reader in_memory returned <Corpus: 0 tunes>; expected a Corpus"),
        (Tune("Still", (Bar((Rest(0, 480),), ()),)), {"a": "A"}, "no melody in any bar"),
    ],
)
def test_a_corpus_without_music_is_an_error(tmp_path: Path, tune: Any, contents: dict[str, str], message: str) -> None:
    files(tmp_path, **contents)
    with pytest.raises(JazzgramError) as error:
        read_folder(tmp_path, reader=given_reader(tune, tmp_path))
    assert message in str(error.value)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(JazzgramError, match="nothing here that the reader jazzgram_text reads"):
        read_folder(tmp_path)


def test_tunes_of_one_title_are_told_apart(tmp_path: Path) -> None:
    recorder = Recorder()
    files(tmp_path, a="Oleo", b="Oleo", c="Airegin")
    found = read_folder(tmp_path, recorder, reader=given_reader(ONE, tmp_path))
    assert [tune.title for tune in found.corpus.tunes] == ["Oleo", "Oleo (b)", "Airegin"]
    assert recorder.warnings[0] == "1 tunes had the title of another: 'Oleo (b)'"


def melody(rng: Random, length: int) -> list[tuple[int, int]]:
    """Draw pitches and durations as a soloist plays them: mostly steps, mostly eighths."""
    pitch, notes = 65, []
    for _ in range(length):
        pitch = max(50, min(85, pitch + rng.choice((-3, -2, -2, -1, 1, 2, 2, 3, 5, -7))))
        notes.append((pitch, rng.choice((240, 240, 240, 480, 160))))
    return notes


def tune_of(title: str, notes: list[tuple[int, int]], up: int = 0) -> Tune:
    onset, events = 0, []
    for pitch, duration in notes:
        events.append(Note(pitch + up, onset, duration))
        onset += duration
    return Tune(title, (Bar(tuple(events), (), Meter(32, 1)),))


def test_copies_are_found_in_any_key_and_in_part() -> None:
    rng = Random(7)
    first, second, third = (melody(rng, 200) for _ in range(3))
    tunes = [
        tune_of("First", first),
        tune_of("Second", second),
        tune_of("First, up a fourth", first, up=5),
        tune_of("A chorus of the second", second[40:90]),
        tune_of("Third", third),
        tune_of("The first with another end", first[:140] + third[:60]),
    ]
    found = {(copy.first, copy.second): copy for copy in find_duplicates(tunes)}
    assert {pair: copy.transposed for pair, copy in found.items()} == {(0, 2): 5, (1, 3): 0, (0, 5): 0}, (
        "a copy of the first stands for it"
    )
    assert found[0, 2].share == found[1, 3].share == 1.0
    assert 0.6 < found[0, 5].share < 0.75
    assert find_duplicates(TUNES) == []
    assert find_duplicates([tune_of("a", first[:5]), tune_of("b", first[:5])]) == [], "too short to tell"


def test_sixty_copies_of_one_tune_are_each_found() -> None:
    line = melody(Random(3), 60)
    copies = find_duplicates([tune_of(str(number), line) for number in range(60)])
    assert [(copy.first, copy.second) for copy in copies] == [(0, number) for number in range(1, 60)]


def test_a_plugin_is_known_by_the_helpers_it_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "own_plugins"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "_deep.py").write_text("DEPTH = 1\n")
    (package / "_helper.py").write_text("from . import _deep\n")
    (package / "unrelated.py").write_text("")
    (package / "_late.py").write_text("")
    (package / "reader.py").write_text(
        "import json\nfrom ._helper import _deep\ndef read():\n    from . import _late\n"
    )
    monkeypatch.syspath_prepend(tmp_path)

    def loaded() -> Plugin:
        """Import the plugin as another process would."""
        for name in [name for name in sys.modules if name.startswith("own_plugins")]:
            monkeypatch.delitem(sys.modules, name)
        return Plugin("reader", import_module("own_plugins.reader"), "own 1.0")

    plugin = loaded()
    names = ("reader", "_helper", "_deep", "_late")
    assert plugin_digests(plugin.module).keys() == {f"own_plugins.{name}" for name in names}
    before = plugin.fingerprint()
    import_module("own_plugins._late")
    assert loaded().fingerprint() == before, "what has been imported so far does not matter"
    (package / "unrelated.py").write_text("more = 1\n")
    assert loaded().fingerprint() == before
    (package / "_deep.py").write_text("DEPTH = 2\n")
    assert plugin.fingerprint() == before, "the process has the code of before"
    assert loaded().fingerprint() != before


def test_stored_tunes_are_a_sequence(tmp_path: Path) -> None:
    file = tmp_path / "tunes.arrow"
    file.write_bytes(encode_tunes(TUNES))
    stored = StoredTunes([(file, row, tune.title) for row, tune in enumerate(TUNES)])
    assert len(stored) == len(TUNES) and stored[-1] == TUNES[-1] and stored[2:4] == TUNES[2:4] == list(stored[2:4])
    assert stored == TUNES and stored != TUNES[:-1]


QUICK = ["model.use=markov", "improvise.bars=4", "write=[midi]"]


def test_changes_that_are_never_played_are_one_warning() -> None:
    recorder = Recorder()
    text = "improvise.chords=F7 (Fine) | Bb7 (D.C. al Fine) | C7 A7"
    pipeline = Pipeline.load("blues", settings=[*QUICK, text], reporter=recorder)
    assert [chords[0].symbol for chords in pipeline.target.changes] == ["F7", "Bb7", "F7", "F7"]
    assert recorder.warnings == ["improvise.chords: left out: 1 bar, 2 chords (never reached by the repeats and jumps)"]


def test_bars_of_another_meter_are_left_out_of_the_changes(tmp_path: Path) -> None:
    def mixed(source: Path) -> Corpus:
        waltz = Bar((Note(60, 0, 1440),), (Chord((60, 64, 67), 0, 1440, "C"),), Meter(3, 4))
        common = Bar((Note(62, 0, 1920),), (Chord((62, 65, 69), 0, 1920, "Dm"),))
        return Corpus((Tune("Mixed", (waltz, common, common)),))

    module = ModuleType("mixed_meters")
    module.read_corpus = hookimpl(mixed)  # type: ignore[attr-defined]
    (tmp_path / "tune").touch()
    here = [*QUICK, "corpus.read=mixed_meters", f"corpus.source={tmp_path / 'tune'}", "improvise.chords=source"]
    recorder = Recorder()
    pipeline = Pipeline.load("blues", settings=[*here, "improvise.meter=null"], plugins=[module], reporter=recorder)
    assert [chords[0].symbol for chords in pipeline.target.changes] == ["Dm"] * 4
    assert recorder.warnings == ["1 of the 3 bars of 'Mixed' are not in 4/4: left out of the changes"]
    with pytest.raises(JazzgramError, match=r"no bar of 'Mixed' is in 5/4 \(it has 3/4, 4/4\)"):
        _ = Pipeline.load("blues", settings=[*here, "improvise.meter=5/4"], plugins=[module]).target


def test_a_run_writes_which_files_could_not_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "tunes"
    folder.mkdir()
    write(folder, "good.txt", *["F7 | F4 A4 C5 Eb5 D5 C5 A4 F4"] * 4)
    write(folder, "bad.txt", "F7 | F4:1")
    settings = [*QUICK, f"corpus.source={folder}"]
    run = Pipeline.load("blues", settings=settings, reporter=Recorder()).run(tmp_path / "out")
    assert "corpus_report.json" in [file.name for file in run.files]
    report = json.loads((tmp_path / "out" / "corpus_report.json").read_text())
    assert [failure["file"] for failure in report["failures"]] == ["bad.txt"]
    Pipeline.load(tmp_path / "out" / "run.yaml", reporter=Recorder()).run(tmp_path / "again")
    assert (tmp_path / "again" / "solo.mid").read_bytes() == (tmp_path / "out" / "solo.mid").read_bytes()
    with pytest.raises(JazzgramError, match=r"bad\.txt:2: the melody lasts 1"):
        Pipeline.load("blues", settings=[*settings, "execution.strict=true"]).run(tmp_path / "strict")
