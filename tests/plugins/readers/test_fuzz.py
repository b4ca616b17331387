"""Broken files of every kind: a reader says one line or reads them, in bounded time and memory, whatever they hold."""

from __future__ import annotations

import importlib
import json
import multiprocessing
import resource
import signal
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from musicxml_files import attributes, barline, harmony, measure, score
from mutation import mutants
from paths import ROOT

from jazzgram import Corpus, JazzgramError
from jazzgram.testing import check_plugin

SECONDS = 5
"""The longest that reading one broken file may take, on a busy machine."""
MEMORY = 1 << 30
"""Bytes that reading broken files may take on top of what the interpreter and the libraries have."""


@dataclass(frozen=True)
class Kind:
    """A reader with whole files to break."""

    reader: str
    suffix: str
    text: bool
    seeds: Callable[[Path | None], list[bytes]]


def _bundled(pattern: str) -> Callable[[Path | None], list[bytes]]:
    return lambda shared: [file.read_bytes() for file in sorted((ROOT / "data").glob(pattern))]


def _scores(shared: Path | None) -> list[bytes]:
    """Return a small score with most of what the reader knows, and real lead sheets where they are."""
    melody = "C4:12 E4:4 G4:4 +B4:4 r:12 D5:16~"
    small = score(
        measure(attributes(), barline("forward"), harmony("D", "minor-seventh"), melody)
        + measure(harmony("G", "dominant", text="7"), "~D5:48", barline("backward", "1"))
    )
    folder = shared / "data" / "wjazzd" / "musicxml" if shared else None
    real = sorted(folder.glob("*.musicxml"), key=lambda file: file.stat().st_size) if folder else []
    return [small.encode(), *(file.read_bytes() for file in real[:2])]


_LEAD_SHEET = b"""title: Turn
key: Bb
meter: 4/4
tempo: 160
[A]
|: Cm7 F7 | Bbmaj7 G7b9 | Cm7/F / F7 / |1. Bb6 :|2. Bb6 |
[B] Ebmaj7 | % | NC | D7alt ||
"""
_IREAL = (
    b"irealbook://Turn=Nobody=Medium Swing=Bb=n={T44*AC-7 F7 |Bb^7 G7b9 |N1C-7/F F7 }|N2Bb6 |[*BEb^7 |x |n |D7alt Z"
)
_ABC = b"""X:1
T:Turn
M:4/4
L:1/8
K:Bb
|:"Cm7"CDEF "F7"(3GAB c2|"Bbmaj7"B>A G/F/ z2 D2-|D4 [K:F] ^F2 _A2:|
X:2
T:Other
M:3/4
L:1/4
K:Dm
"Dm"D2 A|1 "A7"^c2 e:|2 "Dm"d3|]
"""

_ABC_PARTS = b"""X:1
T:Parts
M:4/4
L:1/8
P:(A2.B)2AC
V:T clef=treble-8 transpose=-2 octave=1
K:D transpose=3 bass
[V:T]"D""A7/C#"D4 "G"z4|
P:A
|:"Dm7""G7"D8|1"C"C8:|2"F"F4"C"|]
P:B
[V:2]"X"E8|[V:T][K:clef=bass+8]"C""(Am)"C4 "Db9"y D4|
P:C
G8|]
"""


_IMPROVISOR = b"""(title Turn)
(meter 4 4)
(key -2)
(tempo 160.0)
(style swing (swing 0.67))
(part (type chords))
Cm7 F7 | / | (section (style latin)) BbM7 / G7b9 / | NC |
(part (type melody) (title One))
c8 eb8/3 g8/3 bb8/3 r4 d+4. c#++16 b-2+4 f1
(part (type melody))
r1+1+1 bb4
"""
_HUMDRUM = b"""!!!OTL: Turn
**kern\t**jazz
*>[A,A,B]\t*>[A,A,B]
*>A\t*>A
*M4/4\t*M4/4
*B-:\t*B-:
4c\t2C:min7
4d\t.
2f\t4.F7(b9)
.\t8B-:maj7/D(8G7)
=\t=
*>B\t*>B
*M3/4\t*M3/4
2.g\t2.r
*-\t*-
"""


def _jams(chords: list[tuple[float, float, str]], beats: list[tuple[float, float, object]]) -> bytes:
    names = ("time", "duration", "value")
    spaces: dict[str, Sequence[tuple[float, float, object]]] = {
        "chord_harte": chords,
        "beat": beats,
        "key_mode": [(0, 8, "Bb:major")],
    }
    annotations = [
        {"namespace": space, "data": [dict(zip(names, row, strict=True)) for row in rows]}
        for space, rows in spaces.items()
    ]
    return json.dumps({"annotations": annotations, "file_metadata": {"title": "Turn"}}, indent=1).encode()


_JAMS = _jams(
    [(0.1, 1.0, "C:min7"), (1.0, 1.0, "F:7(b9)/b7"), (2.0, 2.0, "N")],
    [(beat / 2, 0, beat % 4 + 1) for beat in range(9)],
)
_SCORE_IN_JAMS = _jams([(1.0, 2.0, "Cm7"), (1.2, 2.0, "F7"), (2.0, 4.0, "Bb")], [])
_FILOSAX_NOTE = {
    **{"midi_pitch": 65, "bar_num": 2, "s_rhythmic_position": 0, "s_rhythmic_duration": 12, "crochet_num": 24},
    **{
        "s_start_time": 1.0,
        "tempo": 140.5,
        "bar_type": 2,
        "is_grace": 0,
        "chord_changes": {"0": "C:min7", "24": "F:7"},
    },
}
_FILOSAX = json.dumps(
    {
        "notes": [
            _FILOSAX_NOTE | {"s_rhythmic_position": 12 * number, "midi_pitch": 60 + number, "bar_num": 2 + number // 3}
            for number in range(6)
        ]
    },
    indent=1,
).encode()


def _odd_midi(shared: Path | None) -> list[bytes]:
    """Return files as only players read them: with bytes above 127, a long header, in a RIFF, with notes on end."""
    whole = _bundled("bundled_midi/*.mid")(shared)
    small = min(whole, key=len)
    line = b"".join(b"\x00\x90%c\xc8\x60\x80%c\xff" % (pitch, pitch) for pitch in range(60, 72))
    loud = (
        b"\x00\xff\x58\x04\x03\x02\x18\x08\x00\xff\x58\x04\x04\x02\x18\x08" + line + b"\x00\x90\x4d\x50\x00\xff\x2f\x00"
    )
    header = b"MThd\x00\x00\x00\x0a\x00\x01\x00\x01\x00\x60\x00\x00\x00\x00"
    odd = header + b"MTrk" + len(loud).to_bytes(4, "big") + loud
    riff = b"RIFF" + (len(small) + 12).to_bytes(4, "little") + b"RMIDdata" + len(small).to_bytes(4, "little") + small
    return [*whole, odd, riff]


KINDS = {
    "abc": Kind("abc", ".abc", True, lambda shared: [_ABC, _ABC_PARTS]),
    "ireal": Kind("ireal", ".html", True, lambda shared: [_IREAL]),
    "lead_sheet": Kind("lead_sheet", ".txt", True, lambda shared: [_LEAD_SHEET]),
    "musicxml": Kind("musicxml", ".musicxml", True, _scores),
    "midi": Kind("midi", ".mid", False, _odd_midi),
    "improvisor": Kind("improvisor", ".ls", True, lambda shared: [_IMPROVISOR]),
    "humdrum": Kind("humdrum", ".jazz", True, lambda shared: [_HUMDRUM]),
    "jams": Kind("jams", ".jams", True, lambda shared: [_JAMS, _SCORE_IN_JAMS]),
    "filosax": Kind("filosax", ".json", True, lambda shared: [_FILOSAX]),
    "jazzgram_text": Kind("jazzgram_text", ".txt", True, _bundled("bundled/*.txt")),
}


class _TooLong(Exception):
    pass


def _read_all(name: str, folder: str, count: int, seed: int, seeds: list[bytes], send: Any) -> None:
    """Read mutants until one does harm; send what was found, or the number read."""

    def too_long(*_: object) -> None:
        raise _TooLong

    kind = KINDS[name]
    module = importlib.import_module(f"jazzgram_plugins.readers.{kind.reader}")
    arguments = {"options": module.Options()} if hasattr(module, "Options") else {}
    file = Path(folder, f"mutant{kind.suffix}")
    file.write_bytes(seeds[0])
    module.read_corpus(source=file, **arguments)  # everything is imported before memory is bounded
    limit = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0]) * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    signal.signal(signal.SIGALRM, too_long)
    read = 0
    for number, content in enumerate(mutants(seeds, count, seed, kind.text)):
        file.write_bytes(content)
        signal.alarm(SECONDS)
        try:
            corpus = module.read_corpus(source=file, **arguments)
            assert isinstance(corpus, Corpus) and corpus.tunes and all(tune.bars for tune in corpus.tunes)
            read += 1
        except JazzgramError as error:
            lines = str(error).splitlines()
            if not lines or file.name not in lines[0]:
                send.send((number, content, f"an error that does not name the file: {error}"))
                return
        except BaseException:
            send.send((number, content, traceback.format_exc()))
            return
        finally:
            signal.alarm(0)
    send.send((count, b"", f"{read} of {count} could still be read"))


def attack(name: str, count: int, seed: int, folder: Path, shared: Path | None) -> str:
    """Let a reader read mutants in a process of its own; fail with the one that does harm."""
    kind = KINDS[name]
    seeds = kind.seeds(shared)
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_read_all, args=(name, str(folder), count, seed, seeds, send))
    process.start()
    send.close()
    try:
        number, content, message = receive.recv()
    except EOFError:
        process.join()
        pytest.fail(f"{name}: the process died (exit code {process.exitcode}); the mutant is {folder}")
    process.join()
    if number < count:
        broken = folder / f"broken{kind.suffix}"
        broken.write_bytes(content)
        pytest.fail(f"{name}: mutant {number} of seed {seed} ({broken}): {message}")
    return f"{name}: {message}"


@pytest.mark.parametrize("name", KINDS)
def test_a_whole_file_is_read_as_the_contract_says(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    for number, content in enumerate(kind.seeds(None)):
        file = tmp_path / f"{number}{kind.suffix}"
        file.write_bytes(content)
        check_plugin(importlib.import_module(f"jazzgram_plugins.readers.{kind.reader}"), file)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_few_hundred_broken_files(name: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    record_property("fuzz", attack(name, 300, 1, tmp_path, None))


COUNTS = {"midi": 20_000}
"""How many mutants of a kind are read by the slow test; 5,000 of every other."""


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", sorted(KINDS))
def test_thousands_of_broken_files(
    name: str, tmp_path: Path, shared_or_none: Path | None, record_property: Callable[[str, object], None]
) -> None:
    record_property("fuzz", attack(name, COUNTS.get(name, 5_000), 2, tmp_path, shared_or_none))
