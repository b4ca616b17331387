"""Kill commands with ``kill -9`` at random moments and run them again; compare with what nobody disturbed.

Each command is killed some time between a tenth and all of what it takes, with an empty cache, then run once more. The
files must be equal to the byte (``times.json`` apart), none half written, and nothing left over.

    python benchmarks/kills.py --n 60 [--commands run train] [--seed 1] [--docs]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from robustness.kills import COMMANDS, Result, attack  # noqa: E402
from robustness.page import write_table  # noqa: E402


def table(results: dict[str, Result]) -> str:
    """Return the counts by command, in Markdown."""
    lines = ["| command | kills | after it had begun to write | not as undisturbed |", "|---|---:|---:|---:|"]
    for name, found in results.items():
        lines.append(f"| `{name}` | {found.kills} | {found.begun} | {len(found.problems)} |")
    sums = [
        sum(column) for column in zip(*((r.kills, r.begun, len(r.problems)) for r in results.values()), strict=True)
    ]
    return "\n".join([*lines, f"| **all** | {sums[0]} | {sums[1]} | {sums[2]} |"])


def main() -> int:
    """Print the table and every problem; return 1 where there is one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=14, help="kills of all commands together")
    parser.add_argument("--commands", nargs="+", choices=COMMANDS, default=list(COMMANDS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--docs", action="store_true", help="write the table into docs/robustness.md")
    asked = parser.parse_args()
    results = {}
    for name in asked.commands:
        with tempfile.TemporaryDirectory() as scratch:
            results[name] = attack(name, -(-asked.n // len(asked.commands)), asked.seed, Path(scratch))
        print(f"{name}: {results[name].kills} kills, {len(results[name].problems)} problems", file=sys.stderr)
    for found in results.values():
        print("\n".join(found.problems))
    print(table(results))
    if asked.docs:
        write_table("kills", table(results))
    return int(any(found.problems for found in results.values()))


if __name__ == "__main__":
    sys.exit(main())
