"""The chain: its overhead a step a call, a dozen stock steps over 1,000 bars, and loading a configuration.

python benchmarks/bench_chain.py
"""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from types import ModuleType

from jazzgram import Note, Options, hookimpl
from jazzgram.config.check import load
from jazzgram.config.files import locate
from jazzgram.config.steps import Step
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.plugins import Plugin
from jazzgram.improvisation.chain import Chain
from jazzgram.music.chord import join_bars
from jazzgram.pipeline.trace import Trace
from jazzgram.testing import FOUR_FOUR, TERMS, TWO_FIVE_ONE

_BARS = 1_000


@hookimpl
def prune_notes(notes: tuple[Note, ...]) -> list[Note]:
    """Change one note of each bar: what is measured is the chain around it."""
    return [
        Note(note.pitch, note.onset, note.duration, 90) if position == 0 else note
        for position, note in enumerate(notes)
    ]


def best(function: object, times: int = 5) -> float:
    """Return the best of several timings in seconds."""
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        function()  # type: ignore[operator]
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def main() -> None:
    """Print one line a measurement."""
    notes = tuple(TWO_FIVE_ONE[bar % 3][0] for bar in range(_BARS))
    changes = [TWO_FIVE_ONE[bar % 3][1] for bar in range(_BARS)]

    module = ModuleType("keep")
    vars(module)["prune_notes"] = prune_notes
    plugin = Plugin("keep", module, "benchmark")
    for traced in (False, True):
        calls = PluginCalls()
        calls.add(plugin)
        steps = [Step("prune_notes", plugin, Options(), n + 1, n) for n in range(10)]
        bare = best(lambda: [prune_notes(bar) for _ in range(10) for bar in notes])

        def once(steps: list[Step] = steps, calls: PluginCalls = calls, traced: bool = traced) -> None:
            Chain(steps, calls, 1, Trace() if traced else None).prune_notes(notes, changes, FOUR_FOUR)

        seconds = best(once)
        micro = (seconds - bare) / (10 * _BARS) * 1e6
        print(
            f"overhead a step a call{', traced' if traced else ''}".ljust(34)
            + f"{micro:8.1f} µs  ({seconds / bare:.0f} x a bare call)"
        )

    config = load(locate("chains/bebop"))
    calls = PluginCalls()
    for plugin in config.plugins():
        calls.add(plugin)
    chain = Chain(config.chain, calls, 1)
    grammar = tuple(TERMS[bar % 3] for bar in range(_BARS))

    def full() -> None:
        chain.prune_grammar(grammar, changes, FOUR_FOUR)
        pruned = chain.prune_notes(notes, changes, FOUR_FOUR)
        flat = tuple(
            replace(note, onset=note.onset + number * FOUR_FOUR.bar)
            for number, bar in enumerate(pruned)
            for note in bar
        )
        chain.clean_up_notes(flat, join_bars(changes, FOUR_FOUR.bar), FOUR_FOUR, 160.0)

    print(f"{len(config.chain)} stock steps over {_BARS} bars    {best(full, 3):8.2f} s")
    load_seconds = statistics.median(best(lambda: load(locate("metheny")), 1) for _ in range(10))
    print(f"load and validate metheny.yaml    {load_seconds * 1e3:8.1f} ms")


if __name__ == "__main__":
    main()
