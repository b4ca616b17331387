"""Trading with real soloists: whether an answer conditioned on them is nearer to what they play than one that is not.

Usage: python benchmarks/trading.py MODEL [--solos 20] [--print]

MODEL is a folder that `jazzgram train weimar --out MODEL` wrote from a corpus with held-out tunes. Of each of 20
held-out solos 64 bars are played to it, four of every eight; it answers the others. The same bars as the soloist really
played them, and as the same model plays them that improvises all 64 alone, stand beside. Writes docs/live.md.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a few rows at a time: threads would only wait for each other

from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

import numpy as np
from steering import REAL, bars_of, spearman
from written import conditions, write_table

from jazzgram import Meter, Note, Pipeline, Solo, Tune
from jazzgram.corpus.parts import PartTunes
from jazzgram.evaluation.choruses import pipeline_over
from jazzgram.evaluation.metrics import load_metrics, measure_solos
from jazzgram.evaluation.plan import Chorus, Plan
from jazzgram.evaluation.scores import distance, scored
from jazzgram.live.recorder import Recorder
from jazzgram.live.session import TradingSession
from jazzgram.live.transport import Transport
from jazzgram.live.turns import MACHINE
from jazzgram.music.chord import join_bars
from jazzgram.music.time import TICKS_PER_QUARTER

BARS, TURN = 64, 4
Line = list[tuple[Note, ...]]
"""The notes of each bar, onsets from its start."""


def excerpts(pipeline: Pipeline, count: int) -> list[Tune]:
    """Cut stretches of held-out solos by lot, with notes in half of the bars or more."""
    meter, found = Meter(), []
    for part in ("validation", "test"):
        for tune in PartTunes(lambda: pipeline.reading, part):
            starts = [
                first
                for first in range(0, len(tune.bars) - BARS + 1, TURN)
                if all(bar.meter == meter for bar in tune.bars[first : first + BARS])
                and sum(bool(bar.notes) for bar in tune.bars[first : first + BARS]) > 0.5 * BARS
            ]
            if starts:
                first = Random(tune.title).choice(starts)
                found.append(replace(tune, bars=tune.bars[first : first + BARS], accompaniment=()))
    return Random("trading").sample(found, min(count, len(found)))


def recorded(tune: Tune, transport: Transport) -> Line:
    """Return what a recorder makes of a whole solo, so that all lines are quantized alike."""
    recorder, length = Recorder(transport), transport.meter.bar
    for number, bar in enumerate(tune.bars):
        for note in bar.notes:
            recorder.note_on(transport.seconds(number * length + note.onset), note.pitch, note.velocity)
            recorder.note_off(transport.seconds(number * length + note.end), note.pitch)
    return list(recorder.bars(0, BARS))


def traded(pipeline: Pipeline, tune: Tune) -> tuple[Line, list[bool]]:
    """Play four of every eight bars of a solo to the model; return the whole line, and which bars it answered."""
    session = TradingSession(pipeline)
    for number, bar in enumerate(tune.bars):
        start = number * session.meter.bar
        for note in bar.notes:
            session.note_on(session.transport.seconds(start + note.onset), note.pitch, note.velocity)
            session.note_off(session.transport.seconds(start + note.end), note.pitch)
    session.advance(session.seconds)
    line = [notes for exchange in session.exchanges for notes in exchange.notes]
    return line, [exchange.turn.player == MACHINE for exchange in session.exchanges for _ in exchange.notes]


def answers_of(pipeline: Pipeline, line: Line, answered: Sequence[bool]) -> Solo:
    """Return the answered bars, one after the other."""
    target = pipeline.target
    bars = [bar for bar, own in enumerate(answered) if own]
    changes = tuple(target.changes[bar] for bar in bars)
    notes = tuple(
        replace(note, onset=note.onset + number * target.meter.bar)
        for number, bar in enumerate(bars)
        for note in line[bar]
    )
    return Solo(
        notes=notes,
        chords=join_bars(changes, target.meter.bar),
        bars=len(bars),
        meter=target.meter,
        tempo=target.tempo,
        title=target.title,
    )


def seams(line: Line, answered: Sequence[bool], length: int) -> list[tuple[bool, float, float]]:
    """Return for each join whether it leads into an answer, its interval in semitones and its time in beats."""
    notes = [(note.pitch, note.onset + bar * length, answered[bar]) for bar, own in enumerate(line) for note in own]
    return [
        (into, abs(second - first), (later - onset) / TICKS_PER_QUARTER)
        for (first, onset, before), (second, later, into) in pairwise(notes)
        if before != into
    ]


def of_turns(line: Line, length: int) -> list[tuple[float, float]]:
    """Return density and mean pitch of each turn; nan where it has no notes."""
    found = []
    for first in range(0, BARS, TURN):
        pitches = [note.pitch for bar in line[first : first + TURN] for note in bar]
        found.append((len(pitches) / TURN, float(np.mean(pitches)) if pitches else np.nan))
    return found


def main() -> None:
    """Measure, and write docs/live.md."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--solos", type=int, default=20)
    parser.add_argument("--print", action="store_true")
    given = parser.parse_args()
    pipeline = Pipeline.load_trained(given.model, settings=[f"live={{trade: {TURN}, choruses: 1}}"])
    names = {"real": "the soloist's own bars", "traded": "answers (`continue`)", "alone": "the model, unconditioned"}
    lines: dict[str, list[Line]] = {name: [] for name in names}
    solos: dict[str, list[Solo]] = {name: [] for name in names}
    answered: list[bool] = []
    tunes = excerpts(pipeline, given.solos)
    for seed, tune in enumerate(tunes, 1):
        over = pipeline_over(pipeline, Chorus(tune, seed), BARS)
        exchanged, answered = traded(over, tune)
        real = recorded(tune, Transport(over.target.meter, over.target.tempo, 0))
        improvised = [notes for notes, _ in bars_of(over.play(over.sample([seed])[0]))]
        alone = [improvised[bar] if own else real[bar] for bar, own in enumerate(answered)]
        for name, line in (("real", real), ("traded", exchanged), ("alone", alone)):
            lines[name].append(line)
            solos[name].append(answers_of(over, line, answered))
    length = Meter().bar
    plan = Plan(tuple(Chorus(tune, 1) for tune in tunes), BARS // 2, Meter(), "test")
    joins = {name: [seam for line in own for seam in seams(line, answered, length)] for name, own in lines.items()}
    rows = [
        "| answered by | distance to real solos | into the answer: interval | time | out of it: interval | time"
        " | register follows | density follows |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, title in names.items():
        measured = list(measure_solos(solos[name], pipeline.training_corpus, load_metrics()))
        far = distance(scored("", plan, measured, ()), REAL)[0]
        cells = []
        for into in (True, False):
            for column in (1, 2):
                own, real = (np.array([s[column] for s in joins[n] if s[0] == into]) for n in (name, "real"))
                cells.append(f"{(own.mean() - real.mean()) / real.std():+.2f}")
        turns = [of_turns(line, length) for line in lines[name]]
        for column in (1, 0):
            pairs = [(a[column], b[column]) for own in turns for a, b in zip(own[::2], own[1::2], strict=True)]
            cells.append(f"{spearman(*map(list, zip(*pairs, strict=True))):.2f}")
        rows.append(f"| {title} | {far:.2f} | {' | '.join(cells)} |")
    text = [f"{len(tunes)} solos, measured on {conditions()}.", "", *rows]
    if given.print:
        print("\n".join(text))
    else:
        write_table("live.md", "trading.py", text)


if __name__ == "__main__":
    main()
