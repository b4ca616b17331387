"""Read mutants in processes that may die, within limits of time and memory, and count what became of them."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import shutil
import signal
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from mutation import mutants
from paths import ROOT

from jazzgram import JazzgramError
from jazzgram.resources.printable import printable
from robustness.kinds import KINDS, Folder

SECONDS = 10
"""The longest that one input may take, on a busy machine."""
MEMORY = 1 << 30
"""Bytes that inputs may take on top of what the interpreter and the libraries have."""
_LONGEST_LINE = 1_300
_PATIENCE = 3 * SECONDS
"""Seconds after which a process that does not answer is ended: it hangs where no signal reaches it."""


@dataclass
class Result:
    """What became of the mutants of a kind.

    Parameters
    ----------
    fine, refused : int
        How many were read, and how many were refused in lines that name the file.
    past : int
        How many got past the parser's first check.
    refused_at : Counter of str
        Refusals by the function in which they arose.
    harm : list of (int, str)
        Every other outcome: the mutant's number, and what happened.
    """

    fine: int = 0
    refused: int = 0
    past: int = 0
    refused_at: Counter[str] = field(default_factory=Counter)
    harm: list[tuple[int, str]] = field(default_factory=list)


def mutant(kind: str, seeds: list[Folder], seed: int, number: int) -> Folder:
    """Return a mutant: one to four edits of the structure; one in ten has its bytes broken instead."""
    rng = random.Random(f"{kind}/{seed}/{number}")
    folder = rng.choice(seeds)
    if number % 10 == 9:
        name = rng.choice(sorted(folder))
        return folder | {name: next(mutants([folder[name]], 1, rng.getrandbits(32), text=True))}
    return KINDS[kind].mutate(folder, rng, rng.choice((1, 1, 2, 4)))


def attack(kind: str, count: int, seed: int, made: Path) -> Result:
    """Have mutants of a kind read, and count what became of them.

    Parameters
    ----------
    kind : str
        A key of `KINDS`.
    count, seed : int
        How many mutants; the same seed makes the same ones.
    made : Path
        A folder for the examples that have to be made first.
    """
    seeds = KINDS[kind].seeds(made)
    result, number = Result(), 0
    if not seeds:
        return result
    while number < count:
        for done, outcome, where in _outcomes(kind, seeds, seed, number, count):
            number = done + 1
            if outcome == "fine":
                result.fine += 1
            elif outcome == "refused":
                result.refused += 1
                result.refused_at[where] += 1
            else:
                result.harm.append((done, where))
            first = outcome == "refused" and where.startswith(KINDS[kind].first_check)
            result.past += not first
    return result


def _outcomes(kind: str, seeds: list[Folder], seed: int, begin: int, end: int) -> Iterator[tuple[int, str, str]]:
    """Yield number, outcome and place from one process; where it dies, the last outcome says so."""
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    with tempfile.TemporaryDirectory() as scratch:
        process = context.Process(target=_read_all, args=(kind, seeds, seed, begin, end, scratch, send))
        process.start()
        send.close()
        number = begin - 1
        try:
            while number < end - 1:
                if not receive.poll(_PATIENCE + 30 * (number < begin)):
                    raise TimeoutError
                number, outcome, where = receive.recv()
                yield number, outcome, where
        except (EOFError, TimeoutError) as error:
            process.kill()
            process.join()
            died = "does not answer" if isinstance(error, TimeoutError) else f"died, exit code {process.exitcode}"
            yield number + 1, "harm", f"the process {died}"
        process.kill()
        process.join()


class _TooLong(BaseException):
    """Raised by the alarm; not an Exception, so that nobody takes it for an error of the file."""


def _too_long(*_: object) -> None:
    raise _TooLong


def _read_all(kind: str, seeds: list[Folder], seed: int, begin: int, end: int, scratch: str, send: Connection) -> None:
    os.environ["JAZZGRAM_CACHE"] = str(Path(scratch, "cache"))
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    with suppress(JazzgramError):
        _use(kind, Path(scratch, "whole"), seeds[0])  # everything is imported before memory is bounded
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0])
    limit = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    signal.signal(signal.SIGALRM, _too_long)
    for number in range(begin, end):
        send.send((number, *_outcome(kind, Path(scratch, "mutant"), mutant(kind, seeds, seed, number))))


def _outcome(kind: str, folder: Path, files: Folder) -> tuple[str, str]:
    signal.alarm(SECONDS)
    try:
        _use(kind, folder, files)
        return "fine", ""
    except JazzgramError as error:
        lines = [printable(line) for line in str(error).splitlines()]
        if not lines or folder.name not in lines[0]:
            return "harm", f"an error that does not name the file: {error!s:.200}"
        if any(len(line) > _LONGEST_LINE or not line.isprintable() for line in lines):
            return "harm", f"a long or unprintable line: {error!s:.200}"
        return "refused", _origin(error)
    except _TooLong as error:
        return "harm", f"longer than {SECONDS} s: {_origin(error)}"
    except BaseException as error:
        last = traceback.extract_tb(error.__traceback__)[-3:]
        return "harm", f"{type(error).__name__}: {error!s:.100}, in {' < '.join(map(_frame, reversed(last)))}"
    finally:
        signal.alarm(0)


def _use(kind: str, folder: Path, files: Folder) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    KINDS[kind].read(folder / KINDS[kind].main)


def _origin(error: BaseException) -> str:
    """Return the innermost function of ours in which an error arose, following what caused it."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(ROOT) and ".venv" not in frame.filename and "tests" not in frame.filename
    ]
    return _frame(ours[-1]) if ours else "elsewhere"


def _frame(frame: traceback.FrameSummary) -> str:
    return f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.name}"
