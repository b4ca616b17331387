"""Packs: several files in one entry of the cache, of which each is still read, and made again, by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from types import ModuleType

import numpy as np
import pytest
from jazzgram_plugins.readers import jazzgram_text

from jazzgram import Bar, Chord, Corpus, Note, Options, Tune, hookimpl
from jazzgram.config.config import CorpusPart, Part
from jazzgram.config.sections import Execution
from jazzgram.config.shares import Shares
from jazzgram.corpus import tune_store
from jazzgram.corpus.disk_column import DiskColumn
from jazzgram.corpus.reading import Reading, read
from jazzgram.hooks.finding import find
from jazzgram.hooks.plugins import Plugin
from jazzgram.hooks.progress import Reporter

HERE = Execution(engine="local", workers=1)  # 40 files: five in a pack
JAZZGRAM = [sys.executable, "-c", "from jazzgram.cli import main; main()"]


class Told(Reporter):
    """A reporter that remembers the warnings."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, message: str) -> None:
        self.warnings.append(message)


def part(name: str, hook: str) -> Part:
    plugin = find(name, hook, Path())
    return Part(plugin, plugin.options())


def read_tunes(folder: Path, split: Shares | None = None, tokenizer: str = "scale_degree") -> tuple[Reading, list[str]]:
    told = Told()
    tune_store._stored.cache_clear()  # as in a new process
    corpus = CorpusPart(part("jazzgram_text", "read_corpus"), str(folder), None, split)
    return read(corpus, folder, part(tokenizer, "parse_melody"), HERE, told), told.warnings


def write_tune(folder: Path, number: int, seed: int) -> None:
    rng = Random(seed)
    bars = (
        f"{' '.join(rng.choices(['C7', 'F7', 'Dm7', 'G7', 'NC'], k=2))} |"
        f" {' '.join(rng.choice('CDEFGAB') + rng.choice('345') for _ in range(8))}"
        for _ in range(6)
    )
    (folder / f"{number:02}.txt").write_text("\n".join([f"title: Tune {seed}", *bars]) + "\n")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Forty tunes, and an empty cache."""
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))
    tunes = tmp_path / "tunes"
    tunes.mkdir()
    for number in range(40):
        write_tune(tunes, number, number)
    return tunes


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read, as they are."""
    names: list[str] = []

    class Counted(jazzgram_text._Reading):  # type: ignore[misc]
        def __init__(self, file: Path) -> None:
            names.append(file.name)
            super().__init__(file)

    monkeypatch.setattr(jazzgram_text, "_Reading", Counted)
    return names


def packs(folder: Path, kind: str) -> list[Path]:
    return sorted((folder.parent / "cache" / kind).glob("*/*.arrow"))


def state(reading: Reading) -> tuple[object, ...]:
    """All that two readings of one corpus have in common, however much of it was cached."""
    table = reading.tokens
    columns = [table.column(name).tolist() for name in ("token", "tune", "bar", "onset", "chord", "next_chord")]
    return (
        table.digest,
        table.terms,
        table.chords,
        list(table.tunes),
        columns,
        list(reading.corpus.tunes),
        reading.report,
    )


@pytest.mark.parametrize("split", [None, Shares()])
def test_a_changed_corpus_is_what_a_fresh_reading_of_it_is(
    folder: Path, calls: list[str], split: Shares | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_tunes(folder, split)
    assert len(packs(folder, "tunes")) == len(packs(folder, "terms")) == 8 and len(calls) == 40
    write_tune(folder, 7, 1007)  # in the middle of a pack
    (folder / "11.txt").unlink()
    (folder / "30.txt").rename(folder / "03b.txt")  # another place in the corpus, and another name
    calls.clear()
    changed, _ = read_tunes(folder, split)
    assert sorted(calls) == ["03b.txt", "07.txt"]
    monkeypatch.setenv("JAZZGRAM_CACHE", str(folder.parent / "other"))
    fresh, _ = read_tunes(folder, split)
    assert state(changed) == state(fresh)


def test_another_tokenizer_takes_the_tunes_of_the_packs(folder: Path, calls: list[str]) -> None:
    read_tunes(folder)
    write_tune(folder, 7, 1007)
    read_tunes(folder)
    calls.clear()
    other, _ = read_tunes(folder, tokenizer="deepjazz")
    assert calls == [] and other.read_now == 40, "the terms are new"


def test_a_folder_that_shares_files_takes_them(folder: Path, calls: list[str]) -> None:
    read_tunes(folder)
    other = folder.parent / "some of them"
    other.mkdir()
    for number in (3, 4, 20):
        (folder / f"{number:02}.txt").rename(other / f"{number:02}.txt")
    calls.clear()
    found, _ = read_tunes(other)
    assert calls == [] and [tune.title for tune in found.corpus.tunes] == ["Tune 3", "Tune 4", "Tune 20"]


def test_a_damaged_pack_with_a_file_that_is_gone_is_made_again_without_it(folder: Path, calls: list[str]) -> None:
    read_tunes(folder)
    (folder / "02.txt").unlink()
    before = state(read_tunes(folder)[0])
    for pack in packs(folder, "tunes"):
        pack.write_bytes(b"")
    calls.clear()
    reading, _ = read_tunes(folder)
    told = reading.corpus.tunes  # nothing is read before
    assert calls == [] and told[2].title == "Tune 3"
    assert calls == ["00.txt", "01.txt", "03.txt", "04.txt"], "those of its pack"
    assert told[1].title == "Tune 1" and len(calls) == 4
    assert state(reading) == before
    assert state(read_tunes(folder)[0]) == before and len(calls) == 39


def reader_of(pitches: dict[str, int]) -> Part:
    """Make a reader that finds one note in each file, under any folder: a C unless the file is named."""
    module = ModuleType("one_note")

    @hookimpl
    def read_corpus(source: Path) -> Corpus:
        note = Note(pitches.get(source.stem, 60), 0, 480)
        return Corpus((Tune(source.stem, (Bar((note,), (Chord((60,), 0, 1920, "C"),)),)),))

    @hookimpl
    def list_files(folder: Path) -> list[Path]:
        return sorted(folder.rglob("*.x"))

    module.read_corpus, module.list_files = read_corpus, list_files  # type: ignore[attr-defined]
    return Part(Plugin("one_note", module, "given"), Options())


def read_notes(folder: Path, reader: Part) -> Reading:
    return read(CorpusPart(reader, str(folder), None), folder, part("deepjazz", "parse_melody"), HERE, Told())


def test_files_of_one_name_and_content_are_a_tune_each(folder: Path) -> None:
    for name in ("a", "b", "c"):
        (folder / name).mkdir()
        (folder / name / "Oleo.x").touch()
    reader = reader_of({})
    titles = ["Oleo", "Oleo (Oleo)", "Oleo (Oleo, 2)"]
    for _ in range(2):
        reading = read_notes(folder, reader)
        assert [tune.title for tune in reading.corpus.tunes] == titles
    for pack in packs(folder, "tunes"):
        pack.unlink()
    assert [tune.title for tune in read_notes(folder, reader).corpus.tunes] == titles


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are any bytes on Linux")
def test_a_title_with_a_name_that_is_no_text(folder: Path) -> None:
    for name in (b"a", b"b\xff"):
        (folder / os.fsdecode(name)).mkdir()
        (folder / os.fsdecode(name) / "Oleo.x").touch()
    reader = reader_of({})
    for path in folder.rglob("*.x"):
        path.rename(path.with_name(f"{path.parent.name}.x"))
    module = reader.plugin.module
    one = module.read_corpus
    module.read_corpus = hookimpl(lambda source: Corpus((replace(one(source).tunes[0], title="Oleo"),)))  # type: ignore[attr-defined]
    for _ in range(2):
        entries = read_notes(folder, reader).tokens.tunes
        assert [entry.title for entry in entries] == ["Oleo", "Oleo (b\udcff)"]


def test_two_commands_at_once_read_the_same(folder: Path) -> None:
    command = [*JAZZGRAM, "tokens", "blues", "--set", f"corpus.source={folder}"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=100) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert said[0][0] == said[1][0] and "in 240 bars" in said[0][0]
    assert not list((folder.parent / "cache").rglob(".writing-*"))


def test_a_value_that_cannot_be_stored_costs_its_own_file(folder: Path) -> None:
    for number in range(40):
        (folder / f"{number:02}.x").touch()
    found = read_notes(folder, reader_of({"07": 1 << 20}))
    (failure,) = found.report.failures
    assert failure.file == "07.x" and "a defect of the plugin" in failure.error and len(found.corpus.tunes) == 39


def test_columns_on_disk_are_what_was_appended(tmp_path: Path) -> None:
    column = DiskColumn(tmp_path, np.int32)
    for begin in range(0, 90_000, 30_000):
        column.append(np.arange(begin, begin + 30_000))
    found = column.array()
    column.close()
    assert found.dtype == np.int32 and (found == np.arange(90_000)).all() and not list(tmp_path.iterdir())
