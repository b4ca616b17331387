"""Answering: a responder's bars, through the chain, as notes of the session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from jazzgram.config.config import Part
from jazzgram.errors import StepError
from jazzgram.improvisation.chain import BarNotes, Chain, problem_with
from jazzgram.improvisation.given import Given
from jazzgram.improvisation.realize import Realizer, join_notes, last_note, split_notes
from jazzgram.live.follower import Continuation, Follower
from jazzgram.live.turns import Exchange, Turn
from jazzgram.music.chord import join_bars
from jazzgram.music.form import Form
from jazzgram.music.note import Note, Origin
from jazzgram.music.term import Grammar, Term
from jazzgram.pipeline.pipeline import Pipeline

_PART = 4
"""Bars of an answer that are worked out at once, after the first one."""
_AHEAD = 2
"""Bars before the end of what is ready at which the next part is worked out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or its first bars.

    Parameters
    ----------
    played, notated : tuple of Note
        As played and as notated, onsets from its first barline; none before it, none played sounds past its last one.
    terms : Grammar
        The same as terms, before the chain's notes.
    """

    played: tuple[Note, ...]
    notated: tuple[Note, ...]
    terms: Grammar


class Answerer:
    """Ask responders, and run the chain on what they answer.

    Parameters
    ----------
    pipeline : Pipeline
        Over the session's changes; its responders, tokenizer and chain are used.
    follower : Follower
        Goes on where a responder asks for it.
    melody : Given or None
        Its kept bars are those of an answer that the model continues.
    straight : bool
        Whether the band plays even eighths.

    Attributes
    ----------
    meter : Meter
        Of every bar.
    """

    def __init__(self, pipeline: Pipeline, follower: Follower, melody: Given | None, straight: bool) -> None:
        self._config, self._calls, self._target = pipeline.config, pipeline.calls, pipeline.target
        self._follower = follower
        self._melody = melody
        self._straight = straight
        self.meter = self._target.meter
        self._realizer = Realizer(self._config.tokenizer, self._calls, self.meter)
        self._parse = self._calls.caller("parse_melody", self._config.tokenizer.plugin)
        self._sample = next(step for step in self._config.samplers if step.hook == "sample")

    def terms(self, notes: tuple[Note, ...], bar: int) -> tuple[Term, ...]:
        """Return the notes of a bar as the tokenizer's terms."""
        chords, options = self._target.changes[bar], self._config.tokenizer.options
        return tuple(self._parse(melody=notes, chords=chords, meter=self.meter, options=options))

    def ask(self, turn: Turn, number: int, before: Exchange | None, history: BarNotes) -> Asked:
        """Ask the responder whose turn it is.

        Parameters
        ----------
        turn : Turn
            The machine's.
        number : int
            Of the answers before it.
        before : Exchange or None
            What is answered.
        history : tuple of tuple of Note
            The notes of each bar so far.

        Raises
        ------
        StepError
            Where the answer is neither a bar of terms nor of notes for each bar of the turn.
        """
        responder = self._config.responders[number % len(self._config.responders)]
        name, seed = responder.plugin.name, self._config.sections.seed
        found = self._calls.caller("respond", responder.plugin)(
            terms=before.terms if before is not None else (),
            notes=before.notes if before is not None else (),
            chords=self._target.changes[turn.bar : turn.end],
            meter=self.meter,
            history=history,
            go_on=lambda within=None: self._follower.go_on(
                turn.bars, self._sample.rng(seed, turn.bar), history, within
            ),
            options=responder.options,
            rng=Random(f"{seed}/respond/{name}/{turn.bar}"),
            step=name,
        )
        return Asked(self, responder, turn, found, last_note(history, self.meter))

    def through_chain(self, asked: Asked, answer: Sequence[object]) -> Answer:
        """Run the chain on an answer, or on its first bars.

        Parameters
        ----------
        asked : Asked
            Whose turn, responder and note before it count.
        answer : sequence
            At least one bar of terms, or of notes.

        Raises
        ------
        StepError
            Where a bar is neither, or its notes are out of order or no MIDI notes.
        """
        turn, seed = asked.turn, self._config.sections.seed
        grammar, bars = _well_formed(asked.responder.plugin.name, answer, turn.bar)
        whole = self._target.changes[turn.bar : turn.end]
        changes = whole[: len(answer)]
        chain = Chain(self._config.chain, self._calls, seed + turn.bar)
        if grammar:
            grammar = chain.prune_grammar(grammar, changes, self.meter)
            previous, realized = asked.previous, []
            for number, (terms, chords) in enumerate(zip(grammar, changes, strict=True)):
                realized.append(self._realizer.bar(terms, chords, previous, seed, turn.bar + number))
                previous = self._realizer.last(realized[-1], previous)
            bars = tuple(realized)
        bars = chain.prune_notes(bars, changes, self.meter)
        if self._melody is not None and isinstance(asked.answer, Continuation):
            kept, given = self._melody.keep, self._melody.bars
            bars = tuple(
                tuple(replace(note, origin=None) for note in given[bar]) if bar in kept else notes
                for bar, notes in enumerate(bars, turn.bar)
            )
        if not grammar:
            grammar = tuple(self.terms(bar, turn.bar + number) for number, bar in enumerate(bars))
        chords = join_bars(whole, self.meter.bar)
        form = Form.of(chords, self.meter, turn.bars)
        final = self._target.form.final
        if final is not None and turn.bar <= final < turn.end:
            form = replace(form, final=final - turn.bar)
        notes, notated = chain.clean_up_notes(
            join_notes(bars, self.meter), chords, self.meter, self._target.tempo, form, self._straight
        )
        end = turn.bars * self.meter.bar
        return Answer(_before(end, notes), notated, grammar)


class Asked:
    """An answer that becomes notes part by part: first what has to be there at the barline, then what follows.

    The model's own continuation is drawn bar by bar: the first beat of its first bar goes through the chain alone, as
    the beginning of the answer, and is played; then its first bar does, and what follows that beat is played, and
    so on. Any other answer is there at once.

    Parameters
    ----------
    answerer : Answerer
        Has the chain.
    responder : Part
        What answers.
    turn : Turn
        The bars of the answer.
    answer : object
        What the responder returned.
    previous : Note or None
        The last note before it, its onset negative.
    """

    def __init__(self, answerer: Answerer, responder: Part, turn: Turn, answer: object, previous: Note | None) -> None:
        self.responder, self.turn, self.answer, self.previous = responder, turn, answer, previous
        self._answerer = answerer
        self._bars = _bars(responder.plugin.name, answer, turn)
        self._ready = 0  # bars that are
        self._ticks = self._count = 0  # of the beginning, from the barline; its terms
        self._notated: list[Note] = []
        self._latest = -1
        self._whole = Answer((), (), ())

    @property
    def is_whole(self) -> bool:
        """Whether all of it is ready."""
        return self._ready == self.turn.bars

    @property
    def bar(self) -> int:
        """The bar at whose start the next part is to be worked out; of a whole answer the model is fed with it."""
        return self.turn.bar if self.is_whole else self.turn.bar + max(self._ready - _AHEAD, 0)

    def next_part(self) -> tuple[Note, ...]:
        """Return the notes of the next part, onsets from the first barline."""
        if not isinstance(self._bars, Continuation):
            ready, bars = self.turn.bars, self._bars
        elif not self._count:
            terms = self._bars.beginning(self._answerer.meter.beat)
            self._count, ticks = len(terms), sum(term.duration for term in terms)
            rest = self._answerer.meter.bar - ticks
            answer = self._answerer.through_chain(self, [(*terms, Term("R", rest)) if rest > 0 else terms])
            begun = Answer(_before(ticks, answer.played), _before(ticks, answer.notated), answer.terms)
            found = self._new(begun, 0, 0)
            self._ticks = ticks
            return found
        else:
            ready = min(self._ready // _PART * _PART + _PART if self._ready else 1, self.turn.bars)
            bars = self._bars[:ready]
        self._whole = self._answerer.through_chain(self, bars)
        before, self._ready = self._ready, ready
        return self._new(self._whole, before, 0 if before else self._count)

    def exchange(self) -> Exchange:
        """Return the whole answer."""
        notated = split_notes(self._notated, self._answerer.meter, self.turn.bars)
        return Exchange(self.turn, notated, self._whole.terms, self.responder.plugin.name)

    def _new(self, answer: Answer, bars: int, terms: int) -> tuple[Note, ...]:
        """Return the notes that are not ready yet: those after so many bars, or terms of the first bar."""
        first = Origin(self.turn.bar + bars, terms)
        ticks = bars * self._answerer.meter.bar if bars else self._ticks

        def is_new(note: Note) -> bool:
            return note.onset >= ticks if note.origin is None else note.origin >= first

        self._notated += filter(is_new, answer.notated)
        played = tuple(note for note in answer.played if is_new(note) and note.onset > self._latest)
        self._latest = max((note.onset for note in played), default=self._latest)
        return played


def _before(ticks: int, notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """Return the notes before a tick, none of which sounds past it."""
    return tuple(replace(note, duration=min(note.duration, ticks - note.onset)) for note in notes if note.onset < ticks)


def _bars(name: str, answer: object, turn: Turn) -> Sequence[object]:
    """Return an answer; raise StepError where it has not a bar for each of the turn."""
    if isinstance(answer, list | tuple | Continuation) and len(answer) == turn.bars:
        return answer
    found = f"{len(answer)} bars" if isinstance(answer, list | tuple) else type(answer).__name__
    raise StepError(f"responder {name} returned {found}; expected {turn.bars} bars of terms or notes")


def _well_formed(name: str, answer: Sequence[object], first: int) -> tuple[Grammar, BarNotes]:
    """Return bars as a grammar or as notes, the other one empty; raise StepError where they are neither."""
    bars: tuple[Any, ...] = tuple(tuple(bar) if isinstance(bar, list | tuple) else (bar,) for bar in answer)
    items = [item for bar in bars for item in bar]
    if all(isinstance(item, Note) for item in items):
        for number, bar in enumerate(bars, first + 1):
            if problem := problem_with(bar):
                raise StepError(f"responder {name} returned for bar {number} {problem}")
        return (), bars
    if all(isinstance(item, Term) for item in items):
        return bars, ()
    raise StepError(f"responder {name} returned neither terms nor notes: {items[0]!r:.60}")
