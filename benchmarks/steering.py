"""What critics, kept bars and `vary` do: the tables of docs/critics.md.

Usage: python benchmarks/steering.py MODEL [--part validation|test] [--n 50] [--judge OTHER] [TABLE …]

MODEL is a folder that `jazzgram train weimar --out MODEL` wrote: its corpus has held-out tunes. Tables: `obedience`,
`effects`, `infill`, `vary`; all by default. Choruses have 32 bars over held-out changes, and are compared with real
solos as in `jazzgram evaluate`. A gap has two bars of a held-out solo, with eight bars before and four after it; its
seams are the steps of the line into it and out of it. One table takes one to ten minutes.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import fmean, pstdev
from time import process_time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a few rows at a time: threads would only wait for each other

import numpy as np

from jazzgram import TICKS_PER_QUARTER, Chord, Meter, Note, Pipeline, Solo, Tune, chord_at, chord_scale
from jazzgram.config.steps import Step
from jazzgram.corpus.parts import PartTunes
from jazzgram.evaluation.choruses import pipeline_over
from jazzgram.evaluation.copying import CorpusRuns
from jazzgram.evaluation.metrics import load_metrics, measure_solos
from jazzgram.evaluation.plan import Chorus, Plan, make_plan
from jazzgram.evaluation.reference import find_reference
from jazzgram.evaluation.scores import UNCOUNTED, Scores, distance, scored, table
from jazzgram.hooks.finding import find
from jazzgram.hooks.token_model import UNKNOWN
from jazzgram.improvisation.given import Given, given_melody
from jazzgram.improvisation.line import Decoding, Line
from jazzgram.music.term import Grammar
from jazzgram.pipeline.sampling import sample_grammars

BARS, SECTION, CANDIDATES, GAPS = 32, 4, 16, 60
BEFORE, GAP, AFTER, EVENTS = 8, 2, 4, 8
Bar = tuple[tuple[Note, ...], tuple[Chord, ...]]
Critic = tuple[str, dict[str, object]]
"""A critic's name and its options."""


# --- what is asked for, and what was played ---


def _density(bars: Sequence[Bar], meter: Meter) -> float:
    return sum(len(notes) for notes, _ in bars) * meter.beat / (len(bars) * meter.bar)


def _register(bars: Sequence[Bar], meter: Meter) -> float:
    ticks = sum(note.duration for notes, _ in bars for note in notes)
    return sum(note.pitch * note.duration for notes, _ in bars for note in notes) / ticks if ticks else np.nan


def _rest(bars: Sequence[Bar], meter: Meter) -> float:
    sounding = sum(min(note.end, meter.bar) - note.onset for notes, _ in bars for note in notes)
    return 1 - sounding / (len(bars) * meter.bar)


def _outside(bars: Sequence[Bar], meter: Meter) -> float:
    scales = [(note, chord_scale(chord_at(chords, note.onset))) for notes, chords in bars for note in notes]
    found = [note.pitch % 12 not in scale.scale for note, scale in scales if scale is not None]
    return fmean(found) if found else np.nan


CURVES: dict[str, Callable[[Sequence[Bar], Meter], float]] = {
    "density": _density,
    "register": _register,
    "rest": _rest,
    "outside": _outside,
}


def bars_of(solo: Solo) -> list[Bar]:
    """Return the notated notes and the chords of each bar, onsets from its start."""
    length = solo.meter.bar
    return [
        (
            tuple(
                replace(n, onset=n.onset - start) for n in solo.notated or solo.notes if 0 <= n.onset - start < length
            ),
            tuple(
                replace(c, onset=max(c.onset - start, 0))
                for c in solo.chords
                if c.onset < start + length and c.onset + c.duration > start
            ),
        )
        for start in range(0, solo.bars * length, length)
    ]


def spearman(asked: Sequence[float], played: Sequence[float]) -> float:
    """Return the rank correlation of two series, ties by their mean rank, without what is not defined."""
    rows = np.array([pair for pair in zip(asked, played, strict=True) if np.isfinite(pair).all()])
    ranks = [np.array([(row < x).sum() + ((row == x).sum() - 1) / 2 for x in row]) for row in rows.T]
    return float(np.corrcoef(*ranks)[0, 1])


# --- choruses ---


@dataclass(frozen=True)
class Stage:
    """A trained pipeline and the choruses that it plays; another one whose likelihoods count, if there is one."""

    pipeline: Pipeline
    plan: Plan
    judge: Pipeline | None = None

    def steered(self, critics: Sequence[Critic], particles: int = CANDIDATES) -> Pipeline:
        """Return the pipeline with critics."""
        config, steps = self.pipeline.config, []
        for number, (name, options) in enumerate(critics, 1):
            plugin = find(name, "score_bar", Path())
            steps.append(Step("score_bar", plugin, plugin.options(**options), number))
        improvise = config.sections.improvise.model_copy(update={"particles": particles})
        sections = config.sections.model_copy(update={"improvise": improvise})
        return self.pipeline.given(replace(config, sections=sections, critics=tuple(steps)))

    def choruses(self, critics: Sequence[Critic] = ()) -> list[Solo]:
        """Play every chorus with the same critics."""
        return [solo for _, solo in self.each(lambda _: critics)]

    def each(self, critics: Callable[[Random], Sequence[Critic]]) -> Iterator[tuple[Sequence[Critic], Solo]]:
        """Play every chorus with critics of its own, drawn by lot."""
        for chorus in self.plan.choruses:
            own = critics(Random(f"{chorus.seed}/steering"))
            pipeline = pipeline_over(self.steered(own), chorus, self.plan.bars)
            yield own, pipeline.play(pipeline.sample([chorus.seed])[0])

    def sampled(self, pipeline: Pipeline, melody: Given, seed: int) -> Grammar:
        """Sample with a given melody."""
        trained, target, config, calls = pipeline.trained, pipeline.target, pipeline.config, pipeline.calls
        corpus = lambda: self.pipeline.training_corpus  # noqa: E731
        (grammar,) = sample_grammars(trained, target, config, calls, [seed], corpus=corpus, melody=melody)
        return grammar

    def scores(self, solos: Sequence[Solo]) -> Scores:
        """Measure choruses."""
        return scored(
            "", self.plan, list(measure_solos(list(solos), self.pipeline.training_corpus, load_metrics())), ()
        )


REAL = find_reference("wjazzd").style()


def far(stage: Stage, solos: Sequence[Solo]) -> float:
    """Return the distance of choruses to real solos."""
    return distance(stage.scores(solos), REAL)[0]


def ranges(stage: Stage) -> dict[str, tuple[float, float]]:
    """Return the 15th and 85th percentile of each curve's value in four bars of the training solos."""
    meter = stage.plan.meter
    stretches = [
        [(bar.notes, bar.chords) for bar in tune.bars[first : first + SECTION]]
        for tune in stage.pipeline.training_corpus.tunes
        for first in range(0, len(tune.bars) - SECTION + 1, SECTION)
        if all(bar.meter == meter for bar in tune.bars[first : first + SECTION])
    ]
    found = {}
    for name, value in CURVES.items():
        values = np.array([value(stretch, meter) for stretch in stretches if any(notes for notes, _ in stretch)])
        low, high = np.nanpercentile(values, (15, 85))
        found[name] = (round(float(low), 2), round(float(high), 2))
    return found


def obedience(stage: Stage) -> None:
    """Ask for a curve of eight values drawn by lot in each chorus; compare with what is played."""
    span = ranges(stage)
    print("| curve | asked | rank correlation | distance to real solos |\n|---|---|---|---|", flush=True)
    plain = stage.choruses()
    print(f"| none | – | – | {far(stage, plain):.2f} |", flush=True)
    for names in (*((name,) for name in CURVES), tuple(CURVES)):

        def asked(rng: Random, names: Sequence[str] = names) -> list[Critic]:
            curves = {name: [round(rng.uniform(*span[name]), 2) for _ in range(BARS // SECTION)] for name in names}
            return [(name, {"curve": curve}) for name, curve in curves.items()]

        solos, pairs = [], {name: ([], []) for name in names}
        for critics, solo in stage.each(asked):
            solos.append(solo)
            bars = bars_of(solo)
            for name, options in critics:
                pairs[name][0].extend(options["curve"])
                pairs[name][1].extend(
                    CURVES[name](bars[first : first + SECTION], stage.plan.meter) for first in range(0, BARS, SECTION)
                )
        found = ", ".join(f"{spearman(*pairs[name]):.2f}" for name in names)
        limits = f"{span[names[0]][0]:g} to {span[names[0]][1]:g}" if len(names) == 1 else "–"
        label = names[0] if len(names) == 1 else "all four"
        print(f"| {label} | {limits} | {found} | {far(stage, solos):.2f} |", flush=True)


# --- the other critics ---


def _wandering(solo: Solo) -> float:
    bars = [[note.pitch for note in notes] for notes, _ in bars_of(solo)]
    spans = [[pitch for bar in bars[first : first + 6] for pitch in bar] for first in range(len(bars) - 5)]
    return fmean(max(span) - min(span) < 8 for span in spans if span)


def _endings(solo: Solo) -> float:
    bars = bars_of(solo)[7::8]
    return fmean(not notes or notes[-1].end <= solo.meter.bar - TICKS_PER_QUARTER for notes, _ in bars)


def _contour(solo: Solo) -> float:
    lasts = [notes[-1].pitch for notes, _ in bars_of(solo) if notes]
    half = len(lasts) // 2
    return (lasts[half] - lasts[0]) - (lasts[-1] - lasts[half])


def effects(stage: Stage) -> None:
    """Play the same choruses without and with each other critic."""
    runs = CorpusRuns(stage.pipeline.training_corpus)

    def copied(solos: Sequence[Solo]) -> str:
        return f"{max(note.notes for solo in solos for note in runs.by_note(solo))}"

    def z(*names: str) -> Callable[[Sequence[Solo]], str]:
        def shown(solos: Sequence[Solo]) -> str:
            rows = {row.metric: row.z for row in table(stage.scores(solos), REAL)}
            return ", ".join(f"{rows[name]:+.2f}" for name in names)

        return shown

    def mean(of: Callable[[Solo], float], form: str) -> Callable[[Sequence[Solo]], str]:
        return lambda solos: format(fmean(map(of, solos)), form)

    def largest(solos: Sequence[Solo]) -> str:
        rows = [row for row in table(stage.scores(solos), REAL) if not row.metric.startswith(UNCOUNTED)]
        return f"{sum(abs(row.z) >= 0.3 for row in rows)} of {len(rows)}"

    similar = [name for name in sorted(REAL) if name == "form.motifs" or name.startswith("form.similarity")]
    rows = [
        ("novelty", {}, "longest copied run, notes", copied),
        ("motif", {}, ", ".join(f"z of {name}" for name in similar), z(*similar)),
        ("wander", {}, "six bars within a fifth", mean(_wandering, ".1%")),
        ("cadence", {}, "eighth bars whose last beat is free", mean(_endings, ".0%")),
        ("typical", {}, "metrics with |z| of 0.3 or more", largest),
        ("contour", {"curve": [4, -4]}, "semitones up, then down", mean(_contour, ".1f")),
    ]
    plain = stage.choruses()
    before = far(stage, plain)
    print("| critic | measure | without | with | distance without | with |\n|---|---|---|---|---|---|", flush=True)
    for name, options, label, shown in rows:
        solos = stage.choruses([(name, options)])
        print(
            f"| {name} | {label} | {shown(plain)} | {shown(solos)} | {before:.2f} | {far(stage, solos):.2f} |",
            flush=True,
        )


# --- gaps ---


def excerpts(stage: Stage, count: int, bars: int, seed: str, free: slice) -> list[Tune]:
    """Cut stretches of held-out solos by lot, with notes in every bar of `free`."""
    tunes = [
        tune
        for part in ("validation", "test")
        for tune in PartTunes(lambda: stage.pipeline.reading, part)
        if all(bar.meter == stage.plan.meter for bar in tune.bars) and len(tune.bars) > bars
    ]
    rng, found = Random(seed), []
    while len(found) < count:
        tune = rng.choice(tunes)
        first = rng.randrange(len(tune.bars) - bars)
        cut = tune.bars[first : first + bars]
        if all(bar.notes for bar in cut[free]):
            found.append(replace(tune, bars=cut))
    return found


def likelihoods(
    pipeline: Pipeline, grammar: Grammar, changes: tuple[tuple[Chord, ...], ...], tempo: float
) -> list[list[float]]:
    """Return the log-likelihood of each term of each bar; nan for one that is not in the vocabulary."""
    model, vocabulary = pipeline.trained.model, pipeline.trained.vocabulary
    line = Line(
        changes, (0, len(changes)), pipeline.target.meter, Decoding(tempo=tempo), None, dict(enumerate(grammar))
    )
    found: list[list[float]] = [[] for _ in grammar]
    state, inputs = model.start(1), None
    while not line.done:
        bar, term = line.bar, line.given
        state, rows = model.step(state, inputs, [line.position])
        token = vocabulary.ids.get(term, UNKNOWN)
        found[bar].append(np.nan if token == UNKNOWN else float(np.log(max(rows[0, token], 1e-300))))
        line.append(term, token)
        inputs = np.array([token])
    return found


def seams(bars: Sequence[Sequence[Note]], length: int) -> list[float]:
    """Return interval and time in beats of the steps into and out of the gap; nan where there is no note."""
    line = [(note.pitch, note.onset + bar * length, bar) for bar, notes in enumerate(bars) for note in notes]
    first, last = BEFORE, BEFORE + GAP
    found = [np.nan] * 4
    for (pitch, onset, bar), (other, later, after) in pairwise(line):
        for at, edge in ((0, first), (2, last)):
            if bar < edge <= after:
                found[at : at + 2] = [abs(other - pitch), (later - onset) / TICKS_PER_QUARTER]
    return found


def infill(stage: Stage) -> None:
    """Fill gaps of two bars, sampled and with `future` of so many candidates; compare with the real bars."""
    cuts = excerpts(stage, GAPS, BEFORE + GAP + AFTER, "gaps", slice(BEFORE - 1, BEFORE + GAP + 2))
    plain = stage.pipeline
    ways = {"real": plain, "sampled": plain}
    ways |= {f"future, {count}": stage.steered([("future", {})], count) for count in (2, 4, 8, 24)}
    after, first, joins, seconds = ({name: [] for name in ways} for _ in range(4))
    for number, tune in enumerate(cuts):
        chorus = Chorus(tune, number + 1)
        for name, source in ways.items():
            pipeline = pipeline_over(source, chorus, len(tune.bars))
            target = pipeline.target
            keep = [f"1-{BEFORE}", f"{BEFORE + GAP + 1}-{len(tune.bars)}"]
            tokenizer, calls = pipeline.config.tokenizer, pipeline.calls
            melody: Given = given_melody(tune, target.changes, target.meter, tokenizer, calls, keep, None)
            grammar = melody.grammar
            bars = list(melody.bars)
            if name != "real":
                begun = process_time()
                grammar = stage.sampled(pipeline, melody, number + 1)
                seconds[name].append(process_time() - begun)
                unparse = calls.caller("unparse_grammar", tokenizer.plugin)
                for bar in range(BEFORE, BEFORE + GAP):
                    own = {"terms": grammar[bar], "chords": target.changes[bar], "rng": Random(0)}
                    bars[bar] = tuple(unparse(**own, meter=target.meter, previous=None, options=tokenizer.options))
            scored_bars = likelihoods(stage.judge or pipeline, grammar, target.changes, target.tempo)
            events = [event for bar in scored_bars[BEFORE + GAP :] for event in bar]
            after[name] += events[:EVENTS]
            first[name] += events[:1]
            joins[name].append(seams(bars, target.meter.bar))
    print(f"| gap | seconds | log-likelihood of {EVENTS} events after it | of the first | z of its seams |")
    print("|---|---|---|---|---|")
    real = np.array(joins["real"])
    for name in after:
        z = (np.nanmean(np.array(joins[name]), axis=0) - np.nanmean(real, axis=0)) / np.nanstd(real, axis=0)
        shown = ", ".join(f"{value:+.2f}" for value in z)
        cost = f"{fmean(seconds[name]):.2f}" if seconds[name] else "–"
        likelihood = f"{np.nanmean(after[name]):.2f} | {np.nanmean(first[name]):.2f}"
        print(f"| {name} | {cost} | {likelihood} | {shown} |", flush=True)


def vary(stage: Stage) -> None:
    """Vary sixteen bars of held-out solos; count the melody's notes that stay."""
    cuts = excerpts(stage, 30, 16, "vary", slice(0, 16, 4))
    print("| `vary` | notes that stay | onsets that stay | notes for one of the melody |\n|---|---|---|---|")
    for degree in (0.0, 0.2, 0.5, 0.8, 1.0):
        stay, onsets, number = [], [], []
        for seed, tune in enumerate(cuts):
            pipeline = pipeline_over(stage.pipeline, Chorus(tune, seed), len(tune.bars))
            target, config, calls = pipeline.target, pipeline.config, pipeline.calls
            melody = given_melody(tune, target.changes, target.meter, config.tokenizer, calls, [], degree)
            grammar = stage.sampled(pipeline, melody, seed)
            wanted, played = (
                {(note.pitch, note.onset) for note in solo.notated or solo.notes}
                for solo in map(pipeline.play, (melody.grammar, grammar))  # both through the same chain
            )
            stay.append(len(wanted & played) / len(wanted))
            times = {onset for _, onset in wanted}
            onsets.append(len(times & {onset for _, onset in played}) / len(times))
            number.append(len(played) / len(wanted))
        print(
            f"| {degree:g} | {fmean(stay):.0%} (± {pstdev(stay):.0%}) | {fmean(onsets):.0%} | {fmean(number):.2f} |",
            flush=True,
        )


TABLES = {"obedience": obedience, "effects": effects, "infill": infill, "vary": vary}


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("tables", nargs="*", default=list(TABLES))
    parser.add_argument("--part", choices=("validation", "test"), default="validation")
    parser.add_argument("--n", type=int, default=50)
    parser.add_argument("--judge", help="a model of the same terms that scores filled gaps; by default MODEL itself")
    given = parser.parse_args()
    trained = Pipeline.load_trained(given.model)
    judge = Pipeline.load_trained(given.judge) if given.judge else None
    ready = Stage(trained, make_plan(trained, given.n, BARS, 1, given.part), judge)
    for name in given.tables:
        print(f"\n{name}, on the {given.part} part", flush=True)
        TABLES[name](ready)
