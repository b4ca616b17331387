"""The clips of a listening test: the same length, band, instrument and loudness for every source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from jazzgram.errors import JazzgramError
from jazzgram.evaluation.choruses import itself, play_choruses
from jazzgram.evaluation.excerpts import cut_excerpts
from jazzgram.evaluation.plan import Plan, make_plan
from jazzgram.music.chord import Chord
from jazzgram.music.harmony.symbols import voicing
from jazzgram.music.midi import midi_score
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.music.time import TICKS_PER_QUARTER, Meter
from jazzgram.music.tune import Bar, Tune
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.rendering.sound.regions import Instruments

REAL = "real"
"""The name of the source of real solos."""
_ENDINGS = (".mid", ".midi")
_BITRATE = 96
"""kbit/s: a minute of a clip is 0.7 MB of the page."""
_PROGRAM = 26
"""The General MIDI program that plays every solo: a jazz guitar."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A solo of the test, and its source."""

    source: str
    solo: Solo


@dataclass(frozen=True, slots=True)
class ClipRequest:
    """The number of clips of each source, their length in bars, the part of the split, and the seed."""

    count: int
    bars: int
    part: str
    seed: int


def collect_clips(sources: Sequence[str], request: ClipRequest, load: Callable[[str], Pipeline]) -> list[Clip]:
    """Collect the solos of all sources, in the order of the test.

    Parameters
    ----------
    sources : sequence of str
        Two or more: configurations, folders with MIDI files at any depth (a run's among them), and ``real``.
    request : ClipRequest
        All configurations play over the changes that the first one's corpus holds out, with the same seeds; ``real``
        are excerpts of those tunes.
    load : callable
        Loads the pipeline of a configuration.

    Returns
    -------
    list of Clip
        Shuffled by the seed.

    Raises
    ------
    JazzgramError
        Where a source is named twice, is missing or holds too few solos of that length.
    """
    if len(sources) < 2:
        raise JazzgramError(f"found {len(sources)} source, expected two or more to compare: A B real")
    if twice := next((name for name in sources if sources.count(name) > 1), None):
        raise JazzgramError(f"the source {twice!r} is named twice; each may be named once")
    configs = [name for name in sources if name != REAL and not Path(name).is_dir()]
    if REAL in sources and not configs:
        raise JazzgramError("'real' are solos of a configuration's corpus; name a configuration as well")
    found = {name: of_folder(Path(name), request) for name in sources if name != REAL and name not in configs}
    plan = None
    for name in configs:
        pipeline = load(name)
        pipeline.train()
        if plan is None:
            plan = make_plan(pipeline, request.count, request.bars, request.seed, request.part)
            if REAL in sources:
                found[REAL] = of_corpus(pipeline, plan, request)
        played = play_choruses(pipeline, plan, itself)
        for failure in played.failures:
            pipeline.reporter.warn(f"{name}: {failure}")
        found[name] = [solo for solo in played.results if solo is not None]
    clips = [Clip(name, alike(solo)) for name in sources for solo in found[name]]
    Random(f"{request.seed}/order").shuffle(clips)
    return clips


def alike(solo: Solo) -> Solo:
    """Return a solo with the same band and instrument as all others: a band of its own would reveal its source."""
    return replace(solo, program=_PROGRAM, accompaniment=())


def of_corpus(pipeline: Pipeline, plan: Plan, request: ClipRequest) -> list[Solo]:
    """Draw excerpts of real solos: of the plan's tunes, or of all without held-out ones; of each tune one, if possible.

    Raises
    ------
    JazzgramError
        Where there are fewer excerpts than requested.
    """
    entries = zip(pipeline.tokens.tunes, pipeline.corpus.tunes, strict=True)
    held_out = [tune for entry, tune in entries if entry.part == plan.part]
    tunes = held_out or list(pipeline.corpus.tunes)
    return _drawn([cut_excerpts(tune, request.bars, meter=plan.meter) for tune in tunes], request, "the corpus")


def of_folder(folder: Path, request: ClipRequest) -> list[Solo]:
    """Draw excerpts of the MIDI files in a folder and below, of each file one, if possible.

    Raises
    ------
    JazzgramError
        Where there is none, one cannot be read, or there are fewer excerpts than requested.
    """
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in _ENDINGS and file.is_file())
    if not files:
        raise JazzgramError(f"{folder}: no MIDI file (.mid, .midi) here or below; name a folder that has some")
    excerpts = [cut_excerpts(read_midi(file), request.bars, meter=None) for file in files]
    return _drawn(excerpts, request, str(folder))


def read_midi(file: Path) -> Tune:
    """Read a solo: the first pitched track with notes; chord symbols are markers, as jazzgram writes them.

    Raises
    ------
    JazzgramError
        Where it is no MIDI file, no track has notes, there is no marker, or one is no chord symbol.
    """
    try:
        score = midi_score(file.read_bytes()).resample(TICKS_PER_QUARTER)
    except OSError as error:
        raise JazzgramError(f"{file}: cannot be read: {error.strerror}") from None
    except Exception as error:  # the reader's own errors have no common class
        raise JazzgramError(f"{file}: is no whole MIDI file ({' '.join(str(error).split())})") from None
    track = next((track for track in score.tracks if len(track.notes) and not track.is_drum), None)
    if track is None:
        raise JazzgramError(f"{file}: no track with notes; expected a solo")
    meter = Meter()
    if len(score.time_signatures):
        first = min(score.time_signatures, key=lambda signature: signature.time)
        meter = Meter(first.numerator, first.denominator)
    notes = sorted((Note(n.pitch, n.time, n.duration, n.velocity) for n in track.notes), key=lambda note: note.onset)
    count = -(-max(note.end for note in notes) // meter.bar)
    symbols = sorted((marker.time, marker.text) for marker in score.markers)
    if not symbols:
        raise JazzgramError(f"{file}: found no chord symbols; expected them as markers, for the band that plays along")
    ends = [time for time, _ in symbols[1:]] + [count * meter.bar]
    chords = [
        Chord(_pitches(file, text), time, end - time, text)
        for (time, text), end in zip(symbols, ends, strict=True)
        if end > time
    ]
    bars = tuple(_bar(notes, chords, number * meter.bar, meter) for number in range(count))
    return Tune(file.name, bars, score.tempos[0].qpm if len(score.tempos) else 120.0)


def render_clips(clips: Sequence[Clip], instruments: Instruments, progress: Callable[[int, int], None]) -> list[bytes]:
    """Render clips with the band at the same loudness, as MP3 without tags."""
    from jazzgram.rendering.sound.encode import encode
    from jazzgram.rendering.sound.master import master
    from jazzgram.rendering.sound.player import RATE
    from jazzgram.rendering.sound.render import render_solo

    rendered = []
    for clip in clips:
        rendered.append(encode(master(render_solo(clip.solo, instruments), RATE), RATE, "mp3", _BITRATE))
        progress(len(rendered), len(clips))
    return rendered


def _pitches(file: Path, symbol: str) -> tuple[int, ...]:
    try:
        return voicing(symbol)
    except JazzgramError as error:
        raise JazzgramError(f"{file}: a marker is no chord symbol: {error}") from None


def _bar(notes: Sequence[Note], chords: Sequence[Chord], start: int, meter: Meter) -> Bar:
    """Return one bar; a chord held from the bar before begins at its barline."""
    end = start + meter.bar
    melody = tuple(replace(note, onset=note.onset - start) for note in notes if start <= note.onset < end)
    within = [chord for chord in chords if chord.onset < end and chord.onset + chord.duration > start]
    cut = []
    for chord in within:
        first, last = max(chord.onset, start), min(chord.onset + chord.duration, end)
        cut.append(replace(chord, onset=first - start, duration=last - first))
    return Bar(melody, tuple(cut), meter)


def _drawn(excerpts: Sequence[Sequence[Solo]], request: ClipRequest, name: str) -> list[Solo]:
    """Draw solos from the excerpts of each tune, going round the tunes in a random order."""
    rng = Random(f"{request.seed}/windows")
    piles = [rng.sample(pile, len(pile)) for pile in excerpts]
    rng.shuffle(piles)
    longest = max((len(pile) for pile in piles), default=0)
    solos = [pile[turn] for turn in range(longest) for pile in piles if turn < len(pile)]
    if len(solos) < request.count:
        raise JazzgramError(
            f"{name}: found {len(solos)} stretches of {request.bars} bars, expected {request.count}; ask for fewer"
            " (--n) or shorter ones (--bars)"
        )
    return solos[: request.count]
