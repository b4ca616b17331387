"""A whole run: improvise, measure, and write the folder with its page."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from jazzgram.pipeline.folder import check_writable, write_run
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.pipeline.progress import stage
from jazzgram.pipeline.run import Run


def run_and_write(pipeline: Pipeline, out: str | Path) -> Run:
    """Improvise a solo and write it; see `jazzgram.pipeline.pipeline.Pipeline.run`.

    Raises
    ------
    JazzgramError
        Before the work begins where the folder cannot be written to, and where anything fails.
    """
    check_writable(Path(out))
    return write_with_page(pipeline, pipeline.improvise(), Path(out))


def write_with_page(pipeline: Pipeline, improvised: Run, folder: Path) -> Run:
    """Measure a run of a pipeline, and write its folder with its page."""
    with stage(pipeline.reporter, "write") as done:
        measured = replace(improvised, measures=pipeline.measure(improvised.solo))
        config = pipeline.resolved(pipeline.target.title)
        page = partial(_page, pipeline, config) if pipeline.config.sections.report else None
        written = write_run(measured, pipeline, config, folder, page)
        done(f"{len(written.files)} files in {folder}")
    return written


def _page(pipeline: Pipeline, config: str, made: Run) -> str:
    from jazzgram.pages.report.facts import facts_of
    from jazzgram.pages.report.page import report

    return report(made, facts_of(pipeline, made.solo, config, made.measures))
