"""Measure what each tokenizer loses: bars → grammar → bars, and how many notes come back.

Run ``python benchmarks/bench_round_trip.py``. It reads the bars of real solos in ``reference/wjazzd_bars.jsonl``
below the folder that the environment variable ``JAZZGRAM_SHARED`` names (default: ``shared`` beside the checkout),
where there is one, and the bundled corpus. Everything random is drawn from one fixed seed.

A note comes back *exactly* where a note of the same pitch, onset and duration stands in the same bar; *rhythm* asks
for onset and duration only, *placed* for pitch and onset only. Bars without notes have nothing to lose.
"""

from __future__ import annotations

import importlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path
from random import Random
from typing import Any

from jazzgram import Bar, Chord, Note, Options, Rest, Term, to_ticks
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.plugins import Plugin

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("JAZZGRAM_SHARED", ROOT.parent / "shared"))
RECORDED = SHARED / "reference" / "wjazzd_bars.jsonl"
BUNDLED = ROOT / "data" / "bundled"
TOKENIZERS: tuple[tuple[str, dict[str, float]], ...] = (
    ("deepjazz", {}),
    ("deepjazz_rests", {}),
    ("deepjazz_rests", {"shortest": 1 / 12}),
    ("scale_degree", {}),
    ("scale_degree", {"shortest": 1 / 12}),
)
"""The tokenizers with their options; 1/12 of a quarter is the shortest gap between sixteenths and triplets."""

SEED = 1

MEASURES: dict[str, Callable[[Note], Any]] = {
    "exact": attrgetter("pitch", "onset", "duration"),
    "rhythm": attrgetter("onset", "duration"),
    "placed": attrgetter("pitch", "onset"),
}
"""What must agree for a note to count as having come back."""


@dataclass(frozen=True)
class Loss:
    """What one tokenizer keeps of one source.

    Parameters
    ----------
    notes, terms, distinct : int
        How many notes went in, how many terms they became, and how many different ones.
    shares : dict of str to float
        For each of `MEASURES` the share of notes that came back, 0 to 1.
    """

    notes: int
    terms: int
    distinct: int
    shares: dict[str, float]


def recorded_tunes(path: Path) -> list[tuple[Bar, ...]]:
    """Read the recorded bars, each a tune of its own: they come from all over the solos."""
    tunes: list[tuple[Bar, ...]] = []
    for text in path.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        melody: list[Note | Rest] = []
        for event in line["melody"]:
            onset, duration = to_ticks(event["offset"]), to_ticks(event["duration"])
            melody.append(Rest(onset, duration) if event["kind"] == "rest" else Note(event["midi"], onset, duration))
        chords = [
            Chord(tuple(chord["midi"]), to_ticks(chord["offset"]), to_ticks(chord["duration"]), chord["symbol"])
            for chord in line["chords"]
        ]
        tunes.append((Bar(tuple(melody), tuple(chords)),))
    return tunes


def bundled_tunes(folder: Path) -> list[tuple[Bar, ...]]:
    """Read the tunes of the bundled corpus."""
    reader = importlib.import_module("jazzgram_plugins.readers.jazzgram_text")
    return [tune.bars for tune in reader.read_corpus(folder).tunes]


def _round_trips(
    bars: Sequence[Bar], tokenizer: Any, options: Options
) -> Iterator[tuple[tuple[Term, ...], list[Note]]]:
    """Write and play each bar, with what was played before it as its previous note."""
    rng = Random(SEED)
    previous: Note | None = None
    for bar in bars:
        terms = tokenizer.parse_melody(melody=bar.melody, chords=bar.chords, meter=bar.meter, options=options)
        played = tokenizer.unparse_grammar(
            terms=terms, chords=bar.chords, meter=bar.meter, previous=previous, options=options, rng=rng
        )
        yield terms, played
        previous = played[-1] if played else previous
        previous = None if previous is None else replace(previous, onset=previous.onset - bar.meter.bar)


def measure(tunes: Sequence[tuple[Bar, ...]], name: str, options: dict[str, float]) -> Loss:
    """Measure what a tokenizer keeps of the tunes; nan shares where there is no note."""
    plugin = Plugin(name, importlib.import_module(f"jazzgram_plugins.tokenizers.{name}"), "given")
    calls = PluginCalls()
    calls.add(plugin)
    grammar: Counter[Term] = Counter()
    same: Counter[str] = Counter()
    notes = 0
    chosen = plugin.options(**options)
    for bars in tunes:
        for bar, (terms, played) in zip(bars, _round_trips(bars, calls.manager.hook, chosen), strict=True):
            written = [event for event in bar.melody if isinstance(event, Note)]
            notes += len(written)
            grammar.update(terms)
            for measured, of in MEASURES.items():
                same[measured] += (Counter(map(of, written)) & Counter(map(of, played))).total()
    shares = {measured: same[measured] / notes if notes else float("nan") for measured in MEASURES}
    return Loss(notes, grammar.total(), len(grammar), shares)


def main() -> None:
    """Print a table for each source that is there."""
    sources = {
        "recorded bars": (RECORDED, recorded_tunes),
        "bundled corpus": (BUNDLED, bundled_tunes),
    }
    for title, (path, read) in sources.items():
        if not path.exists() or (path.is_dir() and not any(path.glob("*.txt"))):
            print(f"{title}: skipped, there is no {path}\n")
            continue
        tunes = read(path)
        print(f"{title}: {sum(map(len, tunes))} bars")
        print(f"{'tokenizer':<32}{'notes':>7}{'terms':>7}{'distinct':>10}" + "".join(f"{m:>8}" for m in MEASURES))
        for name, options in TOKENIZERS:
            loss = measure(tunes, name, options)
            label = " ".join([name, *(f"{option}={value:.3g}" for option, value in options.items())])
            shares = "".join(f"{loss.shares[measured]:>8.1%}" for measured in MEASURES)
            print(f"{label:<32}{loss.notes:>7}{loss.terms:>7}{loss.distinct:>10}{shares}")
        print()


if __name__ == "__main__":
    main()
