"""Downloads against a server that does everything a server can do wrong."""

from __future__ import annotations

import gzip
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import Handler, Server, serving

from jazzgram.resources.download import download

CONTENT = os.urandom(300_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
LEFT = f".writing-{SHA256[:8]}00112233.mid"


class _Handler(Handler):
    def answer(self) -> None:
        span = self.headers.get("Range")
        answer = getattr(self, self.path.strip("/"))
        answer(int(span.removeprefix("bytes=").rstrip("-")) if span else None)

    def _head(self, status: int, **headers: object) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def whole(self, begun: int | None) -> None:
        self._head(200, Content_Length=len(CONTENT))
        self.wfile.write(CONTENT)

    def ranges(self, begun: int | None) -> None:
        if begun is None:
            return self.whole(None)
        if begun >= len(CONTENT):
            return self._head(416, Content_Length=0)
        rest = CONTENT[begun:]
        self._head(206, Content_Length=len(rest), Content_Range=f"bytes {begun}-{len(CONTENT) - 1}/{len(CONTENT)}")
        self.wfile.write(rest)

    def breaks(self, begun: int | None) -> None:
        """Break off the first answer, and send the rest when it is asked for."""
        if begun is not None:
            return self.ranges(begun)
        self._head(200, Content_Length=len(CONTENT))
        self.wfile.write(CONTENT[:100_000])

    def elsewhere(self, begun: int | None) -> None:
        """Send another part than was asked for."""
        if begun is None:
            return self.whole(None)
        self._head(206, Content_Length=10, Content_Range=f"bytes 0-9/{len(CONTENT)}")
        self.wfile.write(CONTENT[:10])

    def endless(self, begun: int | None) -> None:
        self._head(200)
        while not self.server.released.is_set():
            self.wfile.write(bytes(1 << 16))

    def bomb(self, begun: int | None) -> None:
        packed = gzip.compress(bytes(50_000_000))
        self._head(200, Content_Length=len(packed), Content_Encoding="gzip")
        self.wfile.write(packed)

    def packed(self, begun: int | None) -> None:
        packed = gzip.compress(CONTENT)
        self._head(200, Content_Length=len(packed), Content_Encoding="gzip")
        self.wfile.write(packed)

    def drips(self, begun: int | None) -> None:
        self._head(200, Content_Length=len(CONTENT))
        while not self.server.released.wait(0.05):
            self.wfile.write(b"x")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(_Handler) as server:
        yield server


def left_by_a_kill(folder: Path, content: bytes, name: str = LEFT, seconds: float = 3600) -> Path:
    file = folder / name
    file.write_bytes(content)
    os.utime(file, (time.time() - seconds,) * 2)
    return file


@pytest.mark.parametrize("path", ["whole", "ranges", "breaks", "packed", "elsewhere"])
def test_a_file_is_fetched_whole(path: str, server: Server, tmp_path: Path) -> None:
    assert download(server.url(path), tmp_path / "new" / "a.mid", SHA256) == ""
    assert (tmp_path / "new" / "a.mid").read_bytes() == CONTENT
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["a.mid"]


def test_what_broke_off_is_continued(server: Server, tmp_path: Path) -> None:
    assert download(server.url("breaks"), tmp_path / "a.mid", SHA256) == ""
    assert server.asked == [("/breaks", None), ("/breaks", "bytes=100000-")]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        pytest.param("ranges", CONTENT[:1234], id="the rest is sent"),
        pytest.param("whole", CONTENT[:1234], id="the server sends all of it again"),
        pytest.param("elsewhere", CONTENT[:1234], id="or another part"),
        pytest.param("ranges", CONTENT, id="only the move was missing"),
        pytest.param("ranges", b"x" * 1234, id="what was there is wrong"),
        pytest.param("ranges", b"x" * 400_000, id="and too long"),
    ],
)
def test_after_a_kill_it_goes_on(path: str, content: bytes, server: Server, tmp_path: Path) -> None:
    left_by_a_kill(tmp_path, content)
    assert download(server.url(path), tmp_path / "a.mid", SHA256) == ""
    assert server.asked[0] == (f"/{path}", f"bytes={len(content)}-")
    assert (tmp_path / "a.mid").read_bytes() == CONTENT
    assert [file.name for file in tmp_path.iterdir()] == ["a.mid"]


def test_the_largest_of_several_is_continued_and_the_others_are_removed(server: Server, tmp_path: Path) -> None:
    left_by_a_kill(tmp_path, CONTENT[:10], f".writing-{SHA256[:8]}aaaaaaaa.mid")
    left_by_a_kill(tmp_path, CONTENT[:20], f".writing-{SHA256[:8]}bbbbbbbb.mid")
    busy = left_by_a_kill(tmp_path, CONTENT[:30], f".writing-{SHA256[:8]}cccccccc.mid", seconds=0)
    other = left_by_a_kill(tmp_path, CONTENT[:40], ".writing-0011223344556677.mid")
    assert download(server.url("ranges"), tmp_path / "a.mid", SHA256) == ""
    assert server.asked == [("/ranges", "bytes=20-")]
    assert set(tmp_path.iterdir()) == {tmp_path / "a.mid", busy, other}, "what another process writes is left alone"


@pytest.mark.parametrize(
    ("path", "most", "reason"),
    [
        pytest.param("whole", 1000, "it has 300,000 bytes, more than the 1,000 that were expected", id="announced"),
        pytest.param("endless", 200_000, "it has more than the 200,000 bytes that were expected", id="endless"),
        pytest.param("bomb", 400_000, "it has more than the 400,000 bytes that were expected", id="gzip bomb"),
    ],
)
def test_what_is_too_large_is_refused_at_once(
    path: str, most: int, reason: str, server: Server, tmp_path: Path
) -> None:
    assert download(server.url(path), tmp_path / "a.mid", SHA256, most) == reason
    assert len(server.asked) == 1 and list(tmp_path.iterdir()) == []


@pytest.mark.timeout(30)
def test_what_takes_too_long_is_given_up(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jazzgram.resources.download._LONGEST", 0.4)
    assert download(server.url("drips"), tmp_path / "a.mid", SHA256) == "it was not complete after 0.4 seconds"
    assert list(tmp_path.iterdir()) == []


def test_the_message_names_the_cause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    assert download("http://127.0.0.1:9/a.mid", tmp_path / "a.mid", SHA256) == (
        "no connection to the server (Connection refused)"
    )


def test_a_full_disk_is_told_as_such(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("jazzgram.resources.download._copy", full)
    assert download(server.url("whole"), tmp_path / "a.mid", SHA256) == (
        f"{tmp_path} cannot be written (No space left on device)"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_download_is_readable_as_the_umask_says(server: Server, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        assert download(server.url("whole"), tmp_path / "a.mid", SHA256) == ""
    finally:
        os.umask(before)
    assert oct((tmp_path / "a.mid").stat().st_mode & 0o777) == "0o640"
