"""``jazzgram evaluate``: choruses on held-out changes against real solos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jazzgram.cli import arguments
from jazzgram.cli.changes import changes, over, part
from jazzgram.cli.evaluate_likelihood import command as likelihood
from jazzgram.cli.groups import DefaultGroup
from jazzgram.cli.lines import terminal_width

if TYPE_CHECKING:
    from jazzgram.evaluation.benchmark import Benchmark
    from jazzgram.evaluation.evaluate import Evaluation
    from jazzgram.pipeline.pipeline import Pipeline

_count = click.option("--n", "count", type=arguments.Whole(1, 100_000), default=50, show_default=True, help="Choruses.")
_bars = click.option(
    "--bars", type=arguments.Whole(1, 10_000), default=32, show_default=True, help="Length of each chorus."
)
_against = click.option(
    "--against",
    default="wjazzd",
    show_default=True,
    metavar="wjazzd|corpus|FILE.json",
    help="The real solos to compare with: a bundled reference, the corpus's training solos, or a file that"
    " 'jazzgram reference' wrote.",
)
_style = click.option("--style", default="all", show_default=True, help="The style of the reference, e.g. BEBOP.")


def choruses(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of commands that play choruses and compare them with real solos."""
    for option in (part, _style, _against, _bars, _count):  # the last one added is the first in the help
        command = option(command)
    return command


@click.group("evaluate", cls=DefaultGroup, default="configurations", usage="CONFIG... [OPTIONS]")
def command() -> None:
    """Improvise many choruses on held-out changes, and compare them with real solos.

    Every number is shown beside that of real solos in excerpts of the same length; z is the difference in their
    standard deviations. The changes are those of the validation part (or the test part) of the corpus's split. Each
    configuration writes evaluation.json, evaluation.md and pictures; results are cached.

    \b
    Examples:
      jazzgram evaluate mine.yaml
      jazzgram evaluate mine.yaml other.yaml --n 100 --against corpus
      jazzgram evaluate mine.yaml --chords "Dm7 | G7 | Cmaj7 | %" --key Bb
    """


command.add_command(likelihood)


@command.command("configurations")
@click.argument("configs", metavar="CONFIG...", nargs=-1, required=True)
@choruses
@changes
@click.option("--keep", is_flag=True, help="Also write every chorus as a MIDI file.")
@arguments.out
@arguments.settings
@arguments.seed
@arguments.no_cache
@arguments.force
@arguments.as_json
@arguments.verbosity
def _configurations(
    configs: tuple[str, ...],
    force: bool,
    as_json: bool,
    count: int,
    bars: int,
    against: str,
    style: str,
    part: str,
    keep: bool,
    out: Path | None,
    settings: tuple[str, ...],
    no_cache: bool,
    **named: Any,
) -> None:
    """Evaluate configurations; each writes evaluation.json, evaluation.md and pictures.

    The changes are those of the validation part (or the test part) of the corpus's split. Results are cached.
    """
    from jazzgram.cli.display import Display
    from jazzgram.cli.folders import result_folder
    from jazzgram.corpus.processes import kept_processes
    from jazzgram.evaluation.benchmark import Benchmark
    from jazzgram.evaluation.evaluate import evaluate, reference_for
    from jazzgram.pipeline.pipeline import Pipeline

    values, played_over = over(settings, part, **named)
    with Display() as display, kept_processes():
        for config in configs:
            pipeline = Pipeline.load(config, settings=values, use_cache=not no_cache, reporter=display)
            own = out / pipeline.config.name if out is not None and len(configs) > 1 else out
            default = Path("out") / "evaluate" / pipeline.config.name
            with result_folder(own, default, "evaluation.json", force=force) as folder:
                pipeline.train()
                reference = reference_for(pipeline, against, bars)
                display.started(f"{count} choruses")
                benchmark = Benchmark.of(pipeline, count, bars, played_over)
                found = evaluate(pipeline, benchmark, reference, style)
                files = _write(found, folder, _midi(pipeline, benchmark) if keep else {})
            for failure in found.scores.failures:
                display.warn(f"left out: {failure}")
            lines = [*_lines(found), "", f"{len(files)} files in {folder}"]
            display.result(folder, "evaluation", as_json, lines)


def _head(found: Evaluation) -> list[str]:
    from jazzgram.evaluation.text_tables import format_interval

    plan, shared = found.plan, found.reference.longest_shared
    changes = "its own changes" if plan.part == "own" else f"changes of the {plan.part} part"
    copied = found.copied
    longest = f"Longest run that stands in the corpus: {copied.notes} notes at any pitch"
    longest += f" ({copied.chorus}, as in {copied.tune}, bar {copied.bar})" if copied.notes else ""
    lines = [
        f"{len(plan.choruses) - len(found.scores.failures)} choruses of {plan.bars} bars over {changes},"
        f" against {found.reference.source} ({found.reference.part}, {found.style}).",
        f"Distance to real solos: {format_interval(*found.distance)};"
        f" of the six aims alone: {format_interval(*found.aims)}.",
        f"{longest}; {copied.terms} terms." + (f" Two real players share up to {shared} notes." if shared else ""),
    ]
    failed = len(found.scores.failures)
    return [*lines, f"{failed} choruses are left out: a step of the chain failed."] if failed else lines


def _areas(found: Evaluation) -> list[list[str]]:
    from jazzgram.evaluation.distribution import PUBLISHED
    from jazzgram.evaluation.text_tables import format_interval, format_number

    return [
        [
            name,
            format_interval(area.overlapping_area, area.low, area.high),
            format_number(area.kl),
            format_number(PUBLISHED[name]),
        ]
        for name, area in found.areas.items()
    ]


_AREAS_HEAD = ("feature", "overlapping area", "KL", "best published")


def _lines(found: Evaluation) -> list[str]:
    from jazzgram.evaluation.text_tables import ROW_HEAD, row_cells, text_table

    width = terminal_width()
    shown = [row_cells(row) for row in found.rows if not row.metric.startswith("histograms.")]
    lines = [click.style(found.scores.name, bold=True), *_head(found), "", *text_table(ROW_HEAD, shown, width)]
    return [*lines, "", *text_table(_AREAS_HEAD, _areas(found), width)] if found.areas else lines


def _write(found: Evaluation, folder: Path, midi: dict[str, bytes]) -> list[Path]:
    import json

    from jazzgram.evaluation.plots import plot_ranking, plot_rows
    from jazzgram.evaluation.text_tables import ROW_HEAD, markdown_table, row_cells
    from jazzgram.pipeline.folder import whole_folder

    rows = [row for row in found.rows if not row.metric.startswith("histograms.")]
    with whole_folder(folder) as staging:
        (staging / "evaluation.json").write_text(json.dumps(found.as_json(), indent=1) + "\n", encoding="utf-8")
        text = [f"# {found.scores.name}", "", *[f"{line}\n" for line in _head(found)]]
        text += markdown_table(ROW_HEAD[:-1], [row_cells(row)[:-1] for row in found.rows])
        if found.areas:
            text += ["", *markdown_table(_AREAS_HEAD, _areas(found))]
        (staging / "evaluation.md").write_text("\n".join(text) + "\n", encoding="utf-8")
        if rows:
            plot_rows(rows, f"{found.scores.name}: {found.plan.bars}-bar choruses", staging / "z.png")
        if found.areas:
            spans = [(area.overlapping_area, area.low, area.high) for area in found.areas.values()]
            plot_ranking(list(found.areas), spans, "Overlapping area with real solos", staging / "areas.png")
        for name, content in midi.items():
            (staging / name).write_bytes(content)
        return sorted(folder / file.name for file in staging.iterdir())


def _midi(pipeline: Pipeline, benchmark: Benchmark) -> dict[str, bytes]:
    import tempfile

    from jazzgram.hooks.calls import PluginCalls
    from jazzgram.hooks.finding import find

    writer = find("midi", "write_solo", Path())
    write = PluginCalls(writer).caller("write_solo", writer)
    files: dict[str, bytes] = {}
    for number, solo in enumerate(benchmark.improvise(pipeline).results, 1):
        if solo is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            written: Sequence[Path] = write(solo=solo, folder=Path(folder), options=writer.options())
            files |= {f"chorus-{number:03}{path.suffix}": path.read_bytes() for path in written}
    return files
