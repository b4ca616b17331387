"""The target of an improvisation: meter and changes, given as text or taken from a tune, original or reharmonized."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from jazzgram.config.config import Config, CorpusPart
from jazzgram.config.sections import AccompanySection, ImproviseSection, ReharmonizeSection
from jazzgram.config.styles import SOURCE, Style, find_style, style_of_label, styles
from jazzgram.corpus.items import find_file
from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.progress import Reporter
from jazzgram.improvisation.accompaniment.band import OwnBand, arrange
from jazzgram.improvisation.line import Changes
from jazzgram.improvisation.performance import lay_out
from jazzgram.music.chord import join_bars
from jazzgram.music.form import Form
from jazzgram.music.harmony.keys import parse_key
from jazzgram.music.instruments import Instrument, find_instrument
from jazzgram.music.labels import Labels
from jazzgram.music.notation.changes import parse_changes, unplayed_changes
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.music.time import Meter
from jazzgram.music.transpose import nearest_interval, transpose_chords, transpose_key, transpose_tune
from jazzgram.music.tune import Corpus, Tune, dropped_line
from jazzgram.resources.frozen import dataclass

if TYPE_CHECKING:
    from jazzgram.corpus.reading import Reading
    from jazzgram.improvisation.reharmony.learned import Harmony
    from jazzgram.improvisation.reharmony.propose import Proposal


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
        The chords of each bar, onsets from the start of their bar.
    title : str
        The title of the score.
    key : int
        The key signature: sharps counted up, flats down.
    form : Form
        The sections of these bars.
    order : tuple of int or None
        For each bar the bar of the tune that it is, from 0; None for one that the tune does not have.
    """

    tune: Tune
    meter: Meter
    tempo: float
    changes: Changes
    title: str
    key: int
    form: Form
    order: tuple[int | None, ...]

    @property
    def improvised(self) -> tuple[bool, ...]:
        """For each bar whether it is improvised: solo and ending are, introduction and head are not."""
        return tuple(self.form.at(bar).part in ("solo", "ending") for bar in range(len(self.changes)))

    @property
    def head(self) -> dict[int, tuple[Note, ...]]:
        """The tune's own melody for each bar of the head, by the bar's index."""
        bars = [bar for bar in self.tune.bars if bar.meter == self.meter]
        return {
            bar: bars[source].notes
            for bar, source in enumerate(self.order)
            if source is not None and self.form.at(bar).part == "head"
        }


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
    own = tune.key if improvise.over_tune else _key_of(chorus)
    moved, key = _transposition(improvise, own)
    if moved or key != own:
        chorus = tuple(transpose_chords(bar, moved, key - own) for bar in chorus)
        tune = transpose_tune(tune, moved, key) if improvise.over_tune else tune
    if improvise.head and not (improvise.over_tune and any(bar.notes for bar in tune.bars)):
        raise JazzgramError("improvise.head: the changes have no melody; play over a chart that has one")
    performance = lay_out(
        chorus,
        meter,
        bars=improvise.bars,
        choruses=improvise.choruses or 1,
        head=improvise.head,
        intro=improvise.intro,
        ending=improvise.ending,
        build=improvise.build,
        sharps=key,
    )
    return Target(
        tune,
        meter,
        improvise.tempo or tune.tempo,
        performance.changes,
        _title(config, tune),
        key,
        performance.form,
        performance.order,
    )


def find_player(section: ImproviseSection, labels: Labels) -> Instrument | None:
    """Return the soloist's instrument: the configuration's, or else the labels'; None where both leave it open."""
    name = section.instrument or labels.instrument
    return find_instrument(name) if name else None


def empty_solo(target: Target, player: Instrument | None, labels: Labels) -> Solo:
    """Return a solo without notes, terms and accompaniment: its changes, its form, and who plays it.

    Parameters
    ----------
    target : Target
        What is played over.
    player : Instrument or None
        From `find_player`; None for the program of the tune.
    labels : Labels
        Whom it is like.
    """
    return Solo(
        notes=(),
        chords=join_bars(target.changes, target.meter.bar),
        bars=len(target.changes),
        meter=target.meter,
        tempo=target.tempo,
        title=target.title,
        program=player.program if player else target.tune.program,
        key=target.key,
        instrument=player.name if player else "",
        style=target.tune.style,
        form=target.form,
        labels=labels,
    )


def _transposition(section: ImproviseSection, key: int) -> tuple[int, int]:
    """Return the semitones from a key signature to the one that is played in, and that key signature."""
    if section.key is None:
        return section.transpose, transpose_key(key, section.transpose)
    wanted = parse_key(section.key)
    return nearest_interval(key, wanted), wanted


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
        if left_out := dropped_line(unplayed_changes(section.chords)):
            reporter.warn(f"improvise.chords: {left_out}")
        if len(chorus[0]) > 2 and "|" not in section.chords:
            reporter.warn(f"improvise.chords: {section.chords!r} is one bar; put | between bars")
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
    from jazzgram.improvisation.reharmony.learned import learn

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
    from jazzgram.improvisation.reharmony.propose import propose

    chosen = seed if section.seed is None else section.seed
    try:
        return propose(harmony, chorus, surprise=section.surprise, count=1, seed=chosen)[0]
    except JazzgramError as error:
        raise JazzgramError(f"improvise.reharmonize: {error}") from error


def own_band(section: ImproviseSection, band: AccompanySection, target: Target) -> OwnBand | None:
    """Return the tune's own band in the order of the performance; None where it is not to play, or is none.

    Parameters
    ----------
    section : ImproviseSection
        The tune's own band plays over its own changes only.
    band : AccompanySection
        Where it names a style or players, these play.
    target : Target
        What is improvised over.
    """
    tune, meter = target.tune, target.meter
    wanted = band.style == SOURCE and not band.players and section.over_tune and section.reharmonize is None
    if not (wanted and tune.accompaniment and all(bar.meter == meter for bar in tune.bars)):
        return None
    return OwnBand(arrange(tune.accompaniment, target.order, meter.bar), target.order, bool(band.drums))


def target_style(section: ImproviseSection, band: AccompanySection, target: Target, reporter: Reporter) -> Style:
    """Return the style of the band: the one that the configuration names, else the chart, else the meter.

    Parameters
    ----------
    section : ImproviseSection
        The tune's label counts only where its changes are played.
    band : AccompanySection
        May name a style.
    target : Target
        What is improvised over.
    reporter : Reporter
        Is warned of a label that no style knows.
    """
    if band.style != SOURCE:
        return find_style(band.style)
    label = target.tune.style if section.over_tune else ""
    if (found := style_of_label(label, target.meter)) is not None:
        return found
    found = style_of_label("", target.meter)
    assert found is not None
    reporter.warn(
        f"{target.tune.title!r} is in the style {label!r}, which no band here plays: {found.name} plays;"
        f" choose another with accompany.style ({', '.join(styles())})"
    )
    return found


@lru_cache(maxsize=32)
def _key_of(changes: Changes) -> int:
    from jazzgram.improvisation.reharmony.home_key import key_signature

    return key_signature(changes)
