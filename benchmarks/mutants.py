"""Broken inputs of every kind: how many are read, how many refused in a line, and whether anything else happens.

Nine in ten mutants have edits of their structure (elements, events, tokens, values), so that they get past a parser's
first check; the tenth has broken bytes. Examples come from the repository and, where there are, from the folder that
``JAZZGRAM_SHARED`` names. Each kind is read in processes of its own, within limits of time and memory; what kills one,
hangs or raises anything but a message is counted as harm, with the mutant kept.

    nice python benchmarks/mutants.py --n 30000 [--kinds MIDI ABC] [--seed 1] [--workers 2] [--docs]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from robustness.attack import Result, attack, mutant  # noqa: E402
from robustness.kinds import KINDS  # noqa: E402
from robustness.page import write_table  # noqa: E402


def table(results: dict[str, Result]) -> str:
    """Return the counts by kind, in Markdown."""
    lines = [
        "| input | mutants | read | refused in a line | anything else | past the first check | refused most often in |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    for kind, found in results.items():
        total = found.fine + found.refused + len(found.harm)
        often = ", ".join(f"`{where}` {count}" for where, count in found.refused_at.most_common(3))
        counts = (
            f"{total:,} | {found.fine:,} | {found.refused:,} | {len(found.harm)} | {found.past / max(total, 1):.0%}"
        )
        lines.append(f"| {kind} | {counts} | {often} |")
    everything = [sum(values) for values in zip(*map(_counts, results.values()), strict=True)]
    total, fine, refused, harm, past = everything
    lines.append(f"| **all** | {total:,} | {fine:,} | {refused:,} | {harm} | {past / max(total, 1):.0%} | |")
    return "\n".join(lines)


def _counts(found: Result) -> tuple[int, ...]:
    total = found.fine + found.refused + len(found.harm)
    return total, found.fine, found.refused, len(found.harm), found.past


def main() -> int:
    """Print the table and what did harm; return 1 where anything did."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=30_000, help="mutants of all kinds together")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, choices=(1, 2), help="kinds that are read at once")
    parser.add_argument("--docs", action="store_true", help="write the table into docs/robustness.md")
    asked = parser.parse_args()
    each = -(-asked.n // len(asked.kinds))
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(asked.workers) as pool:

        def run(kind: str) -> Result:
            found = attack(kind, each, asked.seed, Path(scratch, kind))
            print(f"{kind}: {found.fine} read, {found.refused} refused, {found.harm[:5]} else", file=sys.stderr)
            return found

        results = dict(zip(asked.kinds, pool.map(run, asked.kinds), strict=True))
        for kind, found in results.items():
            seeds = KINDS[kind].seeds(Path(scratch, kind)) if found.harm else []
            for number, what in found.harm[:20]:
                folder = Path(tempfile.gettempdir(), "mutants", f"{kind.strip('.').replace(' ', '_')}-{number}")
                for name, content in mutant(kind, seeds, asked.seed, number).items():
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    (folder / name).write_bytes(content)
                print(f"{kind}, mutant {number} ({folder}): {what}")
    text = table(results)
    print(f"{text}\n{time.perf_counter() - begun:.0f} s")
    if asked.docs:
        write_table("mutants", text)
    return int(any(found.harm for found in results.values()))


if __name__ == "__main__":
    sys.exit(main())
