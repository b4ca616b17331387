"""A session: a musician and the machine trade bars over the changes.

The session has no clock of its own: it is fed with what was played, each event with its moment, and with the time
(`TradingSession.advance`). So it plays in a test as in a room, only faster. All moments are in seconds from the start
of the count-in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import Any

from jazzgram.hooks.progress import Reporter
from jazzgram.improvisation.chain import BarNotes
from jazzgram.improvisation.critics import Critics
from jazzgram.improvisation.given import Guide
from jazzgram.improvisation.line import Decoding, Line, Locked
from jazzgram.improvisation.particles import Particles
from jazzgram.improvisation.sampler import Improviser
from jazzgram.improvisation.search import Search, Setting
from jazzgram.improvisation.target import target_style
from jazzgram.live.answering import Answerer, Asked
from jazzgram.live.follower import Choose, Follower, Progress
from jazzgram.live.performance import backing, given_bars, ignored, performed
from jazzgram.live.player import Event, Player
from jazzgram.live.recorder import Recorder
from jazzgram.live.transport import Transport
from jazzgram.live.turns import MACHINE, MUSICIAN, Exchange, Turn, turns
from jazzgram.music.clicks import count_in
from jazzgram.music.note import Note
from jazzgram.music.term import Term
from jazzgram.music.tune import Track
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.pipeline.sampling import guided_model
from jazzgram.pipeline.trace import Trace
from jazzgram.rendering.roles import YOU

SOLO_CHANNEL, DRUM_CHANNEL = 0, 9
"""MIDI channels, from 0; the band's other parts have those between them."""


class TradingSession:
    """Trade bars over a configuration's changes.

    Parameters
    ----------
    pipeline : Pipeline
        Its model, samplers, critics, chain, responders and changes are used. Its reporter receives what a
        session leaves out of the configuration.

    Attributes
    ----------
    pipeline : Pipeline
        The same, over all choruses of the session.
    transport : Transport
        Where in the music a moment is.
    turns : tuple of Turn
        The whole session.
    exchanges : list of Exchange
        The turns that are over.
    backing : Solo
        The whole session without its soloists: changes, form, and the band, which plays throughout.
    trace : Trace
        The calls of the band's accompanists.
    programs : dict of int to int
        The General MIDI program of each channel.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline, chorus = performed(pipeline)
        config = self.config = self.pipeline.config
        if line := ignored(pipeline.config):
            pipeline.reporter.warn(line)
        live, improvise = config.sections.live, config.sections.improvise
        self.target = self.pipeline.target
        self.meter = self.target.meter
        self.changes = self.target.changes
        self.transport = Transport(self.meter, self.target.tempo, live.count_in)
        self.turns = turns(live, len(self.changes), chorus)
        self.recorder = Recorder(self.transport, latency=live.latency)
        self.player = Player(self.transport)
        self.exchanges: list[Exchange] = []
        straight = target_style(improvise, config.sections.accompany, self.target, Reporter()).straight
        melody, locked = given_bars(self.pipeline, chorus, self.turns)
        guide = None if melody is None or melody.vary is None else Guide(melody, self.pipeline.vocabulary)
        self._follower = self._following(guide, locked)
        self._answerer = Answerer(self.pipeline, self._follower, melody, straight)
        self._asked: Asked | None = None
        self._played: list[Note] = []
        self._history: list[tuple[Note, ...]] = []
        self._turn_terms: list[tuple[Term, ...]] = []
        self._fed = 0
        self.trace = Trace()
        self.backing = backing(self.pipeline, self.trace)
        self.programs = {SOLO_CHANNEL: self.backing.program}
        self._schedule_band(live.count_in)

    @property
    def seconds(self) -> float:
        """When the last bar is over."""
        return self.transport.seconds(len(self.changes) * self.meter.bar)

    @property
    def over(self) -> bool:
        """Whether every turn has been played."""
        return len(self.exchanges) == len(self.turns)

    @property
    def answering(self) -> bool:
        """Whether an answer has begun that is not whole yet."""
        return self._asked is not None

    def note_on(self, seconds: float, pitch: int, velocity: int) -> None:
        """Take a stroke of the musician."""
        self.advance(seconds)
        is_music = self.recorder.note_on(seconds, pitch, velocity)
        if is_music and not self.over and self.turns[len(self.exchanges)].player == MUSICIAN:
            self._feed_certain(len(self._history))

    def note_off(self, seconds: float, pitch: int) -> None:
        """Take a release of the musician."""
        self.recorder.note_off(seconds, pitch)

    def advance(self, seconds: float) -> None:
        """Do what is to be done up to a moment: feed what was played, and answer.

        The musician's notes are fed to the model as they are played; what is left of a turn's last bar half a grid step
        before the barline, when all that belongs to it has been struck. The beginning of the answer is scheduled then,
        the rest while it sounds.
        """
        tick = self.transport.tick(seconds)
        while (work := self._due(tick)) is not None:
            work()

    def _due(self, tick: float) -> Callable[[], None] | None:
        """Return what is to be done at a tick; None for nothing."""
        if self.over:
            return None
        turn = self.turns[len(self.exchanges)]
        bar = len(self._history)
        if turn.player == MUSICIAN:
            is_over = tick >= (bar + 1) * self.meter.bar - self.recorder.margin
            return (lambda: self._feed_bar(turn, bar)) if is_over else None
        if self._asked is None:
            return (lambda: self._ask(turn)) if tick >= turn.bar * self.meter.bar - self.recorder.margin else None
        return self._go_on if tick >= self._asked.bar * self.meter.bar else None

    def due(self, until: float, most: float = inf) -> list[Event]:
        """Return the machine's events up to a moment, without notes that are late by more than so many seconds."""
        return self.player.due(until, most)

    def stop(self, seconds: float) -> list[Event]:
        """End the session, and return the ends of all notes that sound; what was played so far stays."""
        self.recorder.release_all(seconds)
        return self.player.stop(seconds)

    def losses(self) -> list[str]:
        """Return a line for each kind of note that was left out."""
        counted = (
            (self.recorder.dropped, "strokes were too many for music"),
            (self.player.late, "notes were ready too late"),
            (self.player.dropped, "notes were due while this machine was held up"),
        )
        return [f"{count} {what}, and left out." for count, what in counted if count]

    @property
    def played(self) -> tuple[Note, ...]:
        """The machine's notes as played, onsets from the first bar."""
        return tuple(self._played)

    @property
    def notated(self) -> tuple[Note, ...]:
        """The machine's notes as notated, onsets from the first bar."""
        return self._notes_of(MACHINE)

    @property
    def musician(self) -> Track:
        """The musician's notes on the grid, as a track."""
        return Track(YOU, self.backing.program, self._notes_of(MUSICIAN))

    def _schedule_band(self, bars: int) -> None:
        """Schedule the clicks of the count-in, and the band for all bars."""
        start = bars * self.meter.bar
        clicks = count_in(self.meter, bars).notes
        self.player.schedule((replace(note, onset=note.onset - start) for note in clicks), DRUM_CHANNEL)
        free = (channel for channel in range(1, 16) if channel != DRUM_CHANNEL)
        for track in self.backing.accompaniment:
            channel = DRUM_CHANNEL if track.is_drum else next(free, None)
            if channel is not None:
                self.player.schedule(track.notes, channel)
                self.programs[channel] = track.program

    def _notes_of(self, player: str) -> tuple[Note, ...]:
        return tuple(
            replace(note, onset=note.onset + (each.turn.bar + number) * self.meter.bar)
            for each in self.exchanges
            if each.turn.player == player
            for number, bar in enumerate(each.notes)
            for note in bar
        )

    def _feed_bar(self, turn: Turn, bar: int) -> None:
        """Feed a bar of the musician's."""
        (notes,) = self.recorder.bars(bar, bar + 1)
        terms = self._answerer.terms(notes, bar)
        self._history.append(notes)
        self._turn_terms.append(terms)
        self._follower.feed(terms[self._fed :])
        self._fed = 0
        if bar + 1 == turn.end:
            self.exchanges.append(Exchange(turn, tuple(self._history[turn.bar : turn.end]), tuple(self._turn_terms)))
            self._turn_terms.clear()
            self.recorder.forget(turn.end)

    def _feed_certain(self, bar: int) -> None:
        """Feed the terms of a bar that later strokes cannot change: those before its last note."""
        (notes,) = self.recorder.bars(bar, bar + 1)
        if len(notes) < 2:
            return
        terms, onset = self._answerer.terms(notes, bar), 0
        certain = 0
        for term in terms:
            onset += term.duration
            if onset > notes[-1].onset:
                break
            certain += 1
        if certain > self._fed:
            self._follower.feed(terms[self._fed : certain])
            self._fed = certain

    def _following(self, guide: Guide | None, locked: Locked) -> Follower:
        """Return the model that is fed with what is played, with what steers its continuations."""
        pipeline, config = self.pipeline, self.config
        improvise = config.sections.improvise
        model, vocabulary = guided_model(pipeline.trained, config), pipeline.vocabulary
        improviser = Improviser(config.samplers, pipeline.calls, vocabulary, guide=guide)
        decoding = Decoding.of(improvise, self.target.tempo, [pipeline.persona])
        steered: Choose | None = None
        if config.critics and improvise.particles > 1:
            critics = Critics(config.critics, pipeline.calls, lambda: pipeline.training_corpus)
            search, tokenizer = Search.of(improvise), config.tokenizer
            particles = Particles(improviser, critics, search, vocabulary, tokenizer, pipeline.calls)
            setting = Setting(self.changes, self.meter, decoding, locked, range(len(self.changes)))

            def choose(line: Line, state: Any, inputs: Any, end: int, played: BarNotes) -> Progress:
                return particles.go_on(model, line, state, inputs, end, played, setting, config.sections.seed)

            steered = choose
        return Follower(model, vocabulary, improviser, self.changes, self.meter, decoding, locked, steered)

    def _ask(self, turn: Turn) -> None:
        """Ask the responder whose turn it is, and schedule the beginning of the answer."""
        answered = sum(each.turn.player == MACHINE for each in self.exchanges)
        before = self.exchanges[-1] if self.exchanges else None
        self._asked = self._answerer.ask(turn, answered, before, tuple(self._history))
        self._schedule(self._asked.next_part(), turn)

    def _go_on(self) -> None:
        """Schedule what follows of an answer; feed it to the model when it is whole."""
        assert self._asked is not None
        if not self._asked.is_whole:
            self._schedule(self._asked.next_part(), self._asked.turn)
            return
        exchange = self._asked.exchange()
        self._asked = None
        self._history += exchange.notes
        for bar, played in enumerate(exchange.notes, exchange.turn.bar):
            self._follower.feed(self._answerer.terms(played, bar))
        self.exchanges.append(exchange)

    def _schedule(self, played: tuple[Note, ...], turn: Turn) -> None:
        """Schedule notes of an answer."""
        start = turn.bar * self.meter.bar
        notes = [replace(note, onset=note.onset + start) for note in played]
        self._played += notes
        self.player.schedule(notes, SOLO_CHANNEL)
