"""Which instruments play: those that come along, those that were named, and those that are fetched."""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
from servers import Handler, serving

from jazzgram import JazzgramError
from jazzgram.rendering.sound.sf3 import to_sf2
from jazzgram.rendering.sound.soundfonts import find_soundfont, registered

RATE = 22050
WAVE = (8000 * np.sin(2 * np.pi * 441 * np.arange(RATE) / RATE)).astype("<i2")


def chunk(tag: bytes, content: bytes) -> bytes:
    return tag + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def header(name: bytes, start: int, end: int, loop: int, loop_end: int, kind: int) -> bytes:
    return struct.pack("<20sIIIIIBbHH", name, start, end, loop, loop_end, RATE, 69, 0, 0, kind)


def soundfont(samples: bytes, headers: bytes, version: int) -> bytes:
    info = chunk(b"ifil", struct.pack("<HH", version, 1)) + chunk(b"INAM", b"test")
    body = b"".join(
        chunk(b"LIST", tag + inner)
        for tag, inner in ((b"INFO", info), (b"sdta", chunk(b"smpl", samples)), (b"pdta", chunk(b"shdr", headers)))
    )
    return chunk(b"RIFF", b"sfbk" + body)


@lru_cache  # an Ogg stream gets a random serial number
def packed() -> bytes:
    """Pack the same second of a sine twice, the second one plain."""
    buffer = io.BytesIO()
    soundfile.write(buffer, WAVE, RATE, format="OGG", subtype="VORBIS")
    ogg = buffer.getvalue() + bytes(len(buffer.getvalue()) % 2)
    plain = len(ogg) // 2
    headers = header(b"ogg", 0, len(ogg), 100, 20000, 0x11)
    headers += header(b"plain", plain, plain + RATE, plain + 100, plain + 20000, 1) + header(b"EOS", 0, 0, 0, 0, 0)
    return soundfont(ogg + WAVE.tobytes(), headers, 3)


def test_packed_samples_are_unpacked_with_their_loops() -> None:
    made = to_sf2(packed(), "x.sf3")
    at = made.index(b"shdr") + 8
    first, second = (struct.unpack("<20sIIIIIBbHH", made[at + 46 * k : at + 46 * (k + 1)]) for k in range(2))
    assert first[1:5] == (0, RATE, 100, 20000) and first[9] == 1
    assert second[1:5] == (RATE + 46, 2 * RATE + 46, RATE + 146, RATE + 46 + 20000)
    start = made.index(b"smpl") + 8
    sound = np.frombuffer(made[start : start + 4 * (RATE + 46)], "<i2")
    assert np.abs(sound[:RATE].astype(int) - WAVE)[500:-500].max() < 800
    assert not sound[RATE : RATE + 46].any()
    assert (sound[RATE + 46 : 2 * RATE + 46] == WAVE).all()
    assert struct.unpack("<HH", made[made.index(b"ifil") + 8 :][:4]) == (2, 4)


def test_a_plain_soundfont_stays_as_it_is() -> None:
    plain = soundfont(WAVE.tobytes(), header(b"plain", 0, RATE, 0, RATE, 1), 2)
    assert to_sf2(plain, "x.sf2") == plain


@pytest.mark.parametrize("content", [b"", b"RIFF\x00\x00\x00\x00sfbk", packed()[:3000]])
def test_a_broken_soundfont(content: bytes) -> None:
    with pytest.raises(JazzgramError, match=r"^x\.sf3: not a soundfont that can be read"):
        to_sf2(content, "x.sf3")


def test_the_one_that_comes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAZZGRAM_SOUNDFONT", raising=False)
    assert find_soundfont(None, pytest.fail).name == "TimGM6mb.sf2"


def test_the_one_that_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = tmp_path / "Röhren klang.sf3", tmp_path / "b.sf2"
    mine.write_bytes(packed())
    other.write_bytes(soundfont(WAVE.tobytes(), header(b"plain", 0, RATE, 0, RATE, 1), 2))
    monkeypatch.setenv("JAZZGRAM_SOUNDFONT", str(other))
    assert find_soundfont(None, pytest.fail, cache=tmp_path) == other
    unpacked = find_soundfont(str(mine), pytest.fail, cache=tmp_path)
    assert unpacked.parent == tmp_path / "soundfonts" and unpacked.read_bytes() == to_sf2(packed(), "")
    before = unpacked.stat().st_mtime_ns
    assert find_soundfont(str(mine), pytest.fail, cache=tmp_path).stat().st_mtime_ns == before
    assert [file.name for file in unpacked.parent.iterdir()] == [unpacked.name]


def test_a_wrong_name_and_a_wrong_file(tmp_path: Path) -> None:
    with pytest.raises(JazzgramError, match="fluid_r3_mono"):
        find_soundfont("no such", pytest.fail, cache=tmp_path)
    (tmp_path / "song.sf2").write_text("not one")
    with pytest.raises(JazzgramError, match="not a soundfont"):
        find_soundfont(str(tmp_path / "song.sf2"), pytest.fail, cache=tmp_path)


def test_the_registry_tells_licences_and_sizes() -> None:
    assert {name: entry.licence[:3] for name, entry in registered().items()} == {
        "fluid_r3_mono": "MIT",
        "musescore_general_lite": "MIT",
    }
    assert all(entry.size > 1e7 and entry.url.startswith("https://") for entry in registered().values())


class _Handler(Handler):
    def answer(self) -> None:
        content = packed() if self.path == "/good" else packed()[:-2] + b"xx"
        self.send_response(200 if self.path != "/missing" else 404)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Register a soundfont called ``mine`` at a path of a local server."""

    def write(path: str) -> None:
        content = packed()
        file = tmp_path / "mine.yaml"
        file.write_text(
            f"mine: {{title: Mine, licence: CC0-1.0, url: '{server.url(path)}', "
            f"filename: mine.sf3, size: {len(content)}, sha256: {hashlib.sha256(content).hexdigest()}}}\n"
        )
        monkeypatch.setenv("JAZZGRAM_SOUNDFONTS", str(file))

    with serving(_Handler) as server:
        yield write


def test_fetched_once_by_name(register: Callable[[str], None], tmp_path: Path) -> None:
    register("good")
    first = find_soundfont("mine", pytest.fail, cache=tmp_path)
    assert first.read_bytes() == to_sf2(packed(), "")
    register("missing")
    assert find_soundfont("mine", pytest.fail, cache=tmp_path) == first
    for content in (b"", first.read_bytes()[:-9], b"x" * 99):
        first.write_bytes(content)
        warnings: list[str] = []
        assert find_soundfont("mine", warnings.append, cache=tmp_path).read_bytes() == to_sf2(packed(), "")
        assert len(warnings) == 1 and "is damaged; it is made again" in warnings[0]


@pytest.mark.parametrize(("path", "reason"), [("missing", "the server answered 404"), ("bad", "another sha256")])
def test_what_cannot_be_fetched_is_told_and_the_plain_one_plays(
    register: Callable[[str], None], tmp_path: Path, path: str, reason: str
) -> None:
    register(path)
    warnings: list[str] = []
    assert find_soundfont("mine", warnings.append, cache=tmp_path).name == "TimGM6mb.sf2"
    (line,) = warnings
    assert reason in line and "playing with the plain one" in line and "\n" not in line
