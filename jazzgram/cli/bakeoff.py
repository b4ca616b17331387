"""``jazzgram bakeoff``: models, chains and baselines on the same changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jazzgram.cli import arguments, changes
from jazzgram.cli.evaluate import choruses
from jazzgram.cli.lines import terminal_width

if TYPE_CHECKING:
    from jazzgram.evaluation.bakeoff import Standing
    from jazzgram.evaluation.reference import Statistic


class _Lists(click.Command):
    """Parse ``--models A B`` as ``--models A --models B``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        spread: list[str] = []
        option = ""
        for word in args:
            if word.startswith("-"):
                option = word if word in ("--models", "--chains") else ""
                spread += [] if option else [word]
            else:
                spread += [option, word] if option else [word]
        return super().parse_args(ctx, spread)


@click.command("bakeoff", cls=_Lists)
@click.argument("file", metavar="[LIST.yaml]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--models",
    multiple=True,
    metavar="CONFIG...",
    help="Configurations whose corpus, tokenizer, model and samplers are used.",
)
@click.option(
    "--chains",
    multiple=True,
    metavar="CONFIG...",
    help="Configurations whose chain is used (default: each model's own).",
)
@choruses
@changes.changes
@arguments.out
@arguments.settings
@arguments.seed
@arguments.no_cache
@arguments.force
@arguments.as_json
@arguments.verbosity
def command(
    file: Path | None,
    models: tuple[str, ...],
    chains: tuple[str, ...],
    count: int,
    bars: int,
    against: str,
    style: str,
    part: str,
    out: Path | None,
    settings: tuple[str, ...],
    no_cache: bool,
    force: bool,
    as_json: bool,
    **named: Any,
) -> None:
    """Rank models with chains, and baselines without a model, by their distance to real solos.

    Every model plays with every chain over the same changes with the same seeds; changes, and the bars that baselines
    copy, are those of the first model's corpus. LIST.yaml names configurations, each with its own chain. Results are
    cached: the same command resumes an interrupted bakeoff. Writes bakeoff.json, bakeoff.md, bakeoff.png.

    \b
    Examples:
      jazzgram bakeoff --models mine.yaml --chains chains/none base chains/bebop
      jazzgram bakeoff all.yaml --n 100
    """
    from jazzgram.cli.display import Display
    from jazzgram.cli.folders import result_folder
    from jazzgram.corpus.processes import kept_processes
    from jazzgram.errors import JazzgramError
    from jazzgram.evaluation.bakeoff import bake, cells, ranking, read_list
    from jazzgram.evaluation.benchmark import Benchmark
    from jazzgram.evaluation.evaluate import reference_for
    from jazzgram.evaluation.text_tables import text_table
    from jazzgram.pipeline.pipeline import Pipeline

    if (file is None) == (not models):
        raise JazzgramError("name either a file with a list of configurations, or --models and, if you like, --chains")
    if file is not None and chains:
        raise JazzgramError("--chains goes with --models; the configurations of a list have their own chains")
    values, played_over = changes.over(settings, part, **named)
    with (
        result_folder(out, Path("out") / "bakeoff", "bakeoff.json", force=force) as folder,
        Display() as display,
        kept_processes(),
    ):
        loaded = [
            Pipeline.load(name, settings=values, use_cache=not no_cache, reporter=display)
            for name in (read_list(file) if file is not None else models)
        ]
        entries = cells(loaded, [Pipeline.load(name) for name in chains])
        first = loaded[0]
        first.train()
        real = reference_for(first, against, bars).style(style)
        benchmark = Benchmark.of(first, count, bars, played_over)
        display.started("Bakeoff")
        results = []
        for scores in bake(entries, benchmark, display):
            results.append(scores)
            if not display.quiet:
                display.line(click.style(f"  {scores.name}", dim=True))
        standings = ranking(results, real)
        files = _write(standings, real, folder, f"{count} choruses of {bars} bars, {benchmark.plan.part} changes")
    table = text_table(*_table(standings, real), terminal_width())
    display.result(folder, "bakeoff", as_json, [*table, "", f"{len(files)} files in {folder}"])


def _table(standings: list[Standing], real: dict[str, Statistic]) -> tuple[list[str], list[list[str]]]:
    from jazzgram.evaluation.metrics import AIMS
    from jazzgram.evaluation.scores import distance, table
    from jazzgram.evaluation.text_tables import format_interval, format_number

    head = ["", "distance", "of the six aims", *(name.partition(".")[2] for name in AIMS), "failed"]
    rows = []
    for position, standing in enumerate(standings, 1):
        z = {row.metric: row.z for row in table(standing.scores, real)}
        rows.append(
            [
                f"{position:2}. {standing.name}",
                format_interval(standing.distance, standing.low, standing.high),
                format_interval(*distance(standing.scores, real, AIMS)),
                *(format_number(z.get(name, float("nan")), 2) for name in AIMS),
                str(len(standing.scores.failures)),
            ]
        )
    return head, rows


def _write(standings: list[Standing], real: dict[str, Statistic], folder: Path, title: str) -> list[Path]:
    import json
    from dataclasses import asdict

    from jazzgram.evaluation.plots import plot_ranking
    from jazzgram.evaluation.scores import table
    from jazzgram.evaluation.text_tables import markdown_table
    from jazzgram.pipeline.folder import whole_folder

    content = [
        {
            "name": standing.name,
            "distance": standing.distance,
            "low": standing.low,
            "high": standing.high,
            "failures": standing.scores.failures,
            "rows": [asdict(row) for row in table(standing.scores, real)],
        }
        for standing in standings
    ]
    with whole_folder(folder) as staging:
        text = json.dumps({"title": title, "ranking": content}, indent=1).replace("NaN", "null")
        (staging / "bakeoff.json").write_text(text + "\n", encoding="utf-8")
        lines = [f"# Bakeoff: {title}", "", *markdown_table(*_table(standings, real)), ""]
        lines += ["Six columns are z scores: standard deviations of real solos from their mean."]
        (staging / "bakeoff.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
        names = [standing.name for standing in standings]
        spans = [(standing.distance, standing.low, standing.high) for standing in standings]
        plot_ranking(names, spans, f"Distance to real solos: {title}", staging / "bakeoff.png")
        return sorted(folder / file.name for file in staging.iterdir())
