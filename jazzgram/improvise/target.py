"""The target of an improvisation: meter and changes, given as text or taken from a tune, original or reharmonized."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from jazzgram.config.config import Config, CorpusPart
from jazzgram.config.sections import AccompanySection, ImproviseSection, ReharmonizeSection
from jazzgram.corpus.items import find_file
from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.progress import Reporter
from jazzgram.improvise.accompaniment.band import loop, trio
from jazzgram.improvise.line import Changes
from jazzgram.music.chord import join_bars
from jazzgram.music.harmony.keys import parse_key
from jazzgram.music.notation.changes import parse_changes
from jazzgram.music.time import Meter
from jazzgram.music.tune import Corpus, Track, Tune

if TYPE_CHECKING:
    from jazzgram.corpus.reading import Reading
    from jazzgram.improvise.reharmony import Harmony, Proposal


@dataclass(frozen=True)
class Target:
    """The target of an improvisation.

    Parameters
    ----------
    tune : Tune
        The source of changes, tempo and accompaniment that are not given.
    meter : Meter
        The meter of every bar.
    tempo : float
        Quarter notes per minute.
    changes : tuple of tuple of Chord
        The chords of each bar to be filled, onsets from the start of their bar.
    title : str
        The title of the score.
    key : int
        The key signature: sharps counted up, flats down.
    """

    tune: Tune
    meter: Meter
    tempo: float
    changes: Changes
    title: str
    key: int


def choose_target(config: Config, tune: Tune, substitute: Callable[[Changes], Changes], reporter: Reporter) -> Target:
    """Return the target of an improvisation.

    Parameters
    ----------
    config : Config
        Its section ``improvise`` decides what is given and what is taken from the tune.
    tune : Tune
        The chart's, or the corpus's first.
    substitute : callable
        Reharmonizes a chorus, if the configuration asks for it.
    reporter : Reporter
        Receives a warning about bars that are left out.

    Raises
    ------
    JazzgramError
        Where no bar of the tune has the meter, or nothing can be reharmonized.
    """
    improvise = config.sections.improvise
    meter = target_meter(improvise, tune)
    chorus = target_chorus(improvise, tune, meter, reporter)
    if improvise.reharmonize is not None:
        chorus = substitute(chorus)
    changes = tuple(chorus[bar % len(chorus)] for bar in range(improvise.bars or len(chorus)))
    return Target(
        tune,
        meter,
        improvise.tempo or tune.tempo,
        changes,
        _title(config, tune),
        target_key(improvise, tune, changes),
    )


def _title(config: Config, tune: Tune) -> str:
    sections = config.sections
    if sections.improvise.title is not None:
        return sections.improvise.title
    name = config.name.replace("_", " ").capitalize() if config.chart is None else tune.title
    return f"{name}, take {sections.seed}"


def chart_tune(chart: CorpusPart, section: ImproviseSection, calls: PluginCalls) -> Tune:
    """Read the tune that is played over.

    Parameters
    ----------
    chart : CorpusPart
        Its reader, options and file.
    section : ImproviseSection
        Which of its tunes.
    calls : PluginCalls
        Has the reader.

    Raises
    ------
    JazzgramError
        Where the file cannot be read, or has no tune of that title.
    """
    return read_tune(chart, None if section.chart is None else section.chart.tune, calls, "improvise.chart")


def read_tune(part: CorpusPart, title: str | None, calls: PluginCalls, where: str) -> Tune:
    """Read one tune of a file.

    Parameters
    ----------
    part : CorpusPart
        Its reader, options and file.
    title : str or None
        Which tune; None for the first.
    calls : PluginCalls
        Has the reader.
    where : str
        Opens the messages: the key path of the section.

    Raises
    ------
    JazzgramError
        Where the file cannot be read, or has no tune of that title.
    """
    source = find_file(part.source, f"{where}.source")
    tunes = calls.caller("read_corpus", part.reader.plugin)(source=source, options=part.reader.options).tunes
    if title is None:
        return cast(Tune, tunes[0])
    titles = [tune.title for tune in tunes]
    if title not in titles:
        raise JazzgramError(
            f"{where}.tune: {source} has no tune {title!r}{did_you_mean(title, titles)};"
            f" it has {', '.join(titles[:20])}{' and more' if len(titles) > 20 else ''}"
        )
    return cast(Tune, tunes[titles.index(title)])


def target_meter(section: ImproviseSection, tune: Tune) -> Meter:
    """Return the meter of the solo: the given one, else the one that most of the tune's bars have."""
    if section.meter is not None:
        return Meter.parse(section.meter)
    return Counter(bar.meter for bar in tune.bars).most_common(1)[0][0]  # of equals the first


def target_chorus(section: ImproviseSection, tune: Tune, meter: Meter, reporter: Reporter) -> Changes:
    """Return the chords of one chorus, bar by bar, before any reharmonization.

    Parameters
    ----------
    section : ImproviseSection
        Which changes.
    tune : Tune
        Its changes are used where none are given.
    meter : Meter
        The meter of the solo. A solo has one meter: bars of the tune in another one are left out.
    reporter : Reporter
        Receives a warning about bars that are left out.

    Raises
    ------
    JazzgramError
        Where no bar of the tune has the meter.
    """
    if section.over_tune:
        chorus = tuple(bar.chords for bar in tune.bars if bar.meter == meter)
        if not chorus:
            found = ", ".join(dict.fromkeys(str(bar.meter) for bar in tune.bars))
            raise JazzgramError(
                f"improvise.meter: no bar of {tune.title!r} is in {meter} (it has {found}); give changes as text"
            )
        if others := len(tune.bars) - len(chorus):
            reporter.warn(
                f"{others} of the {len(tune.bars)} bars of {tune.title!r} are not in {meter}: left out of the changes"
            )
    else:
        chorus = parse_changes(section.chords, meter)
    return chorus


def learned_harmony(reading: Reading) -> Harmony:
    """Learn chord substitutions from the training tunes.

    Parameters
    ----------
    reading : Reading
        A corpus; held-out tunes are not used.

    Raises
    ------
    JazzgramError
        Where none of these tunes has a chord.
    """
    from jazzgram.improvise.reharmony import learn

    parts = [entry.part for entry in reading.tokens.tunes]
    return learn(Corpus([reading.corpus.tunes[number] for number, part in enumerate(parts) if part == "train"]))


def reharmonized(chorus: Changes, section: ReharmonizeSection, harmony: Harmony, seed: int) -> Proposal:
    """Return a reharmonized chorus.

    Parameters
    ----------
    chorus : tuple of tuple of Chord
        From `target_chorus`.
    section : ReharmonizeSection
        How surprising the substitutions are to be.
    harmony : Harmony
        From `learned_harmony`.
    seed : int
        Seeds the choice, unless the section has a seed of its own: the first proposal of ``jazzgram reharmonize``
        with that seed.

    Raises
    ------
    JazzgramError
        Where nothing can be replaced.
    """
    from jazzgram.improvise.reharmony import propose

    chosen = seed if section.seed is None else section.seed
    try:
        return propose(harmony, chorus, surprise=section.surprise, count=1, seed=chosen)[0]
    except JazzgramError as error:
        raise JazzgramError(f"improvise.reharmonize: {error}") from error


def target_key(section: ImproviseSection, tune: Tune, changes: Changes) -> int:
    """Return the key signature of the score: the given one, the tune's own, or that of the changes.

    Parameters
    ----------
    section : ImproviseSection
        Which key, if any.
    tune : Tune
        Its key is used where its changes are played.
    changes : tuple of tuple of Chord
        The changes of the target.

    Returns
    -------
    int
        Sharps counted up, flats down.
    """
    if section.key is not None:
        return parse_key(section.key)
    if section.over_tune:
        return tune.key
    return _key_of(changes)


def target_accompaniment(
    section: ImproviseSection, band: AccompanySection, tune: Tune, meter: Meter, changes: Changes, ratio: float = 1.0
) -> tuple[Track, ...]:
    """Return the accompaniment: the tune's own band over its own changes, else a trio generated for these.

    Parameters
    ----------
    section : ImproviseSection
        The target.
    band : AccompanySection
        The style of the accompaniment.
    tune : Tune
        Its own band is used where it fits.
    meter : Meter
        The meter of the solo.
    changes : Changes
        The chords of each bar.
    ratio : float
        Long to short eighth of the soloist, 1 (even) to 4: the trio swings with it.
    """
    whole = all(bar.meter == meter for bar in tune.bars)
    own = band.style == "source" and section.over_tune and section.reharmonize is None
    if own and tune.accompaniment and whole:
        return loop(tune.accompaniment, len(tune.bars) * meter.bar, len(changes) * meter.bar)
    return _trio_over(changes, meter, ratio if band.ratio is None else band.ratio)


# Every chorus over the same changes has the same band and key.
@lru_cache(maxsize=32)
def _trio_over(changes: Changes, meter: Meter, ratio: float) -> tuple[Track, ...]:
    return trio(join_bars(changes, meter.bar), meter, len(changes), ratio)


@lru_cache(maxsize=32)
def _key_of(changes: Changes) -> int:
    from jazzgram.improvise.reharmony.home_key import key_signature

    return key_signature(changes)
