"""``jazzgram tune-chain``: search a chain's and the critics' options, steps and order with Optuna."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from jazzgram.cli import arguments, changes
from jazzgram.cli.lines import terminal_width
from jazzgram.cli.tune import jobs, out_file, trials


@click.command("tune-chain")
@arguments.config
@click.option(
    "--toward",
    default="all",
    show_default=True,
    metavar="STYLE|corpus",
    help="The style of the real solos, e.g. bebop; all; corpus: the corpus's training solos.",
)
@trials
@click.option(
    "--n", "solos", type=arguments.Whole(1, 10_000), default=8, show_default=True, help="Choruses of a trial."
)
@click.option("--bars", type=arguments.Whole(1, 10_000), default=32, show_default=True, help="Length of each chorus.")
@changes.changes
@out_file
@jobs
@arguments.settings
@arguments.seed
@arguments.as_json
@arguments.verbosity
def command(
    config: str,
    toward: str,
    trials: int,
    solos: int,
    bars: int,
    out: Path | None,
    jobs: int,
    settings: tuple[str, ...],
    as_json: bool,
    **named: Any,
) -> None:
    """Search chain and critics for the smallest distance to real solos of a style, with a penalty for copying.

    Over the changes of the validation part each trial switches steps and critics on and off, sets their options and
    orders the chain as its promises allow. Terms are sampled once for the same critics: with critics a trial takes
    longer. Before and after are compared on the test part. The same command resumes after its last trial. Writes a
    configuration that extends CONFIG (default: tuned_chain.yaml).
    """
    from jazzgram.cli.browser import print_next
    from jazzgram.cli.display import Display
    from jazzgram.corpus.processes import kept_processes
    from jazzgram.errors import JazzgramError
    from jazzgram.evaluation.scores import table
    from jazzgram.evaluation.text_tables import format_number, text_table
    from jazzgram.evaluation.tuning.study import Search, check_installed, search
    from jazzgram.evaluation.tuning.tune_chain import (
        ChainObjective,
        Replay,
        initial_params,
        listed_critics,
        make_benchmark,
        score_config,
        suggest_config,
    )
    from jazzgram.evaluation.tuning.tuned_config import child_text, is_earlier_result, step_list
    from jazzgram.pipeline.pipeline import Pipeline
    from jazzgram.resources.atomic import write_whole

    check_installed()
    target = out or Path("tuned_chain.yaml")
    earlier = " (in place of an earlier search's)" if is_earlier_result(target) else ""
    values, part = changes.over(settings, "validation", **named)
    given = tuple(values)
    child_text(config, given, target, {}, ())
    with Display() as display, kept_processes():
        pipeline = Pipeline.load(config, settings=given, reporter=display)
        listed = listed_critics(pipeline.config)
        if not pipeline.config.chain and not listed:
            raise JazzgramError(f"{pipeline.config.path}: chain and critics have no step to tune")
        tuned_on = make_benchmark(pipeline, toward, solos, bars, part)[0].plan.part
        busy = jobs > 1 and pipeline.config.sections.execution.engine == "auto"  # every core has a trial of its own
        alone = ("execution.engine=local",) if busy else ()
        objective = ChainObjective(config, (*given, *alone), toward, solos, bars, part)
        plan = Search(objective.key(), pipeline.config.sections.seed, trials, jobs)
        display.started("Tuning the chain")

        def progress(done: int, total: int, best: float) -> None:
            if not display.quiet:
                display.line(click.style(f"  trial {done}/{total}  best {best:.4f}", dim=True))

        found = search(objective, plan, initial_params(pipeline.config), progress, display.warn)
        tuned = suggest_config(pipeline.config, Replay(found.params))
        benchmark, penalized_distance = make_benchmark(
            pipeline, toward, solos, bars, part if part == changes.OWN else "test"
        )
        before, after = (score_config(pipeline, each, benchmark) for each in (pipeline.config, tuned))
    notes = (
        f"Tuned by jazzgram toward {toward}: {found.trials} trials ({found.pruned} broken off), seed {plan.seed},"
        f" {solos} choruses of {bars} bars.",
        f"{tuned_on.capitalize()} changes: distance {found.value:.4f} (trial {found.number});"
        f" before {found.first:.4f}.",
        f"{benchmark.plan.part.capitalize()} changes: distance {penalized_distance(after):.4f};"
        f" before {penalized_distance(before):.4f}."
        + (" No changes are held out: the trials have seen these." if benchmark.plan.part == tuned_on else ""),
    )
    chosen = {"chain": step_list(tuned.chain)}
    if listed:
        others = len(pipeline.config.critics) - len(listed)
        chosen["critics"] = step_list(tuned.critics[: len(tuned.critics) - others])
    write_whole(target, child_text(config, given, target, chosen, notes))
    if as_json:
        distances = {"before": penalized_distance(before), "after": penalized_distance(after)}
        made = {"file": str(target), "trials": found.trials, "trial": found.number, "distance": distances}
        click.echo(json.dumps(made, indent=1))
        return
    if display.quiet:
        click.echo(target)
        return
    rows = [{row.metric: row for row in table(scores, penalized_distance.real)} for scores in (before, after)]
    cells = [
        [
            name,
            format_number(rows[1][name].real),
            *(format_number(value) for row in rows for value in (row[name].value, row[name].z)),
        ]
        for name in penalized_distance.metrics
        if all(name in row for row in rows)
    ]
    penalties = [format_number(penalized_distance.copying(scores)) for scores in (before, after)]
    cells += [["copying penalty", "", penalties[0], "", penalties[1], ""]]
    head = ("", "real", "before", "z", "after", "z")
    click.echo("\n".join((*notes, "", *text_table(head, cells, terminal_width()), f"\n{target}{earlier}")))
    print_next("jazzgram run", target)
