"""Render MIDI files to sound files: those up to date are skipped, failures reported, and writes atomic."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from jazzgram.errors import JazzgramError
from jazzgram.rendering.sound.bank import SoundBank
from jazzgram.rendering.sound.encode import comment_of, encode
from jazzgram.rendering.sound.master import master, stem_gain
from jazzgram.rendering.sound.midi_file import render_file, render_file_stems
from jazzgram.rendering.sound.player import RATE
from jazzgram.rendering.sound.regions import Instruments
from jazzgram.rendering.sound.soundfont import Soundfont
from jazzgram.resources.atomic import write_whole
from jazzgram.resources.cache import content_key
from jazzgram.resources.plain import plain
from jazzgram.resources.staging import sweep

_ENDINGS = (".mid", ".midi")
_VERSION = 2
"""Incremented when the same file would be rendered differently."""


@dataclass(frozen=True, slots=True)
class Job:
    """One MIDI file and the sound files to be made of it.

    Parameters
    ----------
    source : Path
        The MIDI file.
    target : Path
        The sound file without its ending.
    formats : tuple of str
        Of `jazzgram.rendering.sound.encode.FORMATS`.
    bitrate : int
        kbit/s, for mp3 and ogg.
    instruments : Path
        The folder of the sound bank, or a soundfont.
    stems : bool
        Whether to write each part alone as well.
    """

    source: Path
    target: Path
    formats: tuple[str, ...]
    bitrate: int
    instruments: Path
    stems: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one job: its `files`, `seconds` of new sound, or one line of `failure`."""

    job: Job
    files: tuple[Path, ...] = ()
    seconds: float = 0.0
    failure: str = ""

    @property
    def rendered(self) -> bool:
        """Whether anything had to be made."""
        return self.seconds > 0


def plan(paths: Sequence[Path], job: Job, out: Path | None) -> list[Job]:
    """Find MIDI files in files and folders, and the target of each.

    Parameters
    ----------
    paths : sequence of Path
        Files, and folders that are searched recursively; hidden files are skipped.
    job : Job
        Formats, bitrate, instruments and stems of all; its source and target are ignored.
    out : Path or None
        The folder for sound files, in the same subfolders; None for beside each MIDI file.

    Returns
    -------
    list of Job
        One per file, in the order of the paths, sorted within a folder. Of two files that differ only in their
        ending, as ``a.mid`` and ``a.midi``, the second keeps its ending in the name.

    Raises
    ------
    JazzgramError
        Where a path does not exist, or there is no MIDI file at all.
    """
    jobs: list[Job] = []
    seen: set[Path] = set()
    targets: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found = sorted(file for file in path.rglob("*") if _is_midi(file))
        elif path.is_file():
            found = [path]
        else:
            raise JazzgramError(f"{path}: there is no such file or folder")
        for file in found:
            if file.resolve() in seen:
                continue
            seen.add(file.resolve())
            relative = file.relative_to(path) if path.is_dir() else Path(file.name)
            base = file if out is None else out / relative
            target = base.with_name(base.stem)
            number = 1
            while target in targets:
                number += 1
                target = base if number == 2 else base.with_name(f"{base.name}.{number}")
            targets.add(target)
            jobs.append(replace(job, source=file, target=target))
    if not jobs:
        raise JazzgramError(f"{', '.join(map(str, paths))}: no MIDI file (.mid, .midi) here or below")
    return jobs


def render_all(jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
    """Render several files at a time.

    Parameters
    ----------
    jobs : sequence of Job
        The files to render.
    workers : int
        The number of processes, 1 or more; with 1 this process renders.

    Yields
    ------
    Outcome
        One for each job, in the order of completion.
    """
    for folder in {job.target.parent for job in jobs}:
        sweep(folder)
    if workers == 1 or len(jobs) == 1:
        yield from map(render_one, jobs)
        return
    unfinished = []
    pool = _pool(min(workers, len(jobs)))
    try:
        waiting = {pool.submit(render_one, job): job for job in jobs}
        for future in as_completed(waiting):
            try:
                yield future.result()
            except BrokenProcessPool:
                unfinished.append(waiting[future])
    finally:
        pool.shutdown(cancel_futures=True)
    # A killed worker breaks the pool for all waiting jobs: each gets a process of its own, and only one fails.
    for job in unfinished:
        with _pool(1) as alone:
            try:
                yield alone.submit(render_one, job).result()
            except BrokenProcessPool:
                yield Outcome(job, failure=f"{job.source}: the renderer was killed; is there enough memory?")


def _pool(workers: int) -> ProcessPoolExecutor:
    """Start worker processes; spawned, not forked, because the calling process may have threads, and TensorFlow."""
    return ProcessPoolExecutor(workers, get_context("spawn"), _ignore_interrupts)


def render_one(job: Job) -> Outcome:
    """Render one file, unless its sound files are up to date; any error becomes the outcome's `failure`."""
    try:
        key = _key(job)
        files = {form: job.target.with_name(f"{job.target.name}.{form}") for form in job.formats}
        missing = [form for form, file in files.items() if not file.is_file() or comment_of(file) != key[form]]
        if not missing:
            return Outcome(job, tuple(files.values()))
        instruments = _instruments(job.instruments)
        if job.stems:
            stems = render_file_stems(job.source, instruments)
            whole = np.sum(list(stems.values()), axis=0)
        else:
            stems, whole = {}, render_file(job.source, instruments)
        gain = np.float32(stem_gain(whole, stems.values(), RATE))
        parts = [(".", master(whole, RATE)), *((f".{name}.", stem * gain) for name, stem in stems.items())]
        written = []
        for form in missing:
            # The whole comes last: only with all its stems beside it is a file up to date.
            for ending, samples in reversed(parts):
                written.append(job.target.with_name(f"{job.target.name}{ending}{form}"))
                content = encode(samples, RATE, form, job.bitrate, job.source.stem, key[form])
                write_whole(written[-1], content)
        return Outcome(job, tuple(reversed(written)), len(whole) / RATE)
    except JazzgramError as error:
        return Outcome(job, failure=str(error))
    except (MemoryError, OSError) as error:
        return Outcome(job, failure=f"{job.source}: {' '.join(str(error).split()) or type(error).__name__}")


def _is_midi(file: Path) -> bool:
    return file.suffix.lower() in _ENDINGS and not file.name.startswith(".") and file.is_file()


def _key(job: Job) -> dict[str, str]:
    """Return, for each format, the comment of a file made from this content, soundfont and bitrate."""
    try:
        content = plain(job.source).read_bytes()
    except OSError as error:
        raise JazzgramError(f"{job.source}: cannot be read ({error.strerror})") from None
    path = job.instruments
    bank = (path / "index.json").read_bytes().hex() if path.is_dir() else (path.name, path.stat().st_size)
    return {
        form: "jazzgram "
        + content_key(
            midi=content.hex(),
            instruments=bank,
            stems=job.stems,
            bitrate=job.bitrate if form in ("mp3", "ogg") else None,
            version=_VERSION,
        )
        for form in job.formats
    }


@lru_cache(maxsize=1)
def _instruments(path: Path) -> Instruments:
    return SoundBank(path) if path.is_dir() else Soundfont(path)


def _ignore_interrupts() -> None:
    """Leave Ctrl-C to the process that waits; it lets each worker finish its file."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def default_workers(jobs: int) -> int:
    """Return the number of processors that this process may use, at most one per job."""
    try:
        processors = len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        processors = os.cpu_count() or 1
    return max(1, min(processors, jobs))
