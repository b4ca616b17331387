"""Links of a corpus's folder that lead nowhere: reported in one line, whoever reads the folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from jazzgram import JazzgramError, Pipeline
from jazzgram.cli.corpus import command
from jazzgram.corpus.items import dangling_line, dangling_links
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.catalogue import entries
from jazzgram.hooks.finding import find
from jazzgram.hooks.progress import Reporter

TUNE = Path(__file__).parents[2] / "data" / "bundled" / "01_kettle_on.txt"


class Warnings(Reporter):
    """Keeps the warnings."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def warn(self, message: str) -> None:
        self.lines.append(message)


def read(folder: Path) -> list[str]:
    """Read a folder of solos, and return the warnings."""
    warnings = Warnings()
    settings = [f"corpus.source={folder}", "model.use=markov", "improvise.bars=2"]
    assert len(Pipeline.load("blues", settings=settings, reporter=warnings).tokens)
    return warnings.lines


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a tune, and links to tunes that are gone."""
    (tmp_path / "solos" / "late").mkdir(parents=True)
    (tmp_path / "solos" / "kettle.txt").write_bytes(TUNE.read_bytes())
    for name in ("solos/late/gone.TXT", "solos/alone.txt", "solos/.#kettle.txt", "solos/notes.pdf"):
        (tmp_path / name).symlink_to("/nowhere/else.txt")
    return tmp_path / "solos"


def test_a_link_that_leads_nowhere_is_named(folder: Path) -> None:
    line = f"{folder}: 2 links lead nowhere and were left out, such as alone.txt to /nowhere/else.txt;"
    assert f"{line} mend or remove them" in read(folder)
    assert f"{line} mend or remove them" in read(folder), "from the cache, too"
    (folder / "late" / "gone.TXT").unlink()
    assert f"{folder}: a link leads nowhere and was left out: alone.txt to" in read(folder)[0]


def test_a_link_that_leads_somewhere_is_read(folder: Path) -> None:
    for path in (folder / "alone.txt", folder / "late" / "gone.TXT"):
        path.unlink()
    (folder / "alone.txt").symlink_to(TUNE)
    assert not any("link" in line for line in read(folder))


def test_a_folder_of_nothing_else_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to("/nowhere")
    with pytest.raises(JazzgramError, match=r"nothing here that the reader(.|\n)*a link leads nowhere .*: a\.txt to"):
        read(tmp_path)


def test_no_reader_that_lists_a_folder_lists_a_dangling_link(tmp_path: Path) -> None:
    """So that the line, which belongs to no reader, is of each of them."""
    readers = [find(entry.name, "read_corpus", tmp_path) for entry in entries("read_corpus")]
    listing = [reader for reader in readers if "list_files" in reader.hooks]
    assert len(listing) >= 7
    for ending in ("txt", "mid", "abc", "musicxml", "html", "ls", "jazz", "jams", "json", "csv", "db"):
        (tmp_path / f"melody.{ending}").symlink_to("/nowhere")
    for reader in listing:
        listed = PluginCalls(reader).caller("list_files", reader)(folder=tmp_path, options=reader.options())
        assert list(listed) == [], reader.name
    assert len(dangling_links(tmp_path, ())) == 11
    assert dangling_line([], tmp_path) == ""


def test_the_doctor_names_each(folder: Path) -> None:
    done = CliRunner().invoke(command, ["doctor", str(folder)])
    assert f"! {folder / 'alone.txt'}: is a link to /nowhere/else.txt, which is not there" in done.output
    assert "notes.pdf" not in done.output
    done = CliRunner().invoke(command, ["doctor", str(folder / "alone.txt")])
    assert "mend the link, or remove it" in done.output
