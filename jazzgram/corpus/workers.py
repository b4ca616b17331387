"""Where work is done: in this process, on all cores of this machine, or on a Dask cluster.

The work is a function of one task; both can be pickled. Results come as they are ready, each task's exactly once,
whatever happens to the processes that work on it.
"""

from __future__ import annotations

import logging
import pickle
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from functools import lru_cache, partial
from itertools import islice
from math import inf
from queue import Queue
from typing import Any

from jazzgram.config.sections import Execution
from jazzgram.corpus.processes import Process, Work, are_kept, may_fork
from jazzgram.errors import JazzgramError

Results = Generator[tuple[Any, Any], None, None]
"""Pairs of a task and its result, in any order; a `Lost` where the process of the task died."""

_TRY_OUT = 0.05
"""Seconds of work after which it is decided whether other processes are worth their start."""
_WORTH_IT = 1.0
"""Seconds of work still to do from which they are: a new process takes 0.4 s to start."""
_WORTH_A_FORK = 0.1
"""The same where this process may be forked, in 0.02 s."""
_WORTH_A_KEPT_ONE = 0.3
"""The same where a process has no work at the moment."""
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
    work: Work,
    tasks: Iterable[Any],
    execution: Execution,
    *,
    count: int,
    portable: bool = True,
    forks: bool = False,
    batch: int | None = None,
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
    batch : int or None
        The work takes a list of up to so many tasks, which it does faster than each alone, and returns the list of
        their results; it kills no process. None for work that takes one task.

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
    together = partial(_bundle, work) if batch is None else work
    if engine == "dask":
        return _on_dask(together, iter(tasks), execution, count, batch)
    size = None if batch is None else _share(count, execution.cores, batch)
    if engine == "processes":
        return _on_processes(together, iter(tasks), min(execution.cores, max(count, 1)), size, forks=forks)
    if engine == "auto" and portable and execution.cores > 1:
        return _tried_out(together, iter(tasks), execution, count, size, forks)
    return _here(together, iter(tasks), batch or 1)


def _share(count: int, workers: int, batch: int) -> int:
    """Return how many tasks make a batch: as many batches for each worker, at least two, so that all end together."""
    rounds = max(2, -(-count // (workers * batch)))
    return max(1, -(-count // (workers * rounds)))


def _here(together: Work, tasks: Iterator[Any], size: int) -> Results:
    while bundle := list(islice(tasks, size)):
        yield from zip(bundle, together(bundle), strict=True)


def _tried_out(
    together: Work, tasks: Iterator[Any], execution: Execution, count: int, size: int | None, forks: bool
) -> Results:
    """Begin here; others join in when what is left would take long: small corpora need none."""
    if size is not None:  # the first of a batch's kind makes what is made once, and is no measure of the others
        yield from _here(together, islice(tasks, 1), 1)
        count -= 1
    begun = time.perf_counter()
    done = 0
    while bundle := list(islice(tasks, max(1, (size or 1) // 4))):
        results = list(zip(bundle, together(bundle), strict=True))
        done += len(bundle)
        spent = time.perf_counter() - begun
        if spent > _TRY_OUT and spent / done * (count - done) > _worth_it(forks):
            others = min(execution.cores, count - done)
            yield from _on_processes(together, tasks, others, size, along=results, forks=forks)
            return
        yield from results


def _worth_it(forks: bool) -> float:
    """Return the seconds of work from which other processes are worth their start."""
    if forks and may_fork():
        return _WORTH_A_FORK
    return _WORTH_A_KEPT_ONE if are_kept() else _WORTH_IT


def _on_processes(
    together: Work,
    tasks: Iterator[Any],
    count: int,
    size: int | None,
    *,
    along: list[tuple[Any, Any]] | None = None,
    forks: bool = False,
) -> Results:
    """Run a thread for each process, so that the tasks of a process that dies are known.

    Parameters
    ----------
    together : callable
        Takes a list of tasks and returns their results.
    count : int
        How many processes work.
    size : int or None
        How many tasks are sent at once; None: as many as take `_A_BUNDLE`.
    along : list of (task, result), or None
        What this process has done, if it is among them: to the end where `size` is known, else at first.
    forks : bool
        Whether they may be forks: those that are there before the threads.
    """
    lock, stop = threading.Lock(), threading.Event()
    results: Queue[list[tuple[Any, Any]] | BaseException | None] = Queue(4 * count)
    here = along is not None
    workers = {number: Process(together, fork=True) for number in range(count - here) if forks and may_fork()}

    def drive(number: int) -> None:
        alone: list[Any] = []  # the tasks of a process that died: one of them did it
        number_sent = size or 1
        try:
            worker = workers.get(number) or Process.kept_or_new(together)
            workers[number] = worker
            while not stop.is_set():
                with lock:
                    bundle = [alone.pop()] if alone else list(islice(tasks, number_sent))
                if not bundle:
                    if not stop.is_set() and worker.keep():
                        del workers[number]
                    break
                begun = time.perf_counter()
                try:
                    results.put(list(zip(bundle, worker.send(bundle), strict=True)))
                    if size is None:
                        spent = (time.perf_counter() - begun) / len(bundle)
                        number_sent = max(1, min(_BUNDLE, int(_A_BUNDLE / max(spent, 1e-6))))
                except (EOFError, OSError, pickle.UnpicklingError):  # it ended, maybe in the middle of its answer
                    reason = f"the process that read it died, {worker.end()}"
                    if len(bundle) > 1:
                        alone = bundle
                    else:
                        results.put([(bundle[0], Lost(reason))])
                    if not stop.is_set():
                        workers[number] = worker = Process.kept_or_new(together)
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
    running, until = len(threads), time.perf_counter() + (_ALONG if size is None else inf)
    try:
        yield from along or ()
        while here or running:
            if here:
                with lock:
                    bundle = list(islice(tasks, size or 1))
                here = bool(bundle) and time.perf_counter() < until
                if bundle:
                    yield from zip(bundle, together(bundle), strict=True)
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


def _on_dask(together: Work, tasks: Iterator[Any], execution: Execution, count: int, batch: int | None) -> Results:
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
        size = max(1, min(_BUNDLE, count // (4 * threads))) if batch is None else _share(count, threads, batch)
        bundles = iter(lambda: list(islice(tasks, size)), [])
        # The work is a result of its own, so that it is remade where it is lost with a worker; every worker has it from
        # the beginning, or the scheduler would leave all tasks to the one that has.
        prepared = client.submit(bytes, pickle.dumps(together), pure=False)
        client.replicate(prepared)
        flight = {}

        def submit(bundle: list[Any]) -> Any:
            future = client.submit(_do, prepared, bundle, pure=False, retries=2)
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

    return LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL)


def _do(prepared: bytes, tasks: list[Any]) -> list[Any]:
    done: list[Any] = _unpickled(prepared)(tasks)
    return done


@lru_cache(maxsize=2)
def _unpickled(prepared: bytes) -> Work:
    work: Work = pickle.loads(prepared)
    return work


def _bundle(work: Work, tasks: list[Any]) -> list[Any]:
    return [work(task) for task in tasks]
