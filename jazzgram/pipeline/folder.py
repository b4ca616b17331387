"""The folder of a run: written atomically, and read back."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from jazzgram.config.yaml_lines import parse_dumped
from jazzgram.errors import JazzgramError
from jazzgram.pipeline.run import Run
from jazzgram.pipeline.trace_file import read_trace, write_trace
from jazzgram.resources.staging import staging_folder, sweep

if TYPE_CHECKING:
    from jazzgram.pipeline.pipeline import Pipeline


def check_writable(folder: Path) -> None:
    """Check before the work begins whether a folder can be written to; nothing is created.

    Raises
    ------
    JazzgramError
        Where it is a file, or the nearest folder above it that exists is not writable.
    """
    nearest = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not nearest.is_dir():
        raise JazzgramError(f"{nearest}: is a file, not a folder; name another folder with --out")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise JazzgramError(f"{nearest}: no permission to write here; name another folder with --out")


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder inside `folder`; when the block ends without an error its files are moved there.

    What killed runs have left in `folder` is removed.

    Raises
    ------
    JazzgramError
        Where the folder cannot be made or written to; then nothing in it has changed.
    """
    try:
        check_writable(folder)
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        with staging_folder(folder) as staging:
            yield staging
            for file in sorted(staging.iterdir()):
                os.replace(file, folder / file.name)
    except OSError as error:
        raise JazzgramError(
            f"{folder}: cannot be written: {error.strerror or error}; name another folder with --out"
        ) from error


def write_run(run: Run, pipeline: Pipeline, config: str, folder: Path, page: Callable[[Run], str] | None) -> Run:
    """Write a solo, its resolved configuration, its trace, its measures and its page.

    Parameters
    ----------
    run : Run
        The solo with trace and measures; ``measures.json`` is written where there are any.
    pipeline : Pipeline
        The pipeline that made it: its writers are called. Where files of the corpus could not be read,
        ``corpus_report.json`` lists them with the reasons.
    config : str
        From `jazzgram.pipeline.resolved.resolved_text`.
    folder : Path
        The folder, created where it is missing.
    page : callable or None
        Returns ``report.html`` of the run and its files; it is called without times, so that equal runs have equal
        files. None to write no report.

    Returns
    -------
    Run
        The same with its configuration, folder and files.
    """
    with whole_folder(folder) as staging:
        for part in pipeline.config.writers:
            pipeline.calls.caller("write_solo", part.plugin)(solo=run.solo, folder=staging, options=part.options)
        if run.measures:
            (staging / "measures.json").write_text(json.dumps(dict(run.measures), indent=2) + "\n")
        (staging / "run.yaml").write_text(config, encoding="utf-8")
        if pipeline.shipped is None and (report := pipeline.reading.report).failures:
            (staging / "corpus_report.json").write_text(json.dumps(report.as_json(), indent=2) + "\n")
        write_trace(run.solo, run.trace, staging)
        if page is not None:
            beside = tuple(folder / file.name for file in sorted(staging.iterdir()))
            untimed = replace(run, trace=run.trace.without_times(), files=beside)
            (staging / "report.html").write_text(page(untimed), encoding="utf-8")
        names = sorted(file.name for file in staging.iterdir())
    return replace(run, config=yaml.safe_load(config), folder=folder, files=tuple(folder / name for name in names))


def load(folder: str | Path) -> Run:
    """Read a run back from its folder.

    Parameters
    ----------
    folder : str or Path
        What ``jazzgram run`` or `Pipeline.run` wrote to.

    Returns
    -------
    Run
        Its solo, with accompaniment and terms, the trace of its chain, its configuration and measures: equal to what
        `Pipeline.run` returned.

    Raises
    ------
    JazzgramError
        One line, where the folder is not a run's, or one of its files is damaged or of another version.

    Examples
    --------
    ::

        run = jazzgram.load("out/blues")
        run.solo.show()
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise JazzgramError(f"{folder}: there is no such folder; name one that `jazzgram run` wrote")
    solo, trace = read_trace(folder)
    return Run(
        solo,
        trace,
        config=_read(folder, "run.yaml", _config),
        measures=_read(folder, "measures.json", _measures) if (folder / "measures.json").exists() else {},
        folder=folder,
        files=tuple(sorted(path for path in folder.iterdir() if path.is_file())),
    )


def _read(folder: Path, name: str, reader: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    path = folder / name
    if not path.is_file():
        raise JazzgramError(f"{folder}: no {name} here; name a folder that `jazzgram run` wrote")
    try:
        return reader(path.read_text("utf-8"))
    except OSError as error:
        raise JazzgramError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, TypeError, RecursionError, yaml.YAMLError):
        raise JazzgramError(
            f"{path}: damaged, or written by another version of jazzgram; run the configuration again"
        ) from None


def _config(text: str) -> dict[str, Any]:
    return dict(_mapping(parse_dumped(text)))


def _measures(text: str) -> dict[str, float]:
    return {name: float(value) for name, value in _mapping(json.loads(text)).items()}


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(type(value))
    return value
