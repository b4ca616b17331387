"""Where work is done: everywhere the same results, each once, whatever dies, and an end on Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from jazzgram import JazzgramError
from jazzgram.config.sections import Execution
from jazzgram.corpus import workers as execution
from jazzgram.corpus.processes import kept_processes, may_fork
from jazzgram.corpus.workers import Lost, run

TUNE = "title: {0}\n" + "F7 | F4 A4 C5 Eb5 D5 C5 A4 F4\nBb7 | D5 Bb4 F4 Ab4 G4 F4 D4 Bb3\n" * 20

JAZZGRAM = [sys.executable, "-c", "from jazzgram.cli import main; main()"]


def double(number: int) -> int:
    return 2 * number


def in_which_process(number: int) -> int:
    print("a plugin that prints")
    return os.getpid()


def die_of(fatal: int, number: int) -> int:
    if number == fatal:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def double_together(numbers: list[int]) -> list[tuple[int, int]]:
    return [(2 * number, len(numbers)) for number in numbers]


def pids_together(numbers: list[int]) -> list[int]:
    time.sleep(0.02)  # so that both have work
    return [os.getpid() for _ in numbers]


def die_together(fatal: int, numbers: list[int]) -> list[int]:
    return [die_of(fatal, number) for number in numbers]


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the processes find the functions of this file."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    for function in (double, in_which_process, die_of, sleep, double_together, pids_together, die_together):
        monkeypatch.setattr(function, "__module__", Path(__file__).stem)


@pytest.mark.parametrize("engine", ["auto", "local", "processes"])
@pytest.mark.parametrize("count", [0, 1, 50])
def test_every_task_is_done_once(engine: str, count: int) -> None:
    done = list(run(double, range(count), Execution(engine=engine, workers=2), count=count))
    assert sorted(done) == [(number, 2 * number) for number in range(count)]


def test_processes_are_others_and_may_print() -> None:
    done = [found for _, found in run(in_which_process, range(40), Execution(engine="processes", workers=2), count=40)]
    assert len(done) == 40 and os.getpid() not in done and len(set(done)) <= 2


def test_little_work_stays_here_and_much_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    little = dict(run(in_which_process, range(40), Execution(workers=2), count=40))
    assert set(little.values()) == {os.getpid()}
    monkeypatch.setattr(execution, "_TRY_OUT", 0.0)
    monkeypatch.setattr(execution, "_WORTH_IT", 0.0)
    monkeypatch.setattr(execution, "_ALONG", 0.0)
    much = dict(run(in_which_process, range(40), Execution(workers=2), count=40))
    assert much[0] == os.getpid() and len(set(much.values())) > 1
    assert sorted(much) == list(range(40))


@pytest.mark.parametrize("engine", ["auto", "local", "processes"])
@pytest.mark.parametrize("count", [0, 1, 50])
def test_work_may_be_done_in_batches(engine: str, count: int) -> None:
    done = dict(run(double_together, range(count), Execution(engine=engine, workers=2), count=count, batch=13))
    assert {task: doubled for task, (doubled, _) in done.items()} == {number: 2 * number for number in range(count)}
    assert all(1 <= size <= 13 for _, size in done.values())


@pytest.mark.parametrize(("count", "size"), [(50, 13), (200, 25), (1000, 25), (3, 1), (0, 1)])
def test_each_worker_has_as_many_batches_as_the_others(count: int, size: int) -> None:
    assert execution._share(count, 2, 26) == size


def test_a_process_that_dies_over_a_batch_loses_the_one_task() -> None:
    two = Execution(engine="processes", workers=2)
    done = dict(run(partial(die_together, 7), range(30), two, count=30, batch=10))
    assert {task for task, result in done.items() if isinstance(result, Lost)} == {7}
    assert len(done) == 30


def test_processes_are_kept_for_the_next_work_while_asked_for() -> None:
    two = Execution(engine="processes", workers=2)

    def pids() -> set[int]:
        return {pid for _, pid in run(pids_together, range(8), two, count=8, batch=2)}

    def gone(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False

    assert not pids() & pids()
    with kept_processes():
        kept = pids() | pids() | pids()
        assert len(kept) <= 2
        os.kill(min(kept), signal.SIGKILL)
        assert min(kept) not in pids(), "another has taken its place"
    assert all(map(gone, kept))


def test_a_process_that_dies_loses_one_task_and_it_is_known_which() -> None:
    done = dict(run(partial(die_of, 7), range(30), Execution(engine="processes", workers=2), count=30))
    assert sorted(done) == list(range(30))
    lost = {task: result.reason for task, result in done.items() if isinstance(result, Lost)}
    assert lost == {7: "the process that read it died, ended by SIGKILL"}


@pytest.mark.skipif(sys.platform != "linux", reason="forks are made on Linux only")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # of threads, from Python 3.12 on
@pytest.mark.parametrize("engine", ["auto", "processes"])
def test_forks_do_the_same_and_one_that_dies_is_replaced(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Another test may have imported TensorFlow; this work uses nothing of it.
    monkeypatch.setattr(execution, "may_fork", lambda: True)
    monkeypatch.setattr(execution, "_TRY_OUT", 0.0)
    monkeypatch.setattr(execution, "_WORTH_A_FORK", 0.0)
    monkeypatch.setattr(execution, "_ALONG", 0.0)
    known: Any = {number: os.getpid() for number in range(30)}
    fatal = partial(die_of, 7)
    forked = Execution(engine=engine, workers=2)
    done = dict(run(fatal, range(30), forked, count=30, forks=True))
    assert {task for task, result in done.items() if isinstance(result, Lost)} == {7} and sorted(done) == list(
        range(30)
    )
    local: Any = lambda number: (known[number], os.getpid())  # noqa: E731 (a fork has it already)
    pids = dict(run(local, range(30), Execution(engine="processes", workers=2), count=30, forks=True))
    assert {parent for parent, _ in pids.values()} == {os.getpid()}
    assert os.getpid() not in {pid for _, pid in pids.values()}


def test_a_process_with_threads_is_not_forked() -> None:
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    try:
        assert not may_fork()
    finally:
        over.set()
        other.join()


def test_work_that_other_processes_cannot_find_is_one_line() -> None:
    double.__module__ = "nowhere_to_be_found"
    sys.modules["nowhere_to_be_found"] = sys.modules[Path(__file__).stem]
    try:
        with pytest.raises(JazzgramError, match="another process cannot do this work: ModuleNotFoundError"):
            list(run(double, range(9), Execution(engine="processes", workers=2), count=9))
    finally:
        del sys.modules["nowhere_to_be_found"]


@pytest.mark.timeout(90)  # the work that is closed would take longer
def test_closing_ends_the_work_at_once() -> None:
    results = run(sleep, [0.0, 100.0, 100.0, 100.0], Execution(engine="processes", workers=2), count=4)
    with closing(results):
        assert next(results) == (0.0, 0.0)


def test_what_cannot_leave_this_process() -> None:
    local: Any = lambda number: number  # noqa: E731 (no other process can import it)
    assert list(run(local, [1], Execution(), count=1, portable=False)) == [(1, 1)]
    with pytest.raises(JazzgramError, match="got one from Python"):
        run(local, [1], Execution(engine="processes"), count=1, portable=False)


def test_dask_that_is_not_installed_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(JazzgramError, match=r"pip install 'jazzgram\[dask\]'"):
        list(run(double, [1], Execution(engine="dask"), count=1))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"engine": "threads"}, "Input should be 'auto', 'local', 'processes' or 'dask'"),
        ({"address": "tcp://host:8786"}, "address is for engine dask (the engine is auto)"),
        ({"engine": "dask", "address": "host:8786"}, "String should match pattern"),
        ({"workers": 0}, "greater than or equal to 1"),
    ],
)
def test_mistakes_in_the_section(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as error:
        Execution.model_validate(fields)
    assert message in str(error.value)


def tunes(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:04}.txt").write_text(TUNE.format(f"Tune {number}"))
    return folder


def test_ctrl_c_stops_at_once_and_what_was_read_is_kept(tmp_path: Path) -> None:
    folder = tunes(tmp_path / "tunes", 600)  # enough not to be over before the signal comes
    cache = tmp_path / "cache"
    command = [*JAZZGRAM, "tokens", "blues", "--set", f"corpus.source={folder}"]
    command += ["--set", "execution.engine=processes", "--set", "execution.workers=2"]
    environment = {**os.environ, "JAZZGRAM_CACHE": str(cache)}
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background has them ignore Ctrl-C, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    while sum(1 for _ in cache.rglob("terms/**/*.safetensors")) < 5 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130 and "nothing was left half written" in errors and "Traceback" not in errors
    cached = sorted(cache.rglob("*.safetensors"))
    assert 10 <= len(cached) < 2 * 600 / 16 and not list(cache.rglob(".writing-*"))
    stamps = {file: file.stat().st_mtime_ns for file in cached}
    again = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert again.stdout.splitlines()[-1].endswith("in 24000 bars"), again.stderr
    assert all(file.stat().st_mtime_ns == stamp for file, stamp in stamps.items()), "nothing is read twice"


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_dask_gives_the_same_though_a_worker_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    from jazzgram.config.config import CorpusPart, Part
    from jazzgram.corpus.reading import read
    from jazzgram.hooks.finding import find
    from jazzgram.hooks.progress import Reporter

    def part(name: str, hook: str) -> Part:
        plugin = find(name, hook, Path())
        return Part(plugin, plugin.options())

    folder = tunes(tmp_path / "tunes", 160)
    reader, tokenizer = part("jazzgram_text", "read_corpus"), part("deepjazz", "parse_melody")
    corpus = CorpusPart(reader, str(folder), None)
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "local"))
    here = read(corpus, folder, tokenizer, Execution(engine="local"), Reporter())

    class Murderer(Reporter):
        """Kill a worker when a quarter is done."""

        def __init__(self, pids: list[int]) -> None:
            self.pids = pids
            self.seen: Counter[int] = Counter()

        def progress(self, done: int, total: int, what: str = "files") -> None:
            self.seen[done] += 1
            if done == total // 4:
                os.kill(self.pids[0], signal.SIGKILL)

    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "dask"))
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path / "scratch")
    ) as cluster:
        with distributed.Client(cluster) as client:
            pids = list(client.run(os.getpid).values())
        murderer = Murderer(pids)
        there = read(corpus, folder, tokenizer, Execution(engine="dask", address=cluster.scheduler_address), murderer)
        with distributed.Client(cluster) as client:
            client.wait_for_workers(2, timeout=30)
            assert set(client.run(os.getpid).values()) != set(pids), "one was killed, and another started"
    assert murderer.seen == Counter(range(1, 161)), "nothing lost or doubled"
    assert there.read_now == 160 and not there.report.failures
    assert there.tokens.digest == here.tokens.digest
    assert list(there.corpus.tunes) == list(here.corpus.tunes)
