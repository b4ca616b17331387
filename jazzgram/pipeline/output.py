"""The files of a run: the writers' own, ``run.yaml``, ``trace.jsonl``, ``report.html``; all of them whole or none."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from jazzgram.config.config import Config, CorpusPart, Part
from jazzgram.errors import JazzgramError

if TYPE_CHECKING:
    from jazzgram.pipeline.pipeline import Improvisation, Pipeline

_LIBRARIES = ("jazzgram", "tensorflow", "tensorflow-cpu", "music21", "numpy", "pluggy", "symusic")


def check_writable(folder: Path) -> None:
    """Find out before the work begins whether a folder can be written to; nothing is made.

    Raises
    ------
    JazzgramError
        Where it is a file, or the nearest folder above it that exists does not let us in.
    """
    nearest = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not nearest.is_dir():
        raise JazzgramError(f"{nearest}: is a file, not a folder; name another folder with --out")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise JazzgramError(f"{nearest}: no permission to write here; name another folder with --out")


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a temporary folder beside `folder`; when the block ends well its files are moved there.

    Raises
    ------
    JazzgramError
        Where the folder cannot be made or written to; then nothing in it has changed.
    """
    staging = None
    try:
        check_writable(folder)
        folder.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
        yield staging
        for file in sorted(staging.iterdir()):
            os.replace(file, folder / file.name)
    except OSError as error:
        raise JazzgramError(
            f"{folder}: cannot be written: {error.strerror or error}; name another folder with --out"
        ) from error
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)


def write_run(pipeline: Pipeline, made: Improvisation, measures: dict[str, float], folder: Path) -> tuple[Path, ...]:
    """Write a solo, its resolved configuration, its trace and its report.

    Parameters
    ----------
    pipeline : Pipeline
        What made it.
    made : Improvisation
        The solo and its trace.
    measures : dict of str to float
        The metrics' numbers; written to ``measures.json`` where there are any.
    folder : Path
        Where to; made where it is missing. Where files of the corpus could not be read, ``corpus_report.json`` tells
        which and why.

    Returns
    -------
    tuple of Path
        The files, sorted by name.
    """
    from jazzgram.pages.report.facts import facts_of
    from jazzgram.pages.report.page import report

    with whole_folder(folder) as staging:
        for part in pipeline.config.writers:
            pipeline.calls.caller("write_solo", part.plugin)(solo=made.solo, folder=staging, options=part.options)
        if measures:
            (staging / "measures.json").write_text(json.dumps(measures, indent=2) + "\n")
        config = resolved_text(pipeline, pipeline.title)
        (staging / "run.yaml").write_text(config)
        if pipeline.reading.report.failures:
            (staging / "corpus_report.json").write_text(json.dumps(pipeline.reading.report.as_json(), indent=2) + "\n")
        lines = made.trace.lines(made.solo)
        (staging / "trace.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        facts = facts_of(pipeline, made.solo, config, measures)
        (staging / "report.html").write_text(report(made, facts), encoding="utf-8")
        names = sorted(file.name for file in staging.iterdir())
    return tuple(folder / name for name in names)


def resolved_text(pipeline: Pipeline, title: str | None) -> str:
    """Give the resolved configuration as YAML, with a title (None: each solo's own)."""
    text = yaml.safe_dump(resolved(pipeline, title), sort_keys=False, allow_unicode=True, width=110)
    return "# Made by jazzgram: every value written out, so that the same notes can be played again.\n" + text


def resolved(pipeline: Pipeline, title: str | None) -> dict[str, Any]:
    """Give the configuration of a run with every option written out, and what it was made with.

    Paths are absolute, the corpus is the one that was used, and ``extends`` is gone: the mapping stands alone.
    """
    config = pipeline.config
    sections = config.sections
    used, _ = pipeline.source

    def steps(items: Any) -> list[dict[str, Any]]:
        return [
            {step.hook: _name(step.plugin.name, step.plugin.file), "with": step.options.model_dump(mode="json")}
            for step in items
        ]

    return {
        "seed": sections.seed,
        "corpus": _corpus(used),
        "tokenizer": _use(config.tokenizer),
        "model": _use(config.model) | {"seed": sections.model.seed},
        "samplers": steps(config.samplers),
        "chain": steps(config.chain),
        "execution": sections.execution.model_dump(mode="json"),
        "improvise": sections.improvise.model_dump(mode="json") | {"title": title} | _chart(config),
        "accompany": sections.accompany.model_dump(mode="json"),
        "measure": [_use(part) for part in config.metrics],
        "write": [_use(part) for part in config.writers],
        "made_with": {
            "python": platform.python_version(),
            "packages": {name: version for name in _LIBRARIES if (version := _version(name))},
            "corpus": _corpus_facts(pipeline),
            "model_key": pipeline.training.key if "training" in pipeline.__dict__ else None,
            "plugins": {
                plugin.name: {"from": plugin.origin, "sha256": plugin.fingerprint()} for plugin in config.plugins()
            },
        },
    }


def _chart(config: Config) -> dict[str, Any]:
    chart = config.sections.improvise.chart
    if chart is None or config.chart is None:
        return {}
    return {"chart": _corpus(config.chart) | {"tune": chart.tune}}


def _corpus(part: CorpusPart) -> dict[str, Any]:
    path = Path(part.source)
    written = {
        "read": _name(part.reader.plugin.name, part.reader.plugin.file),
        "source": str(path.resolve()) if path.exists() else part.source,
        "with": part.reader.options.model_dump(mode="json"),
    }
    if part.split is None:
        return written
    split = str(part.split.resolve()) if isinstance(part.split, Path) else part.split.model_dump(mode="json")
    return written | {"split": split}


def _corpus_facts(pipeline: Pipeline) -> dict[str, Any]:
    """Say what was learned from: a hash of it, how many files, and how many tunes in each part of the split."""
    reading = pipeline.reading
    return {
        "digest": reading.digest,
        "files": reading.report.files,
        "unread": len(reading.report.failures),
        "tunes": reading.report.parts,
    }


def _use(part: Part) -> dict[str, Any]:
    return {"use": _name(part.plugin.name, part.plugin.file), "with": part.options.model_dump(mode="json")}


def _name(name: str, file: Path | None) -> str:
    return str(file) if name.endswith(".py") and file is not None else name


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
