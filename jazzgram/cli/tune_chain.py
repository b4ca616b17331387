"""``jazzgram tune-chain``: a chain's options, steps and order, searched with Optuna."""

from __future__ import annotations

from pathlib import Path

import click

from jazzgram.cli import arguments
from jazzgram.cli.tune import jobs, out, trials


@click.command("tune-chain")
@arguments.config
@click.option("--toward", required=True, metavar="STYLE|corpus", help="Whose solos to come near to, e.g. bebop.")
@trials
@click.option("--solos", type=click.IntRange(1, 10_000), default=8, show_default=True, help="Choruses of a trial.")
@click.option("--bars", type=click.IntRange(1, 10_000), default=32, show_default=True, help="Length of each chorus.")
@out
@jobs
@arguments.settings
@arguments.seed
def command(
    config: str,
    toward: str,
    trials: int,
    solos: int,
    bars: int,
    out: Path | None,
    jobs: int,
    settings: tuple[str, ...],
    seed: int | None,
) -> None:
    """Search a chain for the smallest distance to real solos of a style, with a penalty for copying.

    The terms are sampled once, over the changes of the validation part; each trial switches steps on and off, sets
    their options and orders them as their promises allow. Before and after are compared on the test part. The same
    command goes on from its last trial. Writes a configuration that extends CONFIG (default: tuned.yaml).
    """
    from jazzgram.cli.display import Display
    from jazzgram.errors import JazzgramError
    from jazzgram.evaluation.scores import table
    from jazzgram.evaluation.tables import number, text_table
    from jazzgram.evaluation.tuning.chain import ChainObjective, Replay, lay, play, start, suggested
    from jazzgram.evaluation.tuning.study import Search, check_installed, search
    from jazzgram.evaluation.tuning.write import chain_list, child_text
    from jazzgram.pipeline.pipeline import Pipeline
    from jazzgram.resources.atomic import write_whole

    check_installed()
    target = out or Path("tuned.yaml")
    given = tuple(arguments.overrides(settings, seed=seed))
    child_text(config, given, target, {}, ())
    with Display() as display:
        pipeline = Pipeline.load(config, settings=given, listener=display)
        if not pipeline.config.chain:
            raise JazzgramError(f"{pipeline.config.path}: the chain has no step to tune")
        tuned_on = lay(pipeline, toward, solos, bars, "validation")[0].plan.part
        objective = ChainObjective(config, given, toward, solos, bars)
        plan = Search(objective.key(), pipeline.config.sections.seed, trials, jobs)
        display.started("Tuning the chain")

        def progress(done: int, total: int, best: float) -> None:
            display.console.print(f"  trial {done}/{total}  best {best:.4f}", style="dim", markup=False)

        found = search(objective, plan, start(pipeline.config), progress)
        chain = suggested(pipeline.config, Replay(found.params))
        ground, judge = lay(pipeline, toward, solos, bars, "test")
        before, after = (play(pipeline, steps, ground) for steps in (pipeline.config.chain, chain))
    notes = (
        f"Tuned by jazzgram toward {toward}: {found.trials} trials ({found.pruned} broken off), seed {plan.seed},"
        f" {solos} choruses of {bars} bars.",
        f"{tuned_on.capitalize()} changes: distance {found.value:.4f} (trial {found.number});"
        f" before {found.first:.4f}.",
        f"{ground.plan.part.capitalize()} changes: distance {judge(after):.4f}; before {judge(before):.4f}."
        + (" No changes are held out: the trials have seen these." if ground.plan.part == tuned_on else ""),
    )
    write_whole(target, child_text(config, given, target, {"chain": chain_list(chain)}, notes))
    rows = [{row.metric: row for row in table(scores, judge.real)} for scores in (before, after)]
    cells = [
        [name, number(rows[1][name].real), *(number(value) for row in rows for value in (row[name].value, row[name].z))]
        for name in judge.metrics
        if all(name in row for row in rows)
    ]
    cells += [["copying penalty", "", number(judge.copying(before)), "", number(judge.copying(after)), ""]]
    head = ("", "real", "before", "z", "after", "z")
    click.echo("\n".join((*notes, "", *text_table(head, cells), f"\n{target}")))
