"""Does a take become what it is asked to be? The numbers of "What labels do" in docs/models.md.

Usage: python benchmarks/obedience.py MODEL [TAKES]

MODEL is a folder that `jazzgram train weimar --out MODEL` wrote: its corpus has held-out tunes. The model is asked for
each style, instrument, tempo class and soloist over changes that were held out, TAKES times each (12), at tempi at
which those solos were played, because density follows from tempo. A classifier that was trained on windows of the real
training solos says what it recognises: linear discriminants of the metrics of harmony, pitch, rhythm and form, every
class as likely as the others. Its accuracy on windows of held-out real solos is the bar: more cannot be recognised in
generated ones. Accuracies are means over the classes; chance is one over their number.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np

from jazzgram import Pipeline, Solo, Tune, typical_tempo
from jazzgram.config.sections import Execution, LikeSection
from jazzgram.corpus.parts import PartTunes
from jazzgram.evaluation.choruses import pipeline_over
from jazzgram.evaluation.excerpts import COMMON, cut_excerpts
from jazzgram.evaluation.metrics import load_metrics, measure_solos
from jazzgram.evaluation.plan import Chorus
from jazzgram.music import TEMPO_CLASSES, notate
from jazzgram.music.arrays import Floats
from jazzgram.music.tune import Corpus

BARS = 16
LEAST_SOLOS = {"style": 4, "instrument": 4, "tempo": 4, "soloist": 5}
"""Labels of fewer training solos are not asked for."""
SHRINKAGE = 0.2
SIXTEENTH, FAST = 120, 180.0
"""The length of a sixteenth in ticks, and a tempo at which runs of them are rare."""
RANGE = ("pitch.lowest", "pitch.highest", "rhythm.notes_per_bar")


@dataclass(frozen=True)
class Windows:
    """Solos with their label and their metrics, a row of `values` each."""

    solos: Sequence[Solo]
    labels: Sequence[str]
    values: Floats
    names: Sequence[str]

    @classmethod
    def of(cls, solos: Sequence[Solo], labels: Sequence[str]) -> Windows:
        """Measure solos."""
        metrics = load_metrics(("harmony", "pitch", "rhythm", "form"))
        found = measure_solos(solos, Corpus(()), metrics, Execution())
        names = sorted(found[0])
        return cls(solos, labels, np.array([[values[name] for name in names] for values in found]), names)

    def column(self, name: str) -> Floats:
        """Return one metric of every window."""
        column: Floats = self.values[:, self.names.index(name)]
        return column

    def select(self, label: str) -> Windows:
        """Return the windows of one label."""
        rows = [number for number, own in enumerate(self.labels) if own == label]
        return replace(
            self, solos=[self.solos[row] for row in rows], labels=[label] * len(rows), values=self.values[rows]
        )


class Classifier:
    """Linear discriminants with a shrunken covariance and equal priors (Friedman, *Regularized discriminant analysis*,
    1989)."""

    def __init__(self, train: Windows) -> None:
        self.classes = sorted(set(train.labels))
        self._mean, self._sd = np.nanmean(train.values, 0), np.nanstd(train.values, 0) + 1e-9
        values, labels = self._standard(train.values), np.array(train.labels)
        self._means = np.stack([values[labels == each].mean(0) for each in self.classes])
        centred = values - self._means[[self.classes.index(each) for each in train.labels]]
        covariance = centred.T @ centred / len(values)
        self._inverse = np.linalg.inv((1 - SHRINKAGE) * covariance + SHRINKAGE * np.eye(len(covariance)))

    def _standard(self, values: Floats) -> Floats:
        return np.nan_to_num((values - self._mean) / self._sd).clip(-4, 4)

    def accuracy(self, windows: Windows) -> float:
        """Return the mean over the classes of the share that is recognised."""
        values = self._standard(windows.values)
        away = values[:, None] - self._means
        found = np.einsum("ncf,fg,ncg->nc", away, self._inverse, away).argmin(1)
        right = np.array([self.classes[number] for number in found]) == np.array(windows.labels)
        return float(np.mean([right[np.array(windows.labels) == each].mean() for each in sorted(set(windows.labels))]))


def real(tunes: Sequence[Tune]) -> tuple[list[Solo], list[Tune]]:
    """Cut solos into windows; return them, and the tune of each."""
    cut = [(window, tune) for tune in tunes for window in cut_excerpts(tune, BARS)]
    return [window for window, _ in cut], [tune for _, tune in cut]


def take(pipeline: Pipeline, tune: Tune, tempi: Sequence[float], seed: int, kind: str, name: str) -> Solo:
    """Improvise over a tune's changes what is asked for, at one of the tempi."""
    tempo = Random(f"{seed}/{name}").choice(tempi)
    over = pipeline_over(pipeline, Chorus(replace(tune, tempo=tempo), seed), BARS)
    improvise = over.config.sections.improvise.model_copy(update={"like": LikeSection(**{kind: name})})
    sections = over.config.sections.model_copy(update={"improvise": improvise})
    return over.given(replace(over.config, sections=sections)).improvise().solo


def report(pipeline: Pipeline, takes: int) -> None:
    """Print the tables."""
    train, held_out = (list(PartTunes(lambda: pipeline.reading, part)) for part in ("train", "validation"))
    held_out += list(PartTunes(lambda: pipeline.reading, "test"))
    changes = [tune for tune in held_out if all(bar.meter == COMMON for bar in tune.bars)]
    windows, of_tune = real(train)
    known = Windows.of(windows, [""] * len(windows))
    unseen, of_unseen = real(held_out)
    others = Windows.of(unseen, [""] * len(unseen))
    print(f"{len(windows)} training windows of {BARS} bars, {len(unseen)} held out")
    print(f"{'asked for':<12}{'classes':>8}{'chance':>8}{'real, held out':>16}{'generated':>11}")
    asked: dict[str, Windows] = {}
    for kind, least in LEAST_SOLOS.items():
        counts = Counter(getattr(tune.labels, kind) for tune in train)
        names = [name for name, count in sorted(counts.items()) if name and count >= least]
        mine = _labelled(known, of_tune, kind, names)
        classifier = Classifier(mine)
        theirs = _labelled(others, of_unseen, kind, classifier.classes)
        repeats = max(takes if kind != "soloist" else takes // 4, 1)
        tempi = {name: [tune.tempo for tune in of_tune if getattr(tune.labels, kind) == name] for name in names}
        if kind == "tempo":
            tempi = {name: [typical_tempo(name)] for name in names}
        made = [
            (take(pipeline, changes[(7 * number + at) % len(changes)], tempi[name], number + 1, kind, name), name)
            for at, name in enumerate(classifier.classes)
            for number in range(repeats)
        ]
        asked[kind] = Windows.of([solo for solo, _ in made], [name for _, name in made])
        accuracy = classifier.accuracy(theirs), classifier.accuracy(asked[kind])
        share = 1 / len(classifier.classes)
        print(
            f"{kind:<12}{len(classifier.classes):>8}{share:>8.2f}{accuracy[0]:>16.2f}{accuracy[1]:>11.2f}", flush=True
        )
        if kind == "instrument":
            _ranges(mine, asked[kind])
        if kind == "tempo":
            _tempi(mine, asked[kind])
    _symbols(others, asked["style"])


def _labelled(windows: Windows, tunes: Sequence[Tune], kind: str, names: Sequence[str]) -> Windows:
    labels = [getattr(tune.labels, kind) for tune in tunes]
    rows = [number for number, label in enumerate(labels) if label in names]
    return replace(
        windows,
        solos=[windows.solos[row] for row in rows],
        labels=[labels[row] for row in rows],
        values=windows.values[rows],
    )


def _ranges(mine: Windows, made: Windows) -> None:
    """Print range and density of each instrument, in standard deviations of its own real windows."""
    print("  z against the instrument's own solos:", *RANGE)
    for name in sorted(set(made.labels)):
        own, takes = mine.select(name), made.select(name)
        cells = [
            f"{(np.nanmean(takes.column(each)) - np.nanmean(own.column(each))) / np.nanstd(own.column(each)):+.2f}"
            for each in RANGE
        ]
        print(f"    {name:<14}{'  '.join(cells)}   ({len(own.solos)} real windows)")


def _tempi(mine: Windows, made: Windows) -> None:
    """Print notes a bar, and the share of sixteenths and shorter, of each class of tempo."""
    print("  notes a bar, real and generated; share of notes up to a sixteenth, real and generated")
    for name in TEMPO_CLASSES:
        if name not in made.labels:
            continue
        sides = mine.select(name), made.select(name)
        density = [np.nanmean(side.column("rhythm.notes_per_bar")) for side in sides]
        short = [
            np.mean([note.duration <= SIXTEENTH for solo in side.solos for note in solo.notated]) for side in sides
        ]
        print(f"    {name:<14}{density[0]:.2f} {density[1]:.2f}   {short[0]:.1%} {short[1]:.1%}")


def _symbols(theirs: Windows, made: Windows) -> None:
    """Print the notes, rests and ties a beat of a score."""
    for which, windows in (("real, held out", theirs), ("generated", made)):
        beats = BARS * 4 * len(windows.solos)
        events = [event for solo in windows.solos for bar in notate(solo.notated, solo.meter, BARS) for event in bar]
        print(f"symbols a beat, {which}: {len(events) / beats:.2f}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    report(Pipeline.load_trained(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) == 3 else 12)
