"""Fit the statistics and weights of `jazzgram.music.harmony.analysis`, on training solos of the Weimar Jazz Database.

``python benchmarks/fit_chord_inference.py`` prints the tables of `jazzgram.music.harmony.statistics`; with a number
of seconds as argument, it also searches for better `EvidenceWeights` by random steps from those in
the code, accepting each better one. The maximized value is the mean of three shares of time (root right; root and
family; root and quality) over five kinds of evidence on 30 solos drawn from the training part. The validation solos, on
which ``bench_chord_inference.py`` reports, take no part.
"""

from __future__ import annotations

import random
import sys
import time
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np
from bench_chord_inference import Known, names, read_solo

from jazzgram.music.harmony.analysis import EvidenceWeights, decode_chords
from jazzgram.music.harmony.evidence import STATES, Evidence, gather, segments
from jazzgram.music.harmony.statistics import FAMILY
from jazzgram.music.harmony.symbols import parse_symbol

Labels = list[tuple[int, str] | None]

KINDS = {"solo": 0.1, "bass and solo": 0.35, "piano and bass": 0.3, "piano": 0.1, "held chords": 0.15}
"""The kinds of evidence that the weights are fitted to, and what share of the aim each has."""


def state_of(intervals: Sequence[int]) -> str:
    """Reduce a chord to one of the qualities that are distinguished first."""
    tones = {step % 12 for step in intervals}
    if 4 in tones:
        if 10 in tones:
            return "7#5" if 8 in tones and 7 not in tones else "7"
        if 11 in tones:
            return "maj7"
        if 8 in tones and 7 not in tones:
            return "7#5"
        return "6" if 9 in tones else ""
    if 3 in tones:
        if 6 in tones and 7 not in tones:
            return "m7b5" if 10 in tones else "dim7"
        return "m7" if 10 in tones else "mMaj7" if 11 in tones else "m6" if 9 in tones else "m"
    return "7sus4"


def labels(tune: Known) -> Labels:
    """Return the known root and quality at the start of each segment; None for "no chord"."""
    onsets = [chord.onset for chord in tune.chords]
    found: Labels = []
    for edge in segments(tune.bars)[0][:-1].tolist():
        chord = parse_symbol(tune.chords[bisect_right(onsets, edge) - 1].symbol)
        found.append(None if chord.root is None else (chord.root, state_of(chord.intervals)))
    return found


def count(tunes: Sequence[Known]) -> None:
    """Print the tables, as Python."""
    families = list(dict.fromkeys(FAMILY.values()))
    lines = {state: np.zeros(12) for state in STATES}
    share = dict.fromkeys(STATES, 0)
    bass = {family: np.zeros(12) for family in families}
    motion = {before: {after: np.zeros(12) for after in families} for before in families}
    changed, stood = [0, 0], [0, 0]
    for tune in tunes:
        edges, on_barline = segments(tune.bars)
        known = labels(tune)
        solo, low = gather(tune.melody, edges, on_barline), gather(tune.bass, edges, on_barline)
        for place, label in enumerate(known):
            if label is None:
                continue
            root, state = label
            share[state] += 1
            lines[state] += np.roll(solo.line[place], -root)
            bass[FAMILY[state]] += np.roll(low.bass[place], -root)
            before = known[place - 1] if place else None
            if before is None:
                continue
            stood[int(on_barline[place])] += 1
            if before != label:
                changed[int(on_barline[place])] += 1
                motion[FAMILY[before[1]]][FAMILY[state]][(root - before[0]) % 12] += 1
    print("SHARE =", {state: round(1000 * number / sum(share.values())) for state, number in share.items()})
    print("LINE =", {state: _parts(row, 100) for state, row in lines.items()})
    print("BASS =", {family: _parts(row, 100) for family, row in bass.items()})
    print("CHANGE =", tuple(round(part / whole, 2) for part, whole in zip(changed, stood, strict=True)))
    for family, rows in motion.items():
        total = sum(row.sum() for row in rows.values())
        print(
            "MOTION",
            family,
            {after: tuple(np.rint(1000 * row / total).astype(int).tolist()) for after, row in rows.items()},
        )


def fit(tunes: Sequence[Known], seconds: float) -> None:
    """Print ever better weights until the time is over."""
    cases: list[tuple[str, Evidence, np.ndarray, Labels, np.ndarray]] = []
    for tune in tunes:
        edges, on_barline = segments(tune.bars)
        known = labels(tune)
        evidence = {
            "solo": list(tune.melody),
            "bass and solo": [*tune.bass, *tune.melody] if tune.bass else [],
            "piano and bass": tune.accompaniment(),
            "piano": tune.accompaniment(slice(1)),
            "held chords": tune.held(),
        }
        cases += [
            (kind, gather(it, edges, on_barline), on_barline, known, np.diff(edges))
            for kind, it in evidence.items()
            if it
        ]

    def aim(weights: EvidenceWeights) -> float:
        right, total = dict.fromkeys(KINDS, 0.0), dict.fromkeys(KINDS, 0.0)
        for kind, evidence, on_barline, known, lengths in cases:
            for guess, truth, ticks in zip(
                decode_chords(evidence, on_barline, weights), known, lengths.tolist(), strict=True
            ):
                if truth is not None:
                    total[kind] += ticks
                    if guess is not None and guess[0] == truth[0]:
                        right[kind] += ticks * (1 + (FAMILY[guess[1]] == FAMILY[truth[1]]) + (guess == truth)) / 3
        return sum(part * right[kind] / max(total[kind], 1) for kind, part in KINDS.items())

    generator = random.Random(1)
    best = EvidenceWeights()
    highest = aim(best)
    print(f"{highest:.4f} {best}", flush=True)
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        names = generator.sample([field.name for field in fields(EvidenceWeights)], generator.randint(1, 2))
        steps = {name: getattr(best, name) * float(np.exp(generator.gauss(0, 0.4))) for name in names}
        reached = aim(replace(best, **steps))
        if reached > highest:
            highest, best = reached, replace(best, **steps)
            print(f"{highest:.4f} {best}", flush=True)


def main() -> None:
    """Print the tables; fit where a number of seconds was given."""
    solos = [read_solo(name) for name in names("train")]
    count(solos)
    if len(sys.argv) > 1:
        fit(random.Random(0).sample(solos, 30), float(sys.argv[1]))


def _parts(row: np.ndarray, whole: int) -> tuple[int, ...]:
    return tuple(np.rint(whole * row / row.sum()).astype(int).tolist())


if __name__ == "__main__":
    main()
