"""Files that appear whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jazzgram import JazzgramError
from jazzgram.resources.atomic import whole_file, write_whole


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize(("content", "written"), [(b"RIFF", b"RIFF"), ("B♭7\n", "B♭7\n".encode()), ("", b"")])
def test_a_file_replaces_the_old_one(content: bytes | str, written: bytes, tmp_path: Path) -> None:
    path = tmp_path / "new" / "Träume – 1.txt"
    for before in (None, b"an older and longer text"):
        if before is not None:
            path.write_bytes(before)
        write_whole(path, content)
        assert path.read_bytes() == written and names(path.parent) == [path.name]


def test_whoever_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "solo.mid"
    path.write_bytes(b"old")

    def stop() -> None:
        with whole_file(path) as file:
            file.write(b"half of the new")
            assert path.read_bytes() == b"old" and len(names(tmp_path)) == 2
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert path.read_bytes() == b"old" and names(tmp_path) == ["solo.mid"]


def test_a_folder_that_lets_nobody_in(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("in the way")
    (tmp_path / "solo.wav").mkdir()
    for path in (tmp_path / "a file" / "solo.wav", tmp_path / "solo.wav"):
        with pytest.raises(JazzgramError, match=r"solo\.wav: cannot be written: "):
            write_whole(path, b"RIFF")
        with pytest.raises(OSError), whole_file(path):
            pass
    assert names(tmp_path) == ["a file", "solo.wav"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_others_may_read_it_as_they_may_any_new_file(tmp_path: Path) -> None:
    write_whole(tmp_path / "whole", "")
    (tmp_path / "plain").touch()
    assert (tmp_path / "whole").stat().st_mode == (tmp_path / "plain").stat().st_mode
