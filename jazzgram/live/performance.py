"""What a session is played over: a configuration's changes, as often as the session has choruses."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from jazzgram.config.config import Config
from jazzgram.config.sections import ImproviseSection
from jazzgram.improvisation.given import Given
from jazzgram.improvisation.line import Locked
from jazzgram.improvisation.target import empty_solo, find_player
from jazzgram.live.turns import MACHINE, Turn
from jazzgram.music.solo import Solo
from jazzgram.music.term import Term
from jazzgram.pipeline import stages
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.pipeline.trace import Trace

Item = TypeVar("Item")

_ONE_CHORUS = {"choruses": None, "head": False, "intro": 0, "build": False}
_TERM_BY_TERM = {"feedback": "one_hot", "restart": False, "terms": None}


def ignored(config: Config) -> str:
    """Return a line about what a run of the configuration would have and a session has not; empty for nothing."""
    section = config.sections.improvise
    found = [key for key in (*_ONE_CHORUS, *_TERM_BY_TERM) if getattr(section, key) != _default(key)]
    if not found:
        return ""
    listed = ", ".join(f"improvise.{key}" for key in found)
    use = "; for several choruses set live.choruses" if "choruses" in found else ""
    return f"not in live play, which begins with the first bar of the changes: {listed}{use}"


def performed(pipeline: Pipeline) -> tuple[Pipeline, int]:
    """Return a pipeline over all choruses of a session, with the same model, and the bars of a chorus."""
    _ = pipeline.trained  # known before, so that it is taken over
    choruses = pipeline.config.sections.live.choruses
    once = _over(pipeline, _ONE_CHORUS | _TERM_BY_TERM | {"ending": False})
    chorus = len(once.target.changes)
    ending = pipeline.config.sections.improvise.ending
    return _over(once, {"bars": chorus * choruses, "ending": ending}), chorus


def given_bars(pipeline: Pipeline, chorus: int, turns: tuple[Turn, ...]) -> tuple[Given | None, Locked]:
    """Return the given melody in each chorus of a session, and the terms of the kept bars that the machine plays.

    Parameters
    ----------
    pipeline : Pipeline
        From `performed`.
    chorus : int
        Its bars.
    turns : tuple of Turn
        The whole session.
    """
    once = pipeline.melody
    if once is None:
        return None, {}
    bars = len(pipeline.target.changes)
    kept = frozenset(bar for bar in range(bars) if bar % chorus in once.keep)

    def in_each_chorus(given: tuple[tuple[Item, ...], ...]) -> tuple[tuple[Item, ...], ...]:
        empty: tuple[tuple[Item, ...], ...] = ((),) * (chorus - len(given))
        return (*given, *empty)[:chorus] * (bars // chorus)

    melody = Given(in_each_chorus(once.bars), in_each_chorus(once.grammar), kept, once.vary)
    machine = {bar for turn in turns if turn.player == MACHINE for bar in range(turn.bar, turn.end)}
    rest = (Term("R", pipeline.target.meter.bar),)
    return melody, {bar: melody.grammar[bar] or rest for bar in sorted(kept & machine)}


def backing(pipeline: Pipeline, trace: Trace) -> Solo:
    """Return a session without its soloists: what is played over, and the band; calls go to a trace."""
    target, sections = pipeline.target, pipeline.config.sections
    labels = pipeline.persona
    player = find_player(sections.improvise, labels)
    solo = replace(empty_solo(target, player, labels), title=f"{target.title}, traded")
    return stages.accompany(solo, pipeline.band, sections.seed, trace)


def _over(pipeline: Pipeline, improvise: dict[str, object]) -> Pipeline:
    sections = pipeline.config.sections
    changed = sections.model_copy(update={"improvise": sections.improvise.model_copy(update=improvise)})
    return pipeline.given(replace(pipeline.config, sections=changed))


def _default(key: str) -> object:
    return ImproviseSection.model_fields[key].default
