"""Measure the waits of a user, and write the table of benchmarks/README.md.

    make bench
    python benchmarks/bench.py [--slow] [--print] [--rounds N] [WORD...]

Each round measures the baselines and then every row; the table has medians, of the ratios too. Time
is processor time (user and system, child processes included), which other work on the machine changes little; rows
whose point is that two things happen at once are measured by the clock. Rows that take minutes are measured with
``--slow`` only. With words only the rows that contain one of them are measured; those and ``--print`` write no file.
"""

from __future__ import annotations

import argparse
import ast
import datetime
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "benchmarks" / "README.md"
BEGIN, END = "<!-- written by bench.py: begin -->", "<!-- written by bench.py: end -->"
SHARED = Path(os.environ.get("JAZZGRAM_SHARED", ROOT.parent / "shared"))
SOLOS = SHARED / "data" / "wjazzd"
MUSIC21, TENSORFLOW = "import music21", "import tensorflow"
_COMMAND = "from jazzgram.cli import main; main()"
_CHORUS = """
import time
from jazzgram import Pipeline
pipeline = Pipeline.load({config!r}, settings={settings!r})
pipeline.play(pipeline.sample([0])[0])  # what is made once is made
begun = time.process_time()
for seed in range(1, 6):
    pipeline.play(pipeline.sample([seed])[0])
print((time.process_time() - begun) / 5)
"""


@dataclass(frozen=True)
class Row:
    """What is measured.

    Parameters
    ----------
    what : str
        The row's name.
    reach : str
        What it is to come to.
    code : str
        Python, run in a process of its own; its last line of output is the seconds where `inner`.
    arguments : tuple of str
        What the process sees as its command line.
    inner : bool
        Whether the process measures itself.
    clock : bool
        Whether the clock counts in place of the processors.
    baseline : str
        The code whose ratio counts.
    cold : bool
        Whether each measurement has an empty cache.
    slow : bool
        Whether it takes minutes.
    once : bool
        Whether it takes so many that it is measured in the first round only.
    beside : str
        How the table names the baseline; its code where empty.
    needs : Path or None
        Without which it cannot be measured.
    """

    what: str
    reach: str
    code: str = _COMMAND
    arguments: tuple[str, ...] = ()
    inner: bool = False
    clock: bool = False
    baseline: str = MUSIC21
    cold: bool = False
    slow: bool = False
    once: bool = False
    beside: str = ""
    needs: Path | None = None


def _chorus(config: str, *settings: str) -> Row:
    code = _CHORUS.format(config=config, settings=[*settings, "improvise.bars=32"])
    model = "".join(f" {setting.partition('=')[2]}" for setting in settings)
    return Row(f"a chorus of 32 bars, `{config}`{model}", "60 ms", code, inner=True)


_SCRIPTS = f"""
import sys
sys.path.insert(0, {str(ROOT / "benchmarks")!r})
"""
_STEERED = f"""{_SCRIPTS}
from bench_critics import measure
print(measure('weimar', {{candidates}}, False) / 1000)
"""
_NOTE = f"""{_SCRIPTS}
import numpy as np
from bench_chorus import measure
from jazzgram import Pipeline
pipeline = Pipeline.load('weimar', settings=['improvise.bars=32'])
print(np.percentile(measure(pipeline, pipeline.model)[1], 99) / 1000)
"""
_BATCH = f"""{_SCRIPTS}
from bench_chorus import batch_notes
from jazzgram import Pipeline
pipeline = Pipeline.load('weimar', settings=['improvise.bars=32'])
pipeline.sample([0])  # what is made once is made
print(1 / batch_notes(pipeline))
"""
_TOKENS = f"""
from jazzgram import Pipeline
Pipeline.load('blues', settings=['corpus.read=wjazzd', 'corpus.source={SOLOS}', 'model.use=markov']).tokens
"""
_EVALUATE = f"""
import time
from jazzgram import Pipeline
from jazzgram.evaluation.benchmark import Benchmark
from jazzgram.evaluation.evaluate import evaluate, reference_for
settings = ['corpus.source={SOLOS}', 'corpus.split={{train: 0.8, validation: 0.1, test: 0.1, seed: 1}}']
pipeline = Pipeline.load('weimar', settings=[*settings, f'seed={{time.time_ns() % 10**9}}'])  # of no earlier evaluation
pipeline.train()
begun = time.perf_counter()
evaluate(pipeline, Benchmark.of(pipeline, 50, 32), reference_for(pipeline, 'wjazzd', 32))
print(time.perf_counter() - begun)
"""
_CHORUSES = """
import time
from jazzgram import Pipeline
from jazzgram.evaluation.benchmark import Benchmark
settings = ['corpus.split={{train: 0.8, validation: 0.2, test: 0.0, seed: 1}}', 'execution={execution}']
trained = Pipeline.load('pitches', settings=settings)
trained.train()
known = dict(trained=trained.trained, reading=trained.reading, training=trained.training)
pipeline = Pipeline(trained.config, use_cache=False).given(**known)
benchmark = Benchmark.of(pipeline, 200, 32)
if {warm}:
    benchmark.score(pipeline, 'bench')  # a cluster is up then, and its workers have played before
begun = time.perf_counter()
benchmark.score(pipeline, 'bench')
print(time.perf_counter() - begun)
"""
_REPORT = """
import tempfile, time
from jazzgram import Pipeline
seconds = []
for report in ('true', 'true', 'false'):  # the first makes what is made once
    settings = ['model.use=markov', 'write=[]', 'improvise.bars=2000', f'report={report}']
    pipeline = Pipeline.load('blues', settings=settings)
    begun = time.process_time()
    pipeline.run(tempfile.mkdtemp())
    seconds.append(time.process_time() - begun)
print((seconds[1] - seconds[2]) / 2000)
"""
_MANY = f"""{_SCRIPTS}
import tempfile, time
from pathlib import Path
from bench_large import train
from bench_corpus import make_tunes
sizes, seconds = (1_000, 4_000), []
with tempfile.TemporaryDirectory() as name:
    for size in sizes:
        tunes = make_tunes(Path(name, str(size)), size)
        seconds.append(train(tunes, Path(name, f'cache{{size}}'))[0])
slope = (seconds[1] - seconds[0]) / (sizes[1] - sizes[0])
print(seconds[1] + slope * (100_000 - sizes[1]))
"""
_TRAIN = f"""
from jazzgram import Pipeline
settings = ['corpus.source={SOLOS}', 'corpus.split={SOLOS / "split.json"}', 'model.with.precision={{precision}}']
Pipeline.load('weimar', settings=settings, use_cache=False).train()
"""


def _choruses(where: str, execution: str, reach: str = "0.56 ×", *, warm: bool = False) -> Row:
    """Return the row of choruses that are sampled, played and measured, beside the same in one process."""
    return Row(
        f"200 choruses of `pitches` {where}",
        reach,
        _CHORUSES.format(execution=execution, warm=warm),
        inner=True,
        clock=True,
        baseline=_CHORUSES.format(execution="{engine: local}", warm=warm),
        beside="in one process, as warm" if warm else "in one process",
        slow=True,
        once=True,
    )


ROWS = (
    Row("`jazzgram --help`", "–", arguments=("--help",)),
    Row("`import jazzgram`", "–", "import jazzgram"),
    Row("`from jazzgram import Pipeline`", "0.2 s", "from jazzgram import Pipeline"),
    Row("`run metheny`, warm", "1.4 ×", arguments=("run", "metheny")),
    Row("`run pitches`, warm, to all files", "0.7 s", arguments=("run", "pitches")),
    _chorus("blues", "model.use=markov"),
    _chorus("pitches"),
    _chorus("weimar"),
    Row("a note of a chorus of `weimar`, 99th percentile", "1 ms", _NOTE, inner=True),
    Row("a note of 50 choruses of `weimar` at once", "0.2 ms", _BATCH, inner=True),
    *(
        Row(
            f"32 bars of `weimar`, {count} candidates and critics", reach, _STEERED.format(candidates=count), inner=True
        )
        for count, reach in ((4, "300 ms"), (16, "1 s"))
    ),
    Row("402 solos to tokens, cold", "2.2 s by the clock", _TOKENS, clock=True, cold=True, slow=True, needs=SOLOS),
    Row("402 solos to tokens, processors", "–", _TOKENS, cold=True, slow=True, needs=SOLOS),
    Row("402 solos to tokens, from the cache", "0.5 s", _TOKENS, needs=SOLOS),
    Row(
        "`run metheny`, cold",
        "1.8 ×",
        arguments=("run", "metheny"),
        clock=True,
        baseline=TENSORFLOW,
        cold=True,
        slow=True,
    ),
    Row("report, a bar of 2,000", "5 ms", _REPORT, inner=True),
    Row(
        "`evaluate weimar --n 50`, model trained",
        "15 s",
        _EVALUATE,
        inner=True,
        clock=True,
        slow=True,
        once=True,
        needs=SOLOS,
    ),
    _choruses("on a Dask cluster of two workers that is up", "{engine: dask, workers: 2}", warm=True),
    _choruses("with a Dask cluster of two workers started for them", "{engine: dask, workers: 2}", "–"),
    _choruses("with `engine: processes`, two started for them", "{engine: processes, workers: 2}"),
    _choruses("with `engine: auto` on two cores", "{engine: auto, workers: 2}"),
    Row(
        "100,000 files, by the slope from 1,000 to 4,000", "400 s", _MANY, inner=True, clock=True, slow=True, once=True
    ),
    *(
        Row(
            f"training `weimar`, 356 solos, all epochs, `precision: {precision}`",
            "4 min",
            _TRAIN.format(precision=precision),
            clock=True,
            slow=True,
            once=True,
            needs=SOLOS,
        )
        for precision in ("float32", "auto")
    ),
)


def measure(row: Row, code: str, cache: Path, scratch: Path) -> float:
    """Run a process; return its seconds, by the clock or of processors."""
    out = (
        ["--out", str(Path(tempfile.mkdtemp(dir=scratch)) / "out")]
        if row.arguments[:1] in (("run",), ("evaluate",))
        else []
    )
    arguments = [*row.arguments, *out] if code == row.code else []
    begun = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env={
            **os.environ,
            "JAZZGRAM_CACHE": str(cache),
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "",  # who has installed jazzgram has bytecode
            "TF_CPP_MIN_LOG_LEVEL": "3",
        },
        cwd=scratch,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    before = os.times()
    printed, problem = child.communicate()
    after = os.times()
    seconds = time.perf_counter() - begun
    if child.returncode:
        raise SystemExit(f"{row.what} failed: {problem}")
    if row.inner and (code == row.code or row.beside):
        return float(printed.split()[-1])
    processors = after.children_user - before.children_user + after.children_system - before.children_system
    return seconds if row.clock else processors


def why_not(row: Row, slow: bool) -> str:
    """Return why a row is not measured; empty where it is."""
    if row.needs is not None and not row.needs.exists():
        return f"not measured: {row.needs.name} is not here"
    return "not measured: it takes minutes (`--slow`)" if row.slow and not slow else ""


def cell(seconds: float) -> str:
    """Return seconds as the table has them."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{1000 * seconds:.0f} ms" if seconds >= 0.01 else f"{1000 * seconds:.2g} ms"


def table(rows: tuple[Row, ...], rounds: int, slow: bool, report: Callable[[str], None]) -> list[str]:
    """Measure the rows, and return the lines of the table."""
    lines = ["| what | measured | baseline in the same loop | ratio | to reach |", "|---|---|---|---|---|"]
    measured = [row for row in rows if not why_not(row, slow)]
    found: dict[str, list[tuple[float, float]]] = {row.what: [] for row in measured}
    with tempfile.TemporaryDirectory() as folder:
        scratch, warm = Path(folder), Path(folder) / "warm"
        for row in measured:  # fills the cache
            if not (row.cold or row.slow or row.inner):
                measure(row, row.code, warm, scratch)
        for number in range(rounds):
            others: dict[tuple[str, bool], float] = {}
            for row in measured if not number else [row for row in measured if not row.once]:
                kind = row.baseline, row.clock
                if kind not in others:
                    others[kind] = measure(row, row.baseline, warm, scratch)
                cache = Path(tempfile.mkdtemp(dir=folder)) if row.cold else warm
                seconds = measure(row, row.code, cache, scratch)
                found[row.what].append((seconds, others[kind]))
                report(f"{number + 1}/{rounds} {row.what}: {cell(seconds)}")
    for row in rows:
        if row.what not in found:
            lines.append(f"| {row.what} | {why_not(row, slow)} | – | – | {row.reach} |")
            continue
        own, other = (statistics.median(column) for column in zip(*found[row.what], strict=True))
        ratio = statistics.median(a / b for a, b in found[row.what])
        unit = " by the clock" if row.clock else ""
        beside = row.beside or f"`{row.baseline}`"
        lines.append(f"| {row.what} | {cell(own)}{unit} | {beside} {cell(other)} | {ratio:.2f} | {row.reach} |")
    return lines


def scripts() -> list[str]:
    """List the other scripts, which print what they measure, with the first line of their docstring."""
    lines = ["| script | what it measures: not measured here, run it |", "|---|---|"]
    for file in sorted(README.parent.glob("*.py")):
        said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
        if file.name != Path(__file__).name and said:
            lines.append(f"| `{file.name}` | {said.splitlines()[0]} |")
    return lines


def heading(rounds: int) -> str:
    """Return the line that says where, when and of what the table is."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()

    processors = Path("/proc/cpuinfo")
    names = [line.partition(":")[2] for line in processors.read_text().splitlines() if line.startswith("model name")]
    name = names[0].strip() if processors.exists() and names else platform.processor() or "unknown processor"
    changed = " with changes" if git("status", "--porcelain", "--", "jazzgram", "plugins") else ""
    return (
        f"Measured on {datetime.date.today():%d %B %Y}, commit {git('rev-parse', '--short', 'HEAD') or 'unknown'}"
        f"{changed}: {platform.system()} {platform.machine()}, {os.cpu_count()} cores of {name}, load"
        f" {os.getloadavg()[0]:.1f}, Python {platform.python_version()}; medians of {rounds}, processor time where no"
        " clock is named."
    )


def main() -> None:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="measure only the rows that contain one of these")
    parser.add_argument("--slow", action="store_true", help="also what takes minutes")
    parser.add_argument("--print", action="store_true", help="write no file")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    rows = tuple(row for row in ROWS if not options.words or any(word in row.what for word in options.words))
    begun = heading(options.rounds)
    lines = table(rows, options.rounds, options.slow, lambda line: print(line, file=sys.stderr, flush=True))
    text = "\n".join([begun, "", *lines, "", *scripts()])
    print(text)
    if not options.print and not options.words:
        before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
        _, _, after = rest.partition(END)
        README.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
