"""``jazzgram cache``: what is counted, and what is removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jazzgram import JazzgramError
from jazzgram.cli.cache import command
from jazzgram.resources.cache_kinds import KINDS
from jazzgram.resources.results import RESULTS

KEY = "0123456789abcdef" * 2
ENTRIES = {
    "tunes": (f"tunes/01/{KEY}.arrow", f"tunes/{KEY}/{KEY}.arrow", f"tunes/{KEY}/.writing-0011223344556677.arrow"),
    "terms": (f"terms/01/{KEY}.arrow", f"terms/{KEY}/{KEY}.arrow"),
    "tables": (f"tables/{KEY}.arrow",),
    "models": (
        f"models/{KEY}/weights.safetensors",
        f"models/{KEY}.checkpoint",
        f"models/{KEY}.checkpoint.0",
        f"models/.{KEY}.0011aabb/manifest.json",
    ),
    "choruses": (f"choruses/{KEY}.json",),
    "references": (f"references/{KEY}.json",),
    "evaluations": (f"evaluations/{KEY}.json",),
    "studies": (f"studies/{KEY}.journal", f"studies/{KEY}.journal.damaged"),
    "downloads": ("corpora/original_metheny.mid", f"soundfonts/{KEY}.sf2"),
    "code": ("code.json",),
}
FOREIGN = ("mine.txt", "corpora/wjazzd.db", "models/best/weights.safetensors", "tables/notes.arrow", "tunes/01/x.arrow")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with entries of ten bytes of every kind, and files that somebody else put there."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("JAZZGRAM_CACHE", str(folder))
    for name in (*(name for names in ENTRIES.values() for name in names), *FOREIGN):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"0123456789")
    return folder


def invoke(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(command, arguments, input=typed)


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_every_kind_is_counted_and_measured(root: Path) -> None:
    found = json.loads(invoke("info", "--json").output)
    assert found["folder"] == str(root)
    assert found["kinds"] == {
        kind: {"entries": len(names), "bytes": 10 * len(names)} for kind, names in ENTRIES.items()
    }
    assert found["other"] == {"entries": len(FOREIGN), "bytes": 10 * len(FOREIGN)}
    text = invoke("info").output
    assert text.startswith(f"{root}\n") and "models            4       40 B" in text and "other             5" in text


def test_every_cached_result_has_a_kind() -> None:
    assert {kind.name for kind in KINDS} == set(ENTRIES) >= set(RESULTS)


def test_no_cache_is_an_empty_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "none"))
    assert "in all" in invoke("info").output
    assert invoke("clear", "--yes").output == f"nothing to remove in {tmp_path / 'none'}\n"
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("kind", ENTRIES)
def test_a_kind_is_removed_and_nothing_else(kind: str, root: Path) -> None:
    before = files(root)
    done = invoke("clear", kind, "--yes")
    count = len(ENTRIES[kind])
    assert done.exit_code == 0, done.output
    assert done.output == (
        f"removed {count} {'entry' if count == 1 else 'entries'} ({kind}); freed {10 * count} B in {root}\n"
    )
    assert files(root) == before - set(ENTRIES[kind])


def test_without_names_all_entries_go_and_what_others_put_there_stays(root: Path) -> None:
    assert invoke("clear", "--yes").exit_code == 0
    assert files(root) == set(FOREIGN)
    assert not (root / "terms").exists(), "empty folders go as well"
    assert root.is_dir()


@pytest.mark.parametrize(("typed", "gone"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_it_asks_first(typed: str, gone: bool, root: Path) -> None:
    before = files(root)
    done = invoke("clear", "choruses", typed=typed)
    assert f"Remove 1 entry (choruses), 10 B, from {root}? [y/N]" in done.output
    assert (files(root) == before) is not gone
    assert ("nothing was removed" in done.output) is not gone


def test_where_nobody_can_be_asked_nothing_is_removed(root: Path) -> None:
    before = files(root)
    done = invoke("clear")
    assert isinstance(done.exception, JazzgramError) and "--yes" in str(done.exception)
    assert files(root) == before


def test_an_unknown_kind_is_told(root: Path) -> None:
    done = invoke("clear", "chorus", "--yes")
    assert isinstance(done.exception, JazzgramError)
    assert "no 'chorus' (did you mean choruses?); there are: tunes, terms" in str(done.exception)


def test_links_out_of_the_cache_are_not_followed(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / KEY).mkdir(parents=True)
    for name in (f"{KEY}.json", f"{KEY}/weights.safetensors"):
        (outside / name).write_text("precious")
    choruses = root / "choruses"
    (choruses / f"{KEY}.json").unlink()
    choruses.rmdir()
    choruses.symlink_to(outside)  # a kind's folder
    (root / "models" / f"{KEY[::-1]}").symlink_to(outside / KEY)  # an entry
    (root / "tunes" / "ab").symlink_to(outside)  # a folder between them
    assert invoke("clear", "--yes").exit_code == 0
    assert files(outside) == {f"{KEY}.json", f"{KEY}/weights.safetensors"}
    assert not (root / "models" / f"{KEY[::-1]}").exists() and choruses.is_symlink()
