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
from jazzgram.music.note import Note
from jazzgram.music.term import Grammar, Term
from jazzgram.pipeline.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or its first bars.

    Parameters
    ----------
    played : tuple of Note
        As played, onsets from its first barline; none before it, none sounds past its last one.
    notated : tuple of tuple of Note
        The notes of each bar as notated, onsets from its start.
    terms : Grammar
        The same as terms, before the chain's notes.
    """

    played: tuple[Note, ...]
    notated: BarNotes
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
    """

    def __init__(self, pipeline: Pipeline, follower: Follower, melody: Given | None, straight: bool) -> None:
        self._config, self._calls, self._target = pipeline.config, pipeline.calls, pipeline.target
        self._follower = follower
        self._melody = melody
        self._straight = straight
        self._meter = self._target.meter
        self._realizer = Realizer(self._config.tokenizer, self._calls, self._meter)
        self._parse = self._calls.caller("parse_melody", self._config.tokenizer.plugin)
        self._sample = next(step for step in self._config.samplers if step.hook == "sample")

    def terms(self, notes: tuple[Note, ...], bar: int) -> tuple[Term, ...]:
        """Return the notes of a bar as the tokenizer's terms."""
        chords, options = self._target.changes[bar], self._config.tokenizer.options
        return tuple(self._parse(melody=notes, chords=chords, meter=self._meter, options=options))

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
            meter=self._meter,
            history=history,
            go_on=lambda: self._follower.go_on(turn.bars, self._sample.rng(seed, turn.bar), history),
            options=responder.options,
            rng=Random(f"{seed}/respond/{name}/{turn.bar}"),
            step=name,
        )
        return Asked(self, responder, turn, found, last_note(history, self._meter))

    def through_chain(self, asked: Asked, answer: Sequence[object]) -> Answer:
        """Run the chain on an answer, or on its first bars."""
        turn, seed = asked.turn, self._config.sections.seed
        grammar, bars = _well_formed(asked.responder.plugin.name, answer, turn.bar)
        whole = self._target.changes[turn.bar : turn.end]
        changes = whole[: len(answer)]
        chain = Chain(self._config.chain, self._calls, seed + turn.bar)
        if grammar:
            grammar = chain.prune_grammar(grammar, changes, self._meter)
            previous, realized = asked.previous, []
            for number, (terms, chords) in enumerate(zip(grammar, changes, strict=True)):
                realized.append(self._realizer.bar(terms, chords, previous, seed, turn.bar + number))
                previous = self._realizer.last(realized[-1], previous)
            bars = tuple(realized)
        bars = chain.prune_notes(bars, changes, self._meter)
        if self._melody is not None and isinstance(asked.answer, Continuation):
            kept, given = self._melody.keep, self._melody.bars
            bars = tuple(given[bar] if bar in kept else notes for bar, notes in enumerate(bars, turn.bar))
        if not grammar:
            grammar = tuple(self.terms(bar, turn.bar + number) for number, bar in enumerate(bars))
        chords = join_bars(whole, self._meter.bar)
        form = Form.of(chords, self._meter, turn.bars)
        final = self._target.form.final
        if final is not None and turn.bar <= final < turn.end:
            form = replace(form, final=final - turn.bar)
        notes, notated = chain.clean_up_notes(
            join_notes(bars, self._meter), chords, self._meter, self._target.tempo, form, self._straight
        )
        end = turn.bars * self._meter.bar
        played = tuple(
            replace(note, duration=min(note.duration, end - note.onset)) for note in notes if note.onset < end
        )
        return Answer(played, split_notes(notated, self._meter, turn.bars), grammar)


class Asked:
    """An answer that becomes notes in two parts: first what has to be there at the barline, then the rest.

    The model's own continuation is drawn bar by bar: its first bar goes through the chain alone, as the beginning of
    the answer, and is played; then the whole answer does, and what follows the first bar is played. Any other
    answer is there at once.
    """

    def __init__(self, answerer: Answerer, responder: Part, turn: Turn, answer: object, previous: Note | None) -> None:
        self.responder, self.turn, self.answer, self.previous = responder, turn, answer, previous
        self._answerer = answerer
        self._bars = _bars(responder.plugin.name, answer, turn)
        self._first: Answer | None = None

    def first(self) -> tuple[Note, ...]:
        """Return the notes that are ready at the barline, onsets from it."""
        bars = self._bars[:1] if isinstance(self._bars, Continuation) else self._bars
        self._first = self._answerer.through_chain(self, bars)
        return self._first.played

    def rest(self) -> tuple[tuple[Note, ...], Exchange]:
        """Return the notes that follow the first ones, and the whole answer."""
        assert self._first is not None
        begun, name = self._first, self.responder.plugin.name
        if not isinstance(self._bars, Continuation) or len(self._bars) == 1:
            return (), Exchange(self.turn, begun.notated, begun.terms, name)
        whole = self._answerer.through_chain(self, tuple(self._bars))
        later = tuple(note for note in whole.played if note.origin is None or note.origin.bar > self.turn.bar)
        after = max((note.onset for note in begun.played), default=-1)
        notated = (begun.notated[0], *whole.notated[1:])
        return tuple(note for note in later if note.onset > after), Exchange(self.turn, notated, whole.terms, name)


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
