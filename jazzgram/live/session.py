"""A session: a musician and the machine trade bars over the changes.

The session has no clock of its own: it is fed with what was played, each event with its moment, and told the time
(`TradingSession.advance`). So it plays in a test as in a room, only faster. All moments are in seconds from the start
of the count-in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from jazzgram.config.config import Config, Part
from jazzgram.config.sections import LiveSection
from jazzgram.errors import StepError
from jazzgram.hooks.progress import Reporter
from jazzgram.improvisation.chain import BarNotes, Chain, problem_with
from jazzgram.improvisation.line import Decoding
from jazzgram.improvisation.realize import Realizer, join_notes, split_notes
from jazzgram.improvisation.sampler import Improviser
from jazzgram.improvisation.target import Target, target_style
from jazzgram.live.follower import Follower
from jazzgram.live.player import Event, Player
from jazzgram.live.recorder import Recorder
from jazzgram.live.transport import Transport
from jazzgram.music.chord import join_bars
from jazzgram.music.clicks import count_in
from jazzgram.music.form import Form
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.music.term import Grammar, Term
from jazzgram.music.tune import Track
from jazzgram.pipeline import stages
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.pipeline.trace import Trace
from jazzgram.rendering.roles import MUSICIAN as YOU

MUSICIAN, MACHINE = "me", "it"
SOLO_CHANNEL, DRUM_CHANNEL = 0, 9
"""MIDI channels, from 0; the band's other parts have those between them."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Some bars of one player.

    Parameters
    ----------
    player : {"me", "it"}
        The musician or the machine.
    bar, bars : int
        Its first bar, from 0, and how many it has.
    """

    player: Literal["me", "it"]
    bar: int
    bars: int

    @property
    def end(self) -> int:
        """The bar before which it ends."""
        return self.bar + self.bars


@dataclass(frozen=True, slots=True)
class Exchange:
    """A turn as it was played.

    Parameters
    ----------
    turn : Turn
        Whose, and where.
    notes : tuple of tuple of Note
        The notes of each bar as notated, onsets from its start.
    terms : Grammar
        The same as terms.
    responder : str
        What answered; empty for the musician.
    """

    turn: Turn
    notes: BarNotes
    terms: Grammar
    responder: str = ""


def turns(live: LiveSection, bars: int) -> tuple[Turn, ...]:
    """Return the turns of a session of so many bars; the last one may be shorter.

    Examples
    --------
    >>> [(turn.player, turn.bar, turn.bars) for turn in turns(LiveSection(trade=4), 10)]
    [('me', 0, 4), ('it', 4, 4), ('me', 8, 2)]
    """
    players = (MUSICIAN, MACHINE) if live.first == MUSICIAN else (MACHINE, MUSICIAN)
    return tuple(
        Turn(players[number % 2], bar, min(live.trade, bars - bar))  # type: ignore[arg-type]
        for number, bar in enumerate(range(0, bars, live.trade))
    )


class TradingSession:
    """Trade bars over a configuration's changes.

    Parameters
    ----------
    pipeline : Pipeline
        Its model, samplers, chain, responders and target are used.

    Attributes
    ----------
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
        self.config: Config = pipeline.config
        live = self.config.sections.live
        self.target = _repeated(pipeline.target, live.choruses)
        self.meter = self.target.meter
        self.changes = self.target.changes
        sections = pipeline.config.sections
        self._straight = target_style(sections.improvise, sections.accompany, self.target, Reporter()).straight
        self.transport = Transport(self.meter, self.target.tempo, live.count_in)
        self.turns = turns(live, len(self.changes))
        self.recorder = Recorder(self.transport, latency=live.latency)
        self.player = Player(self.transport)
        self.exchanges: list[Exchange] = []
        self._played: list[Note] = []
        self._calls = pipeline.calls
        model, vocabulary = stages.guided_model(pipeline.trained, self.config), pipeline.vocabulary
        improviser = Improviser(self.config.samplers, self._calls, vocabulary)
        decoding = Decoding.of(self.config.sections.improvise, self.target.tempo, [pipeline.persona])
        self._improviser = improviser
        self._follower = Follower(model, vocabulary, improviser, self.changes, self.meter, decoding)
        self._realizer = Realizer(self.config.tokenizer, self._calls, self.meter)
        self._parse = self._calls.caller("parse_melody", self.config.tokenizer.plugin)
        self._history: list[tuple[Note, ...]] = []
        self._fed = 0
        self.trace = Trace()
        self.backing = _backing(pipeline, self.target, self.trace)
        self.programs = {SOLO_CHANNEL: self.target.tune.program}
        self._schedule_band(live.count_in)

    @property
    def seconds(self) -> float:
        """When the last bar is over."""
        return self.transport.seconds(len(self.changes) * self.meter.bar)

    @property
    def over(self) -> bool:
        """Whether every turn has been played."""
        return len(self.exchanges) == len(self.turns)

    def note_on(self, seconds: float, pitch: int, velocity: int) -> None:
        """Take a stroke of the musician."""
        self.advance(seconds)
        self.recorder.note_on(seconds, pitch, velocity)
        if not self.over and self.turns[len(self.exchanges)].player == MUSICIAN:
            self._feed_certain(len(self._history))

    def note_off(self, seconds: float, pitch: int) -> None:
        """Take a release of the musician."""
        self.recorder.note_off(seconds, pitch)

    def advance(self, seconds: float) -> None:
        """Do what is to be done up to a moment: feed what was played, and answer.

        The musician's notes are fed to the model as they are played; what is left of a turn's last bar half a grid step
        before the barline, when all that belongs to it has been struck. The answer is scheduled then.
        """
        tick = self.transport.tick(seconds)
        while not self.over:
            turn = self.turns[len(self.exchanges)]
            bar = len(self._history)
            if turn.player == MUSICIAN:
                if tick < (bar + 1) * self.meter.bar - self.recorder.margin:
                    return
                self._listen(turn, bar)
            else:
                if tick < turn.bar * self.meter.bar - self.recorder.margin:
                    return
                self._answer(turn)

    def due(self, until: float) -> list[Event]:
        """Return the machine's events up to a moment."""
        return self.player.due(until)

    def stop(self, seconds: float) -> list[Event]:
        """End the session, and return the ends of all notes that sound; what was played so far stays."""
        self.recorder.release_all(seconds)
        return self.player.stop(seconds)

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
        return Track(YOU, self.target.tune.program, self._notes_of(MUSICIAN))

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

    def _listen(self, turn: Turn, bar: int) -> None:
        """Feed a bar of the musician's."""
        (notes,) = self.recorder.bars(bar, bar + 1)
        self._history.append(notes)
        self._follower.feed(self._terms(notes, bar)[self._fed :])
        self._fed = 0
        if bar + 1 == turn.end:
            played = self._history[turn.bar : turn.end]
            grammar = tuple(self._terms(each, turn.bar + number) for number, each in enumerate(played))
            self.exchanges.append(Exchange(turn, tuple(played), grammar))
            self.recorder.forget(turn.end)

    def _feed_certain(self, bar: int) -> None:
        """Feed the terms of a bar that later strokes cannot change: those before its last note."""
        (notes,) = self.recorder.bars(bar, bar + 1)
        if len(notes) < 2:
            return
        terms, onset = self._terms(notes, bar), 0
        certain = 0
        for term in terms:
            onset += term.duration
            if onset > notes[-1].onset:
                break
            certain += 1
        if certain > self._fed:
            self._follower.feed(terms[self._fed : certain])
            self._fed = certain

    def _terms(self, notes: tuple[Note, ...], bar: int) -> tuple[Term, ...]:
        chords = self.changes[bar]
        return tuple(self._parse(melody=notes, chords=chords, meter=self.meter, options=self.config.tokenizer.options))

    def _answer(self, turn: Turn) -> None:
        """Ask the responder whose turn it is, run the chain on its answer, and schedule it."""
        answered = sum(each.turn.player == MACHINE for each in self.exchanges)
        responders = self.config.responders
        responder = responders[answered % len(responders)]
        before = self.exchanges[-1] if self.exchanges else None
        seed = self.config.sections.seed
        rng = Random(f"{seed}/respond/{responder.plugin.name}/{turn.bar}")
        chords = self.changes[turn.bar : turn.end]
        answer = self._calls.caller("respond", responder.plugin)(
            terms=before.terms if before is not None else (),
            notes=before.notes if before is not None else (),
            chords=chords,
            meter=self.meter,
            history=tuple(self._history),
            go_on=lambda: self._follower.go_on(turn.bars, self._improviser.rng(seed, turn.bar)),
            options=responder.options,
            rng=rng,
            step=responder.plugin.name,
        )
        played, notated, terms = self._through_chain(responder, answer, turn)
        start = turn.bar * self.meter.bar
        notes = [replace(note, onset=note.onset + start) for note in played]
        self._played += notes
        self.player.schedule(notes, SOLO_CHANNEL)
        bars = split_notes(notated, self.meter, turn.bars)
        self._history += bars
        for number, bar in enumerate(bars):
            self._follower.feed(self._terms(bar, turn.bar + number))
        self.exchanges.append(Exchange(turn, bars, terms, responder.plugin.name))

    def _through_chain(
        self, responder: Part, answer: object, turn: Turn
    ) -> tuple[tuple[Note, ...], tuple[Note, ...], Grammar]:
        """Run the chain on an answer of terms or notes; return its notes as played and notated, and its terms.

        Nothing is moved before the answer's first barline or sounds past its last one.
        """
        grammar, bars = _well_formed(responder.plugin.name, answer, turn)
        changes = self.changes[turn.bar : turn.end]
        chain = Chain(self.config.chain, self._calls, self.config.sections.seed + turn.bar)
        if grammar:
            grammar = chain.prune_grammar(grammar, changes, self.meter)
            previous = self._last_note()
            realized = []
            for number, (terms, chords) in enumerate(zip(grammar, changes, strict=True)):
                seed = self.config.sections.seed
                realized.append(self._realizer.bar(terms, chords, previous, seed, turn.bar + number))
                previous = self._realizer.last(realized[-1], previous)
            bars = tuple(realized)
        bars = chain.prune_notes(bars, changes, self.meter)
        if not grammar:
            grammar = tuple(self._terms(bar, turn.bar + number) for number, bar in enumerate(bars))
        chords = join_bars(changes, self.meter.bar)
        form = Form.of(chords, self.meter, turn.bars)
        notes, notated = chain.clean_up_notes(
            join_notes(bars, self.meter), chords, self.meter, self.target.tempo, form, self._straight
        )
        end = turn.bars * self.meter.bar
        played = tuple(
            replace(note, duration=min(note.duration, end - note.onset)) for note in notes if note.onset < end
        )
        return played, notated, grammar

    def _last_note(self) -> Note | None:
        """Return the last note so far, its onset from the start of the next bar."""
        for back, bar in enumerate(reversed(self._history), 1):
            if bar:
                return replace(bar[-1], onset=bar[-1].onset - back * self.meter.bar)
        return None


def _repeated(target: Target, choruses: int) -> Target:
    """Return the improvised bars of a target, played several times."""
    bars = [bar for bar, improvised in enumerate(target.improvised) if improvised] * choruses
    changes = tuple(target.changes[bar] for bar in bars)
    form = Form.of(join_bars(changes, target.meter.bar), target.meter, len(changes))
    return replace(target, changes=changes, form=form, order=tuple(target.order[bar] for bar in bars))


def _backing(pipeline: Pipeline, target: Target, trace: Trace) -> Solo:
    """Return the session without its soloists: what is played over, and the band."""
    solo = Solo(
        notes=(),
        chords=join_bars(target.changes, target.meter.bar),
        bars=len(target.changes),
        meter=target.meter,
        tempo=target.tempo,
        title=f"{target.title}, traded",
        program=target.tune.program,
        key=target.key,
        form=target.form,
    )
    band = stages.choose_band(pipeline.config, target, pipeline.reporter)
    return stages.accompany(solo, band, pipeline.config.sections.seed, trace)


def _well_formed(name: str, answer: object, turn: Turn) -> tuple[Grammar, BarNotes]:
    """Return an answer as a grammar or as notes, the other one empty; raise StepError where it is neither."""
    if not isinstance(answer, list | tuple) or len(answer) != turn.bars:
        found = f"{len(answer)} bars" if isinstance(answer, list | tuple) else type(answer).__name__
        raise StepError(f"responder {name} returned {found}; expected {turn.bars} bars of terms or notes")
    bars = tuple(map(tuple, answer))
    items = [item for bar in bars for item in bar]
    if all(isinstance(item, Note) for item in items):
        for number, bar in enumerate(bars, turn.bar + 1):
            if problem := problem_with(bar):
                raise StepError(f"responder {name} returned for bar {number} {problem}")
        return (), bars
    if all(isinstance(item, Term) for item in items):
        return bars, ()
    raise StepError(f"responder {name} returned neither terms nor notes: {items[0]!r:.60}")
