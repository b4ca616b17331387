"""``jazzgram evaluate``: choruses on held-out changes against real solos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jazzgram.cli import arguments

if TYPE_CHECKING:
    from jazzgram.evaluation.evaluate import Evaluation, Ground
    from jazzgram.pipeline.pipeline import Pipeline

_count = click.option("--n", "count", type=click.IntRange(1, 100_000), default=50, show_default=True, help="Choruses.")
_bars = click.option(
    "--bars", type=click.IntRange(1, 10_000), default=32, show_default=True, help="Length of each chorus."
)
_against = click.option(
    "--against",
    default="wjazzd",
    show_default=True,
    metavar="wjazzd|corpus|FILE.json",
    help="The real solos to compare with: a bundled reference, the corpus's training solos, or a file that"
    " 'jazzgram reference' wrote.",
)
_style = click.option("--style", default="all", show_default=True, help="Which style of the reference, e.g. BEBOP.")
_part = click.option(
    "--part",
    type=click.Choice(["validation", "test"]),
    default="validation",
    show_default=True,
    help="Which held-out tunes are played over.",
)


def choruses(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of commands that play choruses and compare them with real solos."""
    for option in (_part, _style, _against, _bars, _count):  # the last one added is the first in the help
        command = option(command)
    return command


class _Evaluations(click.Group):
    """A group whose default command takes configurations."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None:
            return "configurations", _configurations, args
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Options may stand before the configurations, as they may for any command: they are the default command's.
        first = args[0] if args else ""
        if first not in ("", "-h", "--help") and self.get_command(ctx, first) is None:
            args = ["configurations", *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "CONFIG... [OPTIONS]")


@click.group("evaluate", cls=_Evaluations)
def command() -> None:
    """Improvise many choruses on changes that the model has never heard, and compare them with real solos.

    Every number stands beside that of real solos in windows of the same length; z says by how many of their standard
    deviations it is off. 'jazzgram evaluate configurations --help' has the options.

    \b
    Examples:
      jazzgram evaluate mine.yaml
      jazzgram evaluate mine.yaml other.yaml --n 100 --against corpus
    """


@command.command("configurations")
@click.argument("configs", metavar="CONFIG...", nargs=-1, required=True)
@choruses
@click.option("--keep", is_flag=True, help="Keep every chorus as a MIDI file, too.")
@arguments.out
@arguments.settings
@arguments.seed
@arguments.no_cache
def _configurations(
    configs: tuple[str, ...],
    count: int,
    bars: int,
    against: str,
    style: str,
    part: str,
    keep: bool,
    out: Path | None,
    settings: tuple[str, ...],
    seed: int | None,
    no_cache: bool,
) -> None:
    """Evaluate configurations; each writes evaluation.json, evaluation.md and pictures.

    The changes are those of the validation part (or the test part) of the corpus's split. The same evaluation is in the
    cache when it is asked for again.
    """
    from jazzgram.cli.display import Display
    from jazzgram.evaluation.evaluate import Ground, evaluate, reference_for
    from jazzgram.pipeline.folder import check_writable
    from jazzgram.pipeline.pipeline import Pipeline

    folder = out or Path("out") / "evaluate"
    check_writable(folder)
    values = arguments.overrides(settings, seed=seed)
    with Display() as display:
        for config in configs:
            pipeline = Pipeline.load(config, settings=values, use_cache=not no_cache, listener=display)
            pipeline.train()
            reference = reference_for(pipeline, against, bars)
            display.started(f"{count} choruses")
            ground = Ground.of(pipeline, count, bars, part)
            found = evaluate(pipeline, ground, reference, style)
            own = folder / pipeline.config.name if len(configs) > 1 or out is None else folder
            files = _write(found, own, _midi(pipeline, ground) if keep else {})
            display.console.print()
            for failure in found.scores.failures:
                display.warn(f"left out: {failure}")
            for line in _lines(found):
                click.echo(line)
            click.echo(f"\n{len(files)} files in {own}\n")


def _head(found: Evaluation) -> list[str]:
    from jazzgram.evaluation.tables import span

    plan, shared = found.plan, found.reference.longest_shared
    changes = "its own changes" if plan.part == "own" else f"changes of the {plan.part} part"
    copied = found.copied
    said = f"Longest run that stands in the corpus: {copied.notes} notes at any pitch"
    said += f" ({copied.chorus}, as in {copied.tune}, bar {copied.bar})" if copied.notes else ""
    lines = [
        f"{len(plan.choruses) - len(found.scores.failures)} choruses of {plan.bars} bars over {changes},"
        f" against {found.reference.source} ({found.reference.part}, {found.style}).",
        f"Distance to real solos: {span(*found.distance)}; of the six aims alone: {span(*found.aims)}.",
        f"{said}; {copied.terms} terms." + (f" Two real players share up to {shared} notes." if shared else ""),
    ]
    failed = len(found.scores.failures)
    return [*lines, f"{failed} choruses are left out: a step of the chain failed."] if failed else lines


def _areas(found: Evaluation) -> list[list[str]]:
    from jazzgram.evaluation.distribution import PUBLISHED
    from jazzgram.evaluation.tables import number, span

    return [
        [name, span(area.overlapping_area, area.low, area.high), number(area.kl), number(PUBLISHED[name])]
        for name, area in found.areas.items()
    ]


_AREAS_HEAD = ("feature", "overlapping area", "KL", "best published")


def _lines(found: Evaluation) -> list[str]:
    from jazzgram.evaluation.tables import ROW_HEAD, row_cells, text_table

    shown = [row_cells(row) for row in found.rows if not row.metric.startswith("histograms.")]
    lines = [click.style(found.scores.name, bold=True), *_head(found), "", *text_table(ROW_HEAD, shown)]
    return [*lines, "", *text_table(_AREAS_HEAD, _areas(found))] if found.areas else lines


def _write(found: Evaluation, folder: Path, midi: dict[str, bytes]) -> list[Path]:
    import json

    from jazzgram.evaluation.tables import ROW_HEAD, markdown_table, plot_ranking, plot_rows, row_cells
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


def _midi(pipeline: Pipeline, ground: Ground) -> dict[str, bytes]:
    import tempfile

    from jazzgram.hooks.calls import PluginCalls
    from jazzgram.hooks.finding import find

    calls, writer = PluginCalls(), find("midi", "write_solo", Path())
    calls.add(writer)
    write = calls.caller("write_solo", writer)
    files: dict[str, bytes] = {}
    for number, solo in enumerate(ground.choruses(pipeline).solos, 1):
        if solo is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            written: Sequence[Path] = write(solo=solo, folder=Path(folder), options=writer.options())
            files |= {f"chorus-{number:03}{path.suffix}": path.read_bytes() for path in written}
    return files
