"""The clips of a listening test: the same length, band, instrument and loudness, whoever has played the solo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from jazzgram.errors import JazzgramError
from jazzgram.evaluation.generate import Plan, make_plan, play, sample
from jazzgram.evaluation.windows import real_windows
from jazzgram.music.chord import Chord
from jazzgram.music.harmony.symbols import voicing
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.music.time import TICKS_PER_QUARTER, Meter
from jazzgram.music.tune import Bar, Tune
from jazzgram.pipeline.pipeline import Pipeline

REAL = "real"
"""The source that stands for solos of people."""
_ENDINGS = (".mid", ".midi")
_BITRATE = 96
"""kbit/s: a minute of a clip is 0.7 MB of the page."""
_PROGRAM = 26
"""The General MIDI program that plays every solo: a jazz guitar."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A solo to be heard, and the source that it is from."""

    source: str
    solo: Solo


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many clips of each source there shall be, how many bars long, over which part of a split, with which seed."""

    count: int
    bars: int
    part: str
    seed: int


def gather(sources: Sequence[str], wanted: Wanted, load: Callable[[str], Pipeline]) -> list[Clip]:
    """Find the solos of all sources, in the order in which they are to be heard.

    Parameters
    ----------
    sources : sequence of str
        Two or more: configurations, folders with MIDI files at any depth (a run's among them), and ``real``.
    wanted : Wanted
        All configurations play over the changes that the first one's corpus holds out, with the same seeds; ``real``
        are windows of those tunes.
    load : callable
        Gives the pipeline of a configuration.

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
    found = {name: of_folder(Path(name), wanted) for name in sources if name != REAL and name not in configs}
    plan = None
    for name in configs:
        pipeline = load(name)
        pipeline.train()
        if plan is None:
            plan = make_plan(pipeline, wanted.count, wanted.bars, wanted.seed, wanted.part)
            if REAL in sources:
                found[REAL] = of_corpus(pipeline, plan, wanted)
        played = play(pipeline, plan, sample(pipeline, plan))
        for failure in played.failures:
            pipeline.listener.warn(f"{name}: {failure}")
        found[name] = [solo for solo in played.solos if solo is not None]
    clips = [Clip(name, alike(solo)) for name in sources for solo in found[name]]
    Random(f"{wanted.seed}/order").shuffle(clips)
    return clips


def alike(solo: Solo) -> Solo:
    """Let the same trio and the same instrument play a solo: a band of its own would tell whose it is."""
    return replace(solo, program=_PROGRAM, accompaniment=())


def of_corpus(pipeline: Pipeline, plan: Plan, wanted: Wanted) -> list[Solo]:
    """Draw windows of real solos: of the plan's tunes, or of all where nothing is held out; one a tune while it lasts.

    Raises
    ------
    JazzgramError
        Where there are fewer windows than are wanted.
    """
    entries = zip(pipeline.tokens.tunes, pipeline.corpus.tunes, strict=True)
    held_out = [tune for entry, tune in entries if entry.part == plan.part]
    tunes = held_out or list(pipeline.corpus.tunes)
    return _drawn([real_windows(tune, wanted.bars, meter=plan.meter) for tune in tunes], wanted, "the corpus")


def of_folder(folder: Path, wanted: Wanted) -> list[Solo]:
    """Draw windows of the MIDI files in a folder and below, one a file while it lasts.

    Raises
    ------
    JazzgramError
        Where there is none, one cannot be read, or there are fewer windows than are wanted.
    """
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in _ENDINGS and file.is_file())
    if not files:
        raise JazzgramError(f"{folder}: no MIDI file (.mid, .midi) here or below; name a folder that has some")
    windows = [real_windows(read_midi(file), wanted.bars, meter=None) for file in files]
    return _drawn(windows, wanted, str(folder))


def read_midi(file: Path) -> Tune:
    """Read a solo: the first pitched track with notes; chord symbols are markers, as jazzgram writes them.

    Raises
    ------
    JazzgramError
        Where it is no MIDI file, no track has notes, there is no marker, or one is no chord symbol.
    """
    import symusic

    try:
        score = symusic.Score.from_midi(file.read_bytes()).resample(TICKS_PER_QUARTER)
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
        raise JazzgramError(f"{file}: found no chord symbols; expected them as markers, for the trio that plays along")
    ends = [time for time, _ in symbols[1:]] + [count * meter.bar]
    chords = [
        Chord(_pitches(file, text), time, end - time, text)
        for (time, text), end in zip(symbols, ends, strict=True)
        if end > time
    ]
    bars = tuple(_bar(notes, chords, number * meter.bar, meter) for number in range(count))
    return Tune(file.name, bars, score.tempos[0].qpm if len(score.tempos) else 120.0)


def sounds(clips: Sequence[Clip], soundfont: Path, progress: Callable[[int, int], None]) -> list[bytes]:
    """Play clips with the trio, bring each to the same loudness and encode it as MP3 without a word of text in it."""
    from jazzgram.rendering.sound.encode import encode
    from jazzgram.rendering.sound.master import master
    from jazzgram.rendering.sound.render import RATE, render_solo

    font = soundfont.read_bytes()
    heard = []
    for clip in clips:
        heard.append(encode(master(render_solo(clip.solo, font), RATE), RATE, "mp3", _BITRATE))
        progress(len(heard), len(clips))
    return heard


def _pitches(file: Path, symbol: str) -> tuple[int, ...]:
    try:
        return voicing(symbol)
    except JazzgramError as error:
        raise JazzgramError(f"{file}: a marker is no chord symbol: {error}") from None


def _bar(notes: Sequence[Note], chords: Sequence[Chord], start: int, meter: Meter) -> Bar:
    """Cut out a bar; a chord that sounds on from the bar before begins it anew."""
    end = start + meter.bar
    melody = tuple(replace(note, onset=note.onset - start) for note in notes if start <= note.onset < end)
    within = [chord for chord in chords if chord.onset < end and chord.onset + chord.duration > start]
    cut = []
    for chord in within:
        first, last = max(chord.onset, start), min(chord.onset + chord.duration, end)
        cut.append(replace(chord, onset=first - start, duration=last - first))
    return Bar(melody, tuple(cut), meter)


def _drawn(windows: Sequence[Sequence[Solo]], wanted: Wanted, name: str) -> list[Solo]:
    """Draw solos from the windows of each tune, going round the tunes in a random order."""
    rng = Random(f"{wanted.seed}/windows")
    piles = [rng.sample(pile, len(pile)) for pile in windows]
    rng.shuffle(piles)
    longest = max((len(pile) for pile in piles), default=0)
    solos = [pile[turn] for turn in range(longest) for pile in piles if turn < len(pile)]
    if len(solos) < wanted.count:
        raise JazzgramError(
            f"{name}: found {len(solos)} stretches of {wanted.bars} bars, expected {wanted.count}; ask for fewer (--n)"
            " or shorter ones (--bars)"
        )
    return solos[: wanted.count]
