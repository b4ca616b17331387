"""``jazzgram tune``: search a model's options with Optuna."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from jazzgram.cli import arguments

trials = click.option(
    "--trials",
    type=arguments.Whole(1, 1_000_000),
    default=30,
    show_default=True,
    help="The number of trials, those of earlier runs included.",
)
jobs = click.option("--jobs", type=arguments.Whole(1, 256), default=1, show_default=True, help="Trials at once.")
out_file = click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.yaml", help="The configuration to write."
)


@click.command("tune")
@arguments.config
@trials
@click.option(
    "--option",
    "options",
    multiple=True,
    metavar="NAME[=LOW:HIGH|=A,B,C]",
    help="An option to search, within its own bounds or those given. May be repeated; default: all that have bounds.",
)
@out_file
@jobs
@arguments.settings
@arguments.seed
@arguments.as_json
@arguments.verbosity
def command(
    config: str,
    trials: int,
    options: tuple[str, ...],
    out: Path | None,
    jobs: int,
    settings: tuple[str, ...],
    seed: int | None,
    as_json: bool,
) -> None:
    """Search the options of a configuration's model for the fewest bits per term on held-out solos.

    The first trial is the configuration itself, so the result is never worse. Trials are stored: the same command
    resumes after the last one, also with more --trials. Writes a configuration that extends CONFIG (default:
    tuned_model.yaml).
    """
    import json

    from jazzgram.cli.browser import print_next
    from jazzgram.cli.display import Display
    from jazzgram.errors import JazzgramError
    from jazzgram.evaluation.tuning.space import chosen
    from jazzgram.evaluation.tuning.study import Search, check_installed, search
    from jazzgram.evaluation.tuning.tune_model import ModelObjective, tuned_options, with_validation
    from jazzgram.evaluation.tuning.tuned_config import child_text, is_earlier_result
    from jazzgram.pipeline.pipeline import Pipeline
    from jazzgram.resources.atomic import write_whole

    check_installed()
    target = out or Path("tuned_model.yaml")
    earlier = " (in place of an earlier search's)" if is_earlier_result(target) else ""
    with Display() as display:

        def load(values: Sequence[str]) -> Pipeline:
            return Pipeline.load(config, settings=values, reporter=display)

        def progress(done: int, total: int, best: float) -> None:
            if display.quiet:
                return
            display.line(click.style(f"  trial {done}/{total}  best {best:.4f}", dim=True))

        given = arguments.overrides(settings, seed=seed)
        pipeline = load(given)
        part = pipeline.config.model
        dimensions = chosen(part.plugin.options, options)
        if not dimensions:
            raise JazzgramError(f"{part.plugin.name}: no option has bounds to search within; name some with --option")
        child_text(config, given, target, {}, ())
        used = with_validation(pipeline, load, given)
        objective = ModelObjective(config, used, tuple(dimensions))
        plan = Search(objective.key(), pipeline.config.sections.seed, trials, jobs)
        display.started(f"Tuning {part.plugin.name}")
        before = objective.score({})
        found = search(objective, plan, objective.start(), progress, display.warn)
    better = found.value < before
    notes = (
        f"Tuned by jazzgram: {part.plugin.name}, {found.trials} trials ({found.pruned} broken off), seed {plan.seed}.",
        f"Validation: {min(found.value, before):.4f} bits per term"
        + (f" (trial {found.number}); before {before:.4f}." if better else ": no trial beats the configuration."),
    )
    own = tuned_options(part, found.params) if better else {}
    write_whole(target, child_text(config, used, target, {"model": {"with": own}} if own else {}, notes))
    if as_json:
        bits = {"before": before, "after": min(found.value, before)}
        made = {"file": str(target), "trials": found.trials, "pruned": found.pruned, "bits_per_term": bits}
        click.echo(json.dumps(made | {"trial": found.number if better else None, "options": own}, indent=1))
        return
    if display.quiet:
        click.echo(target)
        return
    click.echo("\n".join((*notes, *(f"  {name}: {value}" for name, value in own.items()), f"\n{target}{earlier}")))
    print_next("jazzgram run", target)
