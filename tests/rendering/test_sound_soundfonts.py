"""Soundfonts: plain and compressed ones are read alike, those that were named, and those that are fetched."""

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

from jazzgram import JazzgramError, Note, Solo, Track
from jazzgram.rendering.sound.bank import SoundBank
from jazzgram.rendering.sound.player import RATE as PLAYED
from jazzgram.rendering.sound.player import Event, play
from jazzgram.rendering.sound.regions import DRUMS
from jazzgram.rendering.sound.render import Mix, render_solo
from jazzgram.rendering.sound.soundfont import Soundfont
from jazzgram.rendering.sound.soundfonts import find_instruments, registered

RATE = 22050
WAVE = (8000 * np.sin(2 * np.pi * 441 * np.arange(RATE) / RATE)).astype("<i2")
SAMPLE, INSTRUMENT, KEYS, VELOCITIES, ATTENUATION, PAN, RELEASE, LOOPED, FINE, ROOT, CHOKE = (
    53, 41, 43, 44, 48, 17, 38, 54, 52, 58, 57,
)  # fmt: skip


def chunk(tag: bytes, content: bytes) -> bytes:
    return tag + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def header(name: bytes, start: int, end: int, loop: int, loop_end: int, kind: int) -> bytes:
    return struct.pack("<20sIIIIIBbHH", name, start, end, loop, loop_end, RATE, 69, 0, 0, kind)


def both(low: int, high: int) -> int:
    return low | high << 8


def soundfont(samples: bytes, headers: bytes, *, drums: bool = False) -> bytes:
    """Make a soundfont with one preset of two zones: keys to 69 play sample 0, others sample 1, which is panned."""
    zones = [
        [(LOOPED, 1), (RELEASE, 0)],  # a global zone
        [(KEYS, both(0, 69)), (SAMPLE, 0)],
        [(KEYS, both(70, 127)), (VELOCITIES, both(20, 127)), (PAN, -500), (ROOT, 81), (CHOKE, 1), (SAMPLE, 1)],
    ]
    bags = b"".join(struct.pack("<HH", sum(map(len, zones[:number])), 0) for number in range(4))
    generators = b"".join(struct.pack("<HH", number, value & 0xFFFF) for zone in zones for number, value in zone)
    tables = {
        b"phdr": struct.pack("<20sHHHIII", b"mine", 0, 128 if drums else 0, 0, 0, 0, 0)
        + struct.pack("<20sHHHIII", b"EOP", 0, 0, 1, 0, 0, 0),
        b"pbag": struct.pack("<HHHH", 0, 0, 2, 0),
        b"pgen": struct.pack("<HHHHHH", ATTENUATION, 150, INSTRUMENT, 0, 0, 0),
        b"inst": struct.pack("<20sH", b"mine", 0) + struct.pack("<20sH", b"EOI", 3),
        b"ibag": bags,
        b"igen": generators + struct.pack("<HH", 0, 0),
        b"shdr": headers,
    }
    content = {
        b"INFO": chunk(b"ifil", struct.pack("<HH", 2, 4)),
        b"sdta": chunk(b"smpl", samples),
        b"pdta": b"".join(chunk(*table) for table in tables.items()),
    }
    return chunk(b"RIFF", b"sfbk" + b"".join(chunk(b"LIST", tag + inner) for tag, inner in content.items()))


@lru_cache  # an Ogg stream gets a random serial number
def packed(drums: bool = False) -> bytes:
    """Pack the same second of a sine twice, the second one plain."""
    buffer = io.BytesIO()
    soundfile.write(buffer, WAVE, RATE, format="OGG", subtype="VORBIS")
    ogg = buffer.getvalue() + bytes(len(buffer.getvalue()) % 2)
    plain = len(ogg) // 2
    headers = header(b"ogg", 0, len(ogg), 100, 20000, 0x11)
    headers += header(b"plain", plain, plain + RATE, plain + 100, plain + 20000, 1) + header(b"EOS", 0, 0, 0, 0, 0)
    return soundfont(ogg + WAVE.tobytes(), headers, drums=drums)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "Röhren klang.sf3"
    path.write_bytes(packed())
    return path


def strongest(sound: np.ndarray) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 19))) * PLAYED / (1 << 19))


def test_compressed_and_plain_samples_are_read_with_loops_and_generators(mine: Path) -> None:
    low, high = Soundfont(mine).regions(0, 0)
    assert (low.low, low.high, high.low, high.high, high.soft) == (0, 69, 70, 127, 20)
    assert low.loop == high.loop == (100, 20000)
    assert (low.root, high.root, low.pan, high.pan, high.choke) == (69, 81, 0, -1, 1)
    assert low.gain == pytest.approx(-6)  # 15 dB, of which players take 0.4
    assert np.abs(low.wave - WAVE / 32768)[500:-500].max() < 0.025
    assert np.abs(high.wave - WAVE / 32768).max() == 0


def test_one_whose_chunks_are_not_padded(tmp_path: Path) -> None:
    path = tmp_path / "odd.sf3"
    info = chunk(b"ifil", struct.pack("<HH", 2, 4))
    odd = info + b"ICMT" + struct.pack("<I", 5) + b"notes"
    path.write_bytes(packed().replace(chunk(b"LIST", b"INFO" + info), b"LIST" + struct.pack("<I", 29) + b"INFO" + odd))
    assert len(Soundfont(path).regions(0, 0)) == 2


@pytest.mark.parametrize(("pitch", "hertz"), [(57, 220.5), (69, 441), (81, 441)])
def test_its_notes_have_their_pitch_as_long_as_they_last(mine: Path, pitch: int, hertz: float) -> None:
    sound = play([Event(0, 3, pitch, 100)], Soundfont(mine).regions(0, 0), 4 * PLAYED)[0]
    for begin in (0, 2):
        assert strongest(sound[begin * PLAYED :][:PLAYED]) == pytest.approx(hertz, abs=0.5)
    assert np.abs(sound[round(3.7 * PLAYED) :]).max() < 1e-4


def test_a_solo_is_played_with_it(mine: Path) -> None:
    sound = render_solo(
        Solo((Note(69, 0, 960),), (), 1, program=0), find_instruments(str(mine), pytest.fail), Mix(-60, room=0)
    )
    assert strongest(sound[: PLAYED // 2, 0]) == pytest.approx(441, abs=1)


def test_what_it_lacks_is_one_line(mine: Path, tmp_path: Path) -> None:
    notes = (Note(60, 0, 480),)
    with pytest.raises(JazzgramError, match="no instrument for General MIDI program 66"):
        render_solo(Solo(notes, (), 1, program=66), Soundfont(mine))
    with pytest.raises(JazzgramError, match=r"no drum kit \(bank 128\)"):
        render_solo(Solo(notes, (), 1, program=0, accompaniment=(Track("Drums", 0, notes, True),)), Soundfont(mine))
    kit = tmp_path / "kit.sf3"
    kit.write_bytes(packed(drums=True))
    assert len(Soundfont(kit).regions(DRUMS, 40)) == 2  # the standard kit stands in


@pytest.mark.parametrize("content", [b"", b"RIFF\x00\x00\x00\x00sfbk", packed()[:3000], packed()[:-100]])
def test_a_broken_soundfont(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.sf3"
    path.write_bytes(content)
    with pytest.raises(JazzgramError, match=r"x\.sf3: (not a soundfont that can be read|cannot be read)"):
        Soundfont(path).regions(0, 0)


def test_the_one_that_comes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAZZGRAM_SOUNDFONT", raising=False)
    assert isinstance(find_instruments(None, pytest.fail), SoundBank)


def test_the_one_that_was_named(mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAZZGRAM_SOUNDFONT", str(mine))
    assert find_instruments(None, pytest.fail, cache=tmp_path).path == mine


def test_a_wrong_name_and_a_wrong_file(tmp_path: Path) -> None:
    with pytest.raises(JazzgramError, match="fluid_r3_mono"):
        find_instruments("no such", pytest.fail, cache=tmp_path)
    (tmp_path / "song.sf2").write_text("not one")
    with pytest.raises(JazzgramError, match="not a soundfont"):
        find_instruments(str(tmp_path / "song.sf2"), pytest.fail, cache=tmp_path)


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
    first = find_instruments("mine", pytest.fail, cache=tmp_path).path
    assert first.read_bytes() == packed()
    register("missing")
    assert find_instruments("mine", pytest.fail, cache=tmp_path).path == first
    register("good")
    first.write_bytes(first.read_bytes()[:-9])
    assert find_instruments("mine", pytest.fail, cache=tmp_path).path.read_bytes() == packed()


@pytest.mark.parametrize(("path", "reason"), [("missing", "the server answered 404"), ("bad", "another sha256")])
def test_what_cannot_be_fetched_is_told_and_the_bank_plays(
    register: Callable[[str], None], tmp_path: Path, path: str, reason: str
) -> None:
    register(path)
    warnings: list[str] = []
    assert isinstance(find_instruments("mine", warnings.append, cache=tmp_path), SoundBank)
    (line,) = warnings
    assert reason in line and "playing with the sound bank" in line and "\n" not in line
