"""Measure 50 real choruses of 32 bars with every stock metric, on one core; the aim is 3 s for all together.

Copying looks in all training solos; building its index of them is timed apart, for it happens once a corpus. Given
are the processor's seconds, the shortest of three passes. Needs data/wjazzd in the folder that ``JAZZGRAM_SHARED``
names (default: the folder ``shared`` beside the checkout).
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from jazzgram_plugins.readers import wjazzd

from jazzgram import Corpus, Tune
from jazzgram.evaluation import distribution
from jazzgram.evaluation.copying import CorpusRuns
from jazzgram.evaluation.excerpts import cut_excerpts
from jazzgram.evaluation.metrics import METRICS, load_metrics, measure_solos
from jazzgram.evaluation.shared_runs import longest_shared

SHARED = Path(os.environ.get("JAZZGRAM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
FOLDER = SHARED / "data" / "wjazzd"


def main() -> None:
    """Print a line for each metric, and one for all."""
    if not FOLDER.is_dir():
        sys.exit(f"bench_metrics: no solos in {FOLDER}; JAZZGRAM_SHARED names the folder with data/wjazzd")
    split = json.loads((FOLDER / "split.json").read_text())
    train, held_out = (_tunes(split[part]) for part in ("train", "validation"))
    solos = [window for tune in held_out for window in cut_excerpts(tune, 32)][:50]
    corpus = Corpus(tuple(train))
    together = 0.0
    for name in METRICS:
        metric = load_metrics([name])
        once = _seconds(lambda metric=metric: measure_solos(solos[:1], corpus, metric))
        spent = min(_seconds(lambda metric=metric: measure_solos(solos, corpus, metric)) for _ in range(3))
        together += spent
        print(f"{name:<14}{spent:7.3f} s   (the first solo {once:.3f} s)")
    print(f"{'all':<14}{together:7.3f} s   {len(solos)} choruses, {sum(len(solo.notes) for solo in solos):,} notes")
    print(f"{'features':<14}{_seconds(lambda: [distribution.solo_features(solo) for solo in solos]):7.3f} s")
    real = [window for tune in train for window in cut_excerpts(tune, 32)]
    print(f"{'MGEval':<14}{_seconds(lambda: distribution.compare(solos, real)):7.3f} s   against {len(real)} windows")
    runs: list[CorpusRuns] = []
    print(f"{'index':<14}{_seconds(lambda: runs.append(CorpusRuns(corpus))):7.3f} s   of the training solos' intervals")
    print(
        f"{'by note':<14}{_seconds(lambda: [runs[0].by_note(solo) for solo in solos]):7.3f} s   copying, note by note"
    )
    print(f"{'shared':<14}{_seconds(lambda: longest_shared(train)):7.3f} s   longest run of two players")


def _tunes(stems: list[str]) -> list[Tune]:
    return [wjazzd.read_corpus(FOLDER / "melody" / f"{stem}.csv", wjazzd.Options()).tunes[0] for stem in stems]


def _seconds(work: object) -> float:
    begun = time.process_time()
    assert callable(work)
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
