"""Steering: candidates for each phrase are played side by side, and critics decide which of them go on.

Sequential Monte Carlo: every candidate is a particle, its weight the product of what the critics made of its bars.
Where few particles carry most of the weight, all are drawn again by their weights (Doucet, de Freitas & Gordon,
*Sequential Monte Carlo Methods in Practice*, 2001, ch. 1; systematic resampling after Kitagawa, *Monte Carlo filter and
smoother*, 1996). The effective number of particles is ``1 / sum(w ** 2)`` of the normalised weights (Kong, Liu & Wong,
*Sequential imputations and Bayesian missing data problems*, 1994).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from time import perf_counter
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram.config.config import Part
from jazzgram.errors import JazzgramError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.token_model import UNKNOWN, TokenModel
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.improvisation.critics import Critics
from jazzgram.improvisation.line import Changes, Decoding, Line, Locked
from jazzgram.improvisation.observer import Observer
from jazzgram.improvisation.realize import Realizer, last_note
from jazzgram.improvisation.sampler import Improviser
from jazzgram.improvisation.search import Search, Setting
from jazzgram.improvisation.shared import Shared
from jazzgram.music.labels import NO_LABELS
from jazzgram.music.note import Note
from jazzgram.music.term import Grammar
from jazzgram.music.time import Meter

_SMALLEST = 1e-300


@dataclass(frozen=True, slots=True)
class _BarScores:
    """The log weights of one critic for the candidates of one bar, and the time of its calls."""

    critic: int
    bar: int
    weights: tuple[float, ...]
    seconds: float


@dataclass
class _Particle:
    """One candidate: its line, what it has played, its place in the model's state."""

    line: Line
    state: Any
    row: int
    fed: int | None
    weight: float = 0.0
    previous: Note | None = None
    notes: tuple[tuple[Note, ...], ...] = ()
    likelihoods: list[list[float]] = field(default_factory=list)
    path: tuple[int, ...] = ()

    def copy(self, rng: Random | None) -> _Particle:
        """Return a copy with a random generator of its own, its weight 1."""
        return replace(self, line=self.line.copy(rng), weight=0.0, likelihoods=[[*bar] for bar in self.likelihoods])


class Particles:
    """Improvise solos that critics steer.

    Parameters
    ----------
    improviser : Improviser
        Has the samplers.
    critics : Critics
        At least one.
    search : Search
        How many candidates there are.
    vocabulary : Vocabulary
        The terms of the model's tokens.
    tokenizer : Part
        Turns terms into the notes that critics score.
    calls : PluginCalls
        Has the tokenizer.
    observer : Observer or None
        Receives the weights of the solo of the first seed.
    """

    def __init__(
        self,
        improviser: Improviser,
        critics: Critics,
        search: Search,
        vocabulary: Vocabulary,
        tokenizer: Part,
        calls: PluginCalls,
        observer: Observer | None = None,
    ) -> None:
        self._improviser = improviser
        self._critics = critics
        self._search = search
        self._vocabulary = vocabulary
        self._tokenizer = tokenizer
        self._calls = calls
        self._observer = observer

    def improvise(
        self,
        model: TokenModel,
        changes: Changes,
        meter: Meter,
        seeds: Sequence[int],
        decoding: Decoding,
        locked: Locked = MappingProxyType({}),
        numbers: Sequence[int] | None = None,
    ) -> list[Grammar]:
        """Improvise one grammar for each seed.

        Parameters
        ----------
        model, changes, meter, seeds, decoding, locked
            See `Improviser.improvise`.
        numbers : sequence of int or None
            The number of each bar in the solo, from 0, as reports and messages name it; None where all its bars are
            improvised.

        Raises
        ------
        JazzgramError
            Where the model has no ``gather``.
        """
        _check_gather(model)
        setting = Setting(changes, meter, decoding, locked, numbers or range(len(changes)))
        realizer = Realizer(self._tokenizer, self._calls, meter)
        count, bars = self._search.particles, setting.bars
        shared = Shared(model)
        start = shared.start(len(seeds) * count)
        first = self._improviser.first_inputs(decoding, 1)
        personas = decoding.personas or (NO_LABELS,) * len(seeds)
        particles = [
            _Particle(
                Line(changes, (0, 0), meter, decoding, self._rng(seed, 0, number), locked, personas[index]),
                start,
                index * count + number,
                None if first is None else int(first[0]),
            )
            for index, seed in enumerate(seeds)
            for number in range(count)
        ]
        records = self._steer(shared, particles, (0, bars), setting, seeds, realizer)
        found = []
        for index in range(len(seeds)):
            best = _best(particles[index * count : (index + 1) * count])
            found.append(best.line.grammar())
            if index == 0:
                self._report(records[0], best, setting.numbers)
        return found

    def go_on(
        self,
        model: TokenModel,
        line: Line,
        state: Any,
        inputs: NDArray[Any] | None,
        end: int,
        played: tuple[tuple[Note, ...], ...],
        setting: Setting,
        seed: int,
    ) -> tuple[Line, Any, NDArray[Any] | None]:
        """Improvise the bars from where a line is to before another one, by the best of the candidates.

        Parameters
        ----------
        model : TokenModel
            Trained.
        line : Line
            At the start of a bar.
        state, inputs
            The model's state and its next input, of one row.
        end : int
            The bar before which the candidates end.
        played : tuple of tuple of Note
            The notes of each bar before the line's; what the line has of its own bars is realized.
        setting : Setting
            What is played over.
        seed : int
            Of the candidates' random generators; the first one has that of the line.

        Returns
        -------
        line, state, inputs
            Of the best candidate, at the start of bar `end`.

        Raises
        ------
        JazzgramError
            Where the model has no ``gather``.
        """
        _check_gather(model)
        begin = line.bar
        realizer = Realizer(self._tokenizer, self._calls, setting.meter)
        fed = None if inputs is None else int(inputs[0])
        previous = last_note(played, setting.meter)
        for bar in range(len(played), begin):
            notes = realizer.bar(line.terms(bar), setting.changes[bar], previous, seed, bar)
            played, previous = (*played, notes), realizer.last(notes, previous)
        shared = Shared(model)
        start = shared.copies(state, self._search.particles)
        particles = [
            _Particle(
                line.copy(line.rng if number == 0 else self._rng(seed, begin, number)),
                start,
                number,
                fed,
                previous=previous,
                notes=played,
            )
            for number in range(self._search.particles)
        ]
        self._steer(shared, particles, (begin, end), setting, [seed], realizer)
        best = _best(particles)
        best.line.resume(setting.bars)
        own = model.gather([shared.row(best.state, best.row)])
        return best.line, own, None if best.fed is None else np.array([best.fed])

    def _steer(
        self,
        model: Shared,
        particles: list[_Particle],
        span: tuple[int, int],
        setting: Setting,
        seeds: Sequence[int],
        realizer: Realizer,
    ) -> list[list[_BarScores]]:
        """Play the particles of each seed through a span of bars, phrase by phrase; return what critics made of it."""
        records: list[list[_BarScores]] = [[] for _ in seeds]
        count, last = self._search.particles, span[1]
        for begin in range(*span, self._search.phrase):
            end = min(begin + self._search.phrase, last)
            for particle in particles:
                particle.line.resume(end)
            self._play(model, particles)
            for index, seed in enumerate(seeds):
                group = slice(index * count, (index + 1) * count)
                for bar in range(begin, end):
                    records[index] += self._score_bar(particles[group], bar, setting, realizer, seed)
                # Before bars that are all given nothing is left to choose: they are scored with it.
                if not setting.locked.keys() >= set(range(end, min(end + self._search.phrase, last))):
                    particles[group] = self._resampled(particles[group], seed, end)
        return records

    def _rng(self, seed: int, bar: int, number: int) -> Random | None:
        """Seed a particle's random generator: the first one's is that of a solo without critics."""
        rng = self._improviser.rng(seed, bar)
        return rng if rng is None or (bar == 0 and number == 0) else Random(f"{rng.random()}/{number}")

    def _play(self, model: Shared, particles: Sequence[_Particle]) -> None:
        """Play every particle to the end of its line's span."""
        active = [particle for particle in particles if not particle.line.done]
        if not active:
            return
        state = model.gather([(particle.state, particle.row) for particle in active])
        fed = [particle.fed for particle in active]
        inputs = None if all(token is None for token in fed) else np.array([UNKNOWN if t is None else t for t in fed])
        while active:
            before = state
            state, raw, ids = self._improviser.advance(model, before, inputs, [each.line for each in active])
            rest = []
            for row, (particle, token) in enumerate(zip(active, ids.tolist(), strict=True)):
                line = particle.line
                if line.done:  # its bar ended with a rest: the next term is predicted from the same input
                    particle.state, particle.row = before, row
                    particle.fed = None if inputs is None else int(inputs[row])
                    continue
                bar, given = line.bar, line.given
                line.append(given or self._vocabulary.terms[token], token)
                while len(particle.likelihoods) <= bar:
                    particle.likelihoods.append([])
                likelihood = np.nan if token == UNKNOWN else np.log(max(float(raw[row, token]), _SMALLEST))
                particle.likelihoods[bar].append(float(likelihood))
                if line.done:
                    particle.state, particle.row, particle.fed = state, row, token
                else:
                    rest.append(row)
            inputs = ids[rest]
            if len(rest) < len(active) and rest:
                state = model.gather([(state, row) for row in rest])
            active = [active[row] for row in rest]

    def _score_bar(
        self, group: Sequence[_Particle], bar: int, setting: Setting, realizer: Realizer, seed: int
    ) -> list[_BarScores]:
        """Add the critics' log weights of a bar to the particles; return them."""
        chords, position = setting.changes[bar], setting.position(bar)
        audible = not self._critics.names.isdisjoint(("notes", "history"))  # else no candidate is realized
        played = []
        for particle in group:
            terms = particle.line.terms(bar)
            notes = realizer.bar(terms, chords, particle.previous, seed, bar) if audible else ()
            likelihoods = particle.likelihoods[bar] if bar < len(particle.likelihoods) else []
            played.append((terms, notes, tuple(likelihoods)))
        records = []
        for number in range(len(self._critics.steps)):
            begun = perf_counter()
            weights = tuple(
                self._critics.score(
                    number,
                    setting.numbers[bar],
                    terms=terms,
                    notes=notes,
                    chords=chords,
                    meter=setting.meter,
                    history=particle.notes,
                    position=position,
                    given=bar in setting.locked,
                    log_likelihoods=likelihoods,
                )
                for particle, (terms, notes, likelihoods) in zip(group, played, strict=True)
            )
            records.append(_BarScores(number, bar, weights, perf_counter() - begun))
            for particle, weight in zip(group, weights, strict=True):
                particle.weight += weight
        for number, (particle, (_, notes, _)) in enumerate(zip(group, played, strict=True)):
            particle.notes = (*particle.notes, notes)
            particle.previous = realizer.last(notes, particle.previous)
            particle.path = (*particle.path, number)
        return records

    def _resampled(self, group: list[_Particle], seed: int, bar: int) -> list[_Particle]:
        """Draw the particles again by their weights where few of them carry most of it."""
        logs = np.array([particle.weight for particle in group])
        if not np.isfinite(logs).any():  # the critics forbid all: no choice is better than another
            for particle in group:
                particle.weight = 0.0
            return group
        shares = np.exp(logs - logs[np.isfinite(logs)].max())
        shares /= shares.sum()
        if 1 / (shares * shares).sum() >= self._search.resampling * len(group):
            return group
        first = Random(f"{seed}/particles/{bar}").random()
        marks = (np.arange(len(group)) + first) / len(group)
        ancestors = np.minimum(np.searchsorted(np.cumsum(shares), marks), len(group) - 1).tolist()
        taken: set[int] = set()
        drawn = []
        for number, ancestor in enumerate(ancestors):
            own = group[ancestor].line.rng
            drawn.append(group[ancestor].copy(self._rng(seed, bar, number) if ancestor in taken else own))
            taken.add(ancestor)
        return drawn

    def _report(self, records: Sequence[_BarScores], best: _Particle, numbers: Sequence[int]) -> None:
        if self._observer is None:
            return
        for scored in records:
            step, chosen = self._critics.steps[scored.critic], best.path[scored.bar]
            bar = numbers[scored.bar]
            self._observer.critic(step.label, step.options, bar, scored.weights, chosen, scored.seconds)


def _best(particles: Sequence[_Particle]) -> _Particle:
    """Return the particle with the highest weight; of equals the first."""
    return max(particles, key=lambda particle: particle.weight)


def _check_gather(model: TokenModel) -> None:
    if not hasattr(model, "gather"):
        raise JazzgramError(
            "the model has no method gather, which critics and kept bars need: set improvise.particles to 1 to play"
            " without critics"
        )
