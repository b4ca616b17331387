"""Broken files of every kind: a reader says one line or reads them, in bounded time and memory, whatever they hold."""

from __future__ import annotations

import importlib
import multiprocessing
import resource
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from mutation import mutants

from jazzgram import Corpus, JazzgramError

ROOT = Path(__file__).resolve().parents[1]
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


KINDS = {
    "midi": Kind("midi", ".mid", False, _bundled("bundled_midi/*.mid")),
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
    limit = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + MEMORY
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
            if not lines or not all(file.name in line for line in lines):
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
        number, content, said = receive.recv()
    except EOFError:
        process.join()
        pytest.fail(f"{name}: the process died (exit code {process.exitcode}); the mutant is {folder}")
    process.join()
    if number < count:
        broken = folder / f"broken{kind.suffix}"
        broken.write_bytes(content)
        pytest.fail(f"{name}: mutant {number} of seed {seed} ({broken}): {said}")
    return f"{name}: {said}"


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
