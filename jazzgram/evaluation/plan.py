"""The plan of a benchmark: its choruses on held-out changes, each with its own seed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from random import Random

from jazzgram.corpus.parts import PartTunes
from jazzgram.improvisation.target import target_meter
from jazzgram.music.chord import Chord
from jazzgram.music.time import Meter
from jazzgram.music.tune import Bar, Tune
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.resources.cache import content_key

OWN_CHANGES = "own"
"""The part of a plan where nothing is held out: the changes are the configuration's own."""


@dataclass(frozen=True, slots=True)
class Chorus:
    """One chorus of a plan.

    Parameters
    ----------
    tune : Tune
        Its changes are played from its first bar, and repeated where the tune is shorter than the chorus.
    seed : int
        Seeds its sampling and the random steps of its chain.
    """

    tune: Tune
    seed: int


@dataclass(frozen=True)
class Plan:
    """The choruses of an evaluation: the same for every model, chain and baseline.

    Parameters
    ----------
    choruses : tuple of Chorus
        At least one.
    bars : int
        Of each chorus.
    meter : Meter
        Of every bar.
    part : str
        The part of the split that the tunes are from, or `OWN_CHANGES`.
    """

    choruses: tuple[Chorus, ...]
    bars: int
    meter: Meter
    part: str

    @cached_property
    def digest(self) -> str:
        """A hash of changes and seeds."""
        tunes: dict[int, Chorus] = {}
        for chorus in self.choruses:
            tunes.setdefault(id(chorus.tune), chorus)
        index = {tune: number for number, tune in enumerate(tunes)}
        return content_key(
            bars=self.bars,
            choruses=[(chorus.seed, index[id(chorus.tune)]) for chorus in self.choruses],
            tunes=[
                (
                    chorus.tune.tempo,
                    [
                        (chord.pitches, chord.symbol, chord.onset, chord.duration)
                        for chords in self.changes(chorus)
                        for chord in chords
                    ],
                )
                for chorus in tunes.values()
            ],
        )

    def changes(self, chorus: Chorus) -> tuple[tuple[Chord, ...], ...]:
        """Return the chords of each bar of a chorus."""
        bars = [bar.chords for bar in chorus.tune.bars if bar.meter == self.meter]
        return tuple(bars[number % len(bars)] for number in range(self.bars))


def make_plan(pipeline: Pipeline, count: int, bars: int, seed: int, part: str = "validation") -> Plan:
    """Choose the changes and seeds of an evaluation.

    Parameters
    ----------
    pipeline : Pipeline
        Its corpus, if split, provides the held-out tunes; else its own changes are taken, and its reporter is warned.
    count : int
        How many choruses, 1 or more. The tunes are used in an order drawn by `seed`, repeatedly if necessary.
    bars : int
        Of each chorus, 1 or more.
    seed : int
        Seeds the order of the tunes; chorus ``n`` has the seed ``seed + n``.
    part : str
        ``validation`` or ``test``; `OWN_CHANGES` for the configuration's own changes, without a warning.

    Returns
    -------
    Plan
        All in the meter that most of the tunes have; tunes in another one are left out.
    """
    tunes, found = [] if part == OWN_CHANGES else list(PartTunes(lambda: pipeline.reading, part)), part
    if not tunes:
        tunes, found = [_own(pipeline)], OWN_CHANGES
    if found != part:
        pipeline.reporter.warn(
            f"The corpus has no {part} part: improvising over the configuration's own changes, which the model may"
            " have learned from. The numbers say nothing about new changes; name a corpus.split."
        )
    section = pipeline.config.sections.improvise.model_copy(update={"meter": None})
    meters = [target_meter(section, tune) for tune in tunes]
    meter = Counter(meters).most_common(1)[0][0]
    tunes = [tune for tune, other in zip(tunes, meters, strict=True) if other == meter]
    Random(f"{seed}/changes").shuffle(tunes)
    choruses = tuple(Chorus(tunes[number % len(tunes)], seed + number) for number in range(count))
    return Plan(choruses, bars, meter, found)


def _own(pipeline: Pipeline) -> Tune:
    target = pipeline.target
    return Tune(pipeline.config.name, tuple(Bar((), chords, target.meter) for chords in target.changes), target.tempo)
