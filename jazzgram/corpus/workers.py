"""Where work is done: in this process, on all cores of this machine, or on a Dask cluster.

The work is a function of one task; both can be pickled. Results come as they are ready, each task's exactly once,
whatever happens to the processes that work on it.
"""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from functools import lru_cache, partial
from itertools import islice
from queue import Queue
from typing import Any

from jazzgram.config.sections import Execution
from jazzgram.corpus.processes import Process, Work, may_fork
from jazzgram.errors import JazzgramError

Results = Generator[tuple[Any, Any], None, None]
"""Pairs of a task and its result, in any order; a `Lost` where the process of the task died."""

_TRY_OUT = 0.05
"""Seconds of work after which it is decided whether other processes are worth their start."""
_WORTH_IT = 1.0
"""Seconds of work still to do from which they are: a new process takes 0.4 s to start."""
_WORTH_A_FORK = 0.1
"""The same where this process may be forked, in 0.02 s."""
_ALONG = 3.0
"""Seconds for which this process works along with the others; then one of them takes its turn. A file that kills its
process is then likely to meet one that can be replaced."""
_BUNDLE = 16
"""Tasks that are sent to another process at once, at most: Dask's scheduler takes about a millisecond for each."""
_A_BUNDLE = 0.05
"""Seconds of work that are sent to a process of ours at once, as far as its tasks are short."""


class Lost:
    """What comes in place of a result: the process that worked on the task died."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def run(
    work: Work, tasks: Iterable[Any], execution: Execution, *, count: int, portable: bool = True, forks: bool = False
) -> Results:
    """Do some work on every task.

    Parameters
    ----------
    work : callable
        Takes a task and returns its result; raises nothing. To leave this process it must be picklable: a function
        of a module, or a `functools.partial` of one.
    tasks : iterable
        Each picklable; taken a few at a time, as they are needed.
    execution : Execution
        Where to.
    count : int
        How many tasks there are.
    portable : bool
        Whether work and tasks can leave this process; if not, ``auto`` keeps them here.
    forks : bool
        Whether forks of this process may do the work: it multiplies no matrices, for which each fork would take all
        cores.

    Yields
    ------
    task, result
        In any order, every task once. Closing the generator stops all work at once.

    Raises
    ------
    JazzgramError
        Where the engine is not installed or not reachable, or the work cannot leave this process but must.
    """
    engine = execution.engine
    if engine in ("processes", "dask") and not portable:
        raise JazzgramError(
            f"execution.engine: {engine} needs plugins that other processes can import (got one from Python);"
            " name it by its file, or take engine local"
        )
    if engine == "dask":
        return _on_dask(work, iter(tasks), execution, count)
    if engine == "processes":
        return _on_processes(work, iter(tasks), min(execution.cores, max(count, 1)), forks=forks)
    if engine == "auto" and portable and execution.cores > 1:
        return _tried_out(work, iter(tasks), execution, count, forks)
    return ((task, work(task)) for task in tasks)


def _tried_out(work: Work, tasks: Iterator[Any], execution: Execution, count: int, forks: bool) -> Results:
    """Begin here; others join in when what is left would take long: small corpora need none."""
    begun = time.perf_counter()
    for done, task in enumerate(tasks, 1):
        result = work(task)
        spent = time.perf_counter() - begun
        worth_it = _WORTH_A_FORK if forks and may_fork() else _WORTH_IT
        if spent > _TRY_OUT and spent / done * (count - done) > worth_it:
            others = min(execution.cores, count - done)
            yield from _on_processes(work, tasks, others, along=[(task, result)], forks=forks)
            return
        yield task, result


def _on_processes(
    work: Work, tasks: Iterator[Any], count: int, *, along: list[tuple[Any, Any]] | None = None, forks: bool = False
) -> Results:
    """Run a thread for each process, so that the tasks of a process that dies are known.

    Parameters
    ----------
    count : int
        How many processes work.
    along : list of (task, result), or None
        What this process has done, if it is among them at first.
    forks : bool
        Whether they may be forks: those that are there before the threads.
    """
    lock, stop = threading.Lock(), threading.Event()
    results: Queue[list[tuple[Any, Any]] | BaseException | None] = Queue(4 * count)
    inside = partial(_bundle, work)
    here = along is not None
    workers = {number: Process(inside, fork=True) for number in range(count - here) if forks and may_fork()}

    def drive(number: int) -> None:
        alone: list[Any] = []  # the tasks of a process that died: one of them did it
        size = 1
        try:
            worker = workers.get(number) or Process(inside)
            workers[number] = worker
            while not stop.is_set():
                with lock:
                    bundle = [alone.pop()] if alone else list(islice(tasks, size))
                if not bundle:
                    break
                begun = time.perf_counter()
                try:
                    results.put(list(zip(bundle, worker.send(bundle), strict=True)))
                    spent = (time.perf_counter() - begun) / len(bundle)
                    size = max(1, min(_BUNDLE, int(_A_BUNDLE / max(spent, 1e-6))))
                except (EOFError, OSError, pickle.UnpicklingError):  # it ended, maybe in the middle of its answer
                    reason = f"the process that read it died, {worker.end()}"
                    if len(bundle) > 1:
                        alone = bundle
                    else:
                        results.put([(bundle[0], Lost(reason))])
                    if not stop.is_set():
                        workers[number] = worker = Process(inside)
        except BaseException as error:  # an engine that fails must not leave the caller waiting
            results.put(error)
        finally:
            results.put(None)

    threads: list[threading.Thread] = []

    def start() -> None:
        threads.append(threading.Thread(target=drive, args=(len(threads),), daemon=True))
        threads[-1].start()

    for _ in range(count - here):
        start()
    running, until = len(threads), time.perf_counter() + _ALONG
    try:
        yield from along or ()
        while here or running:
            if here:
                with lock:
                    task = next(tasks, None)
                here = task is not None and time.perf_counter() < until
                if task is not None:
                    yield task, work(task)
                    if not here:
                        start()
                        running += 1
            while running and not (here and results.empty()):
                result = results.get()
                if result is None:
                    running -= 1
                elif isinstance(result, BaseException):
                    raise result
                else:
                    yield from result
    finally:
        stop.set()
        while any(thread.is_alive() for thread in threads):
            for worker in list(workers.values()):
                worker.end(0)
            while not results.empty():
                results.get()
            time.sleep(0.001)
        for worker in workers.values():
            worker.end(0)


def _on_dask(work: Work, tasks: Iterator[Any], execution: Execution, count: int) -> Results:
    """Hold a few bundles for each worker in flight; Dask moves those of a worker that dies to the others."""
    try:
        from distributed import Client, KilledWorker, as_completed
    except ImportError:
        raise JazzgramError(
            "execution.engine: dask is not installed; install it with: pip install 'jazzgram[dask]'"
        ) from None
    try:
        client = Client(execution.address or _own_cluster(execution.cores), timeout="20s")
    except OSError as error:
        raise JazzgramError(
            f"execution.address: no Dask scheduler answers at {execution.address} ({error});"
            " start one with: dask scheduler"
        ) from None
    try:
        threads = sum(client.nthreads().values()) or execution.cores
        size = max(1, min(_BUNDLE, count // (4 * threads)))
        bundles = iter(lambda: list(islice(tasks, size)), [])
        # The work is a result of its own, that each worker fetches once; where it is lost with a worker it is remade.
        prepared = client.submit(bytes, pickle.dumps(work), pure=False)
        flight = {}

        def submit(bundle: list[Any]) -> Any:
            future = client.submit(_unpickled_bundle, prepared, bundle, pure=False, retries=2)
            flight[future.key] = bundle
            return future

        waiting = as_completed([submit(bundle) for bundle in islice(bundles, 3 * threads)])
        for future in waiting:
            bundle = flight.pop(future.key)
            try:
                done = future.result()
            except KilledWorker:
                if len(bundle) > 1:  # one of them does it: find out which
                    for task in bundle:
                        waiting.add(submit([task]))
                    continue
                done = [Lost("the Dask workers reading it died")]
            yield from zip(bundle, done, strict=True)
            for following in islice(bundles, 1):
                waiting.add(submit(following))
    finally:
        client.close()


@lru_cache(maxsize=1)
def _own_cluster(workers: int) -> Any:
    """Start a cluster on this machine, once: it takes seconds, and ends with this process."""
    from distributed import LocalCluster

    return LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)


def _unpickled_bundle(prepared: bytes, tasks: list[Any]) -> list[Any]:
    return _bundle(_unpickled(prepared), tasks)


@lru_cache(maxsize=2)
def _unpickled(prepared: bytes) -> Work:
    work: Work = pickle.loads(prepared)
    return work


def _bundle(work: Work, tasks: list[Any]) -> list[Any]:
    return [work(task) for task in tasks]
