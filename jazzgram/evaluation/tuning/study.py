"""Studies: trials one after another, or several at once, stored in a file so that they can be resumed.

The n-th trial draws from its own seed, so that a study that is interrupted and resumed in one process gives the same
result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jazzgram.errors import JazzgramError
from jazzgram.resources.cache import cache_root, discard

if TYPE_CHECKING:
    from optuna import Study, Trial

_STARTUP = 10
"""Trials drawn at random before the sampler uses earlier ones."""


@dataclass(frozen=True)
class Search:
    """A search, and its number of trials.

    Parameters
    ----------
    key : str
        A hash of everything that decides a trial's value: the study of that name is resumed.
    seed : int
        Seeds every trial.
    trials : int
        How many in all, those of earlier runs included.
    jobs : int
        How many processes. With more than one, what is pruned depends on their timing.
    """

    key: str
    seed: int
    trials: int
    jobs: int = 1

    @property
    def file(self) -> Path:
        """The file of the trials."""
        return cache_root() / "studies" / f"{self.key}.journal"


@dataclass(frozen=True)
class Found:
    """The result of a search.

    Parameters
    ----------
    params : dict
        Of the best trial.
    value, first : float
        The best trial's value, and that of the configuration as it was.
    number : int
        The best trial, from 1.
    trials, pruned : int
        How many trials there are, and how many of them were pruned.
    """

    params: dict[str, Any]
    value: float
    first: float
    number: int
    trials: int
    pruned: int


def check_installed() -> None:
    """Raise JazzgramError where Optuna is missing."""
    try:
        import optuna  # noqa: F401
    except ImportError:
        raise JazzgramError(
            'tuning needs Optuna, which is not installed; add it: pip install "jazzgram[tune]"'
        ) from None


def search(
    objective: Callable[[Trial], float],
    plan: Search,
    start: Mapping[str, Any],
    progress: Callable[[int, int, float], None] | None = None,
    warn: Callable[[str], None] | None = None,
) -> Found:
    """Search for the parameters with the smallest value.

    Parameters
    ----------
    objective : callable
        Returns a trial's value; raises JazzgramError where its parameters do not go together. It is pickled where
        there are several processes.
    plan : Search
        The search.
    start : mapping
        The parameters of the first trial: those of the configuration.
    progress : callable or None
        Called with the number of trials done, that of all, and the best value (nan before there is one).
    warn : callable or None
        Called with one line where the stored trials are damaged: they are put aside, and the search starts anew.

    Raises
    ------
    JazzgramError
        Where Optuna is missing, or the first trial has no value.
    """
    check_installed()
    study = _open_whole(plan, warn)
    _tidy(study, start)
    with ExitStack() as stack:
        pool = None
        if plan.jobs > 1:
            pool = stack.enter_context(ProcessPoolExecutor(plan.jobs, mp_context=get_context("spawn")))
        while (done := len(_finished(study))) < plan.trials or not _complete(study):
            # The first trial goes alone: nothing can be compared with before it is there.
            alone = not _complete(study)
            count = 1 if alone else min(plan.jobs, plan.trials - done)
            tasks = [(objective, plan, study.ask()._trial_id, plan.seed * 1_000_003 + done + n) for n in range(count)]
            outcomes = (
                [_run(*task) for task in tasks] if pool is None else list(pool.map(_run, *zip(*tasks, strict=True)))
            )
            if alone and isinstance(outcomes[0], str):
                raise JazzgramError(outcomes[0])
            if progress is not None:
                progress(done + count, plan.trials, _best(study))
    return _found(study)


def _open_whole(plan: Search, warn: Callable[[str], None] | None) -> Study:
    """Open the stored trials; damaged ones are put aside under another name, for they took long."""
    _cut_unfinished_line(plan.file)
    try:
        return _open(plan, plan.seed)
    except (OSError, ValueError, TypeError, LookupError, AttributeError, AssertionError):
        aside = plan.file.with_name(f"{plan.file.name}.damaged")
        discard(aside)
        plan.file.replace(aside)
        if warn is not None:
            warn(f"{aside}: the stored trials are damaged; the search starts anew")
        return _open(plan, plan.seed)


def _cut_unfinished_line(file: Path) -> None:
    """Cut what a killed process left behind the last whole line: the next line would be appended to it."""
    if not file.is_file():
        return
    with suppress(OSError), file.open("r+b") as journal:
        content = journal.read()
        if content and not content.endswith(b"\n"):
            journal.truncate(content.rfind(b"\n") + 1)


def _open(plan: Search, seed: int) -> Study:
    import warnings

    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    plan.file.parent.mkdir(parents=True, exist_ok=True)
    # The open lock, not the default one: a symbolic link cannot be made on every system.
    backend = JournalFileBackend(str(plan.file), lock_obj=JournalFileOpenLock(str(plan.file)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sampler = optuna.samplers.TPESampler(seed=seed % 2**32, n_startup_trials=_STARTUP, constant_liar=plan.jobs > 1)
        pruner = optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=2)
        return optuna.create_study(
            study_name=plan.key, storage=JournalStorage(backend), sampler=sampler, pruner=pruner, load_if_exists=True
        )


def _tidy(study: Study, start: Mapping[str, Any]) -> None:
    """Close trials that a killed run left open; ask for the first trial if it is not there."""
    from optuna.trial import TrialState

    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING, TrialState.WAITING)):
        study._storage.set_trial_state_values(trial._trial_id, TrialState.FAIL)
    if not _complete(study):
        study.enqueue_trial(dict(start))


def _run(objective: Callable[[Trial], float], plan: Search, trial_id: int, seed: int) -> float | str:
    """Run one trial and store its value; return the value, or the reason that there is none."""
    import optuna
    from optuna.trial import Trial, TrialState

    study = _open(plan, seed)
    trial = Trial(study, trial_id)
    try:
        value = objective(trial)
    except optuna.TrialPruned:
        reason = "pruned"
    except JazzgramError as error:
        reason = str(error)
    else:
        if value == value:
            study.tell(trial.number, value)
            return value
        reason = "nothing could be measured"
    trial.set_user_attr("reason", reason)
    study.tell(trial.number, state=TrialState.PRUNED)
    return reason


def _finished(study: Study) -> list[Any]:
    from optuna.trial import TrialState

    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))


def _complete(study: Study) -> list[Any]:
    from optuna.trial import TrialState

    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))


def _best(study: Study) -> float:
    return min((float(trial.value) for trial in _complete(study)), default=float("nan"))


def _found(study: Study) -> Found:
    finished, complete = _finished(study), _complete(study)
    best = min(complete, key=lambda trial: (trial.value, trial.number))
    return Found(
        dict(best.params),
        float(best.value),
        float(complete[0].value),
        finished.index(best) + 1,
        len(finished),
        len(finished) - len(complete),
    )
