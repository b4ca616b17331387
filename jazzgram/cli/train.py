"""``jazzgram train``: train a model."""

from __future__ import annotations

from pathlib import Path

import click

from jazzgram.cli import arguments


@click.command("train")
@arguments.config
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Also write the model to this folder.")
@arguments.settings
@click.option("--seed", type=arguments.Whole(min=0), help="Seed of the training: another seed, another model.")
@arguments.no_cache
@arguments.strict
@arguments.trust
@arguments.force
@arguments.as_json
@arguments.verbosity
def command(
    config: str,
    out: Path | None,
    settings: tuple[str, ...],
    seed: int | None,
    no_cache: bool,
    strict: bool,
    trust: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Train the model of a configuration.

    The model is cached, for 'run' and 'improvise'. With --out it is also written to a folder for 'jazzgram improvise'.
    Ctrl-C is safe: the same command resumes after the last epoch.
    """
    import json

    from jazzgram.cli.browser import print_next
    from jazzgram.cli.display import Display
    from jazzgram.errors import JazzgramError
    from jazzgram.pipeline.pipeline import Pipeline

    if out is not None and (out / "weights.safetensors").exists() and not force:
        raise JazzgramError(f"{out}: has a model; name another folder with --out, or add --force")
    with Display() as display:
        pipeline = Pipeline.load(
            config,
            settings=arguments.overrides(settings, model__seed=seed, execution__strict=strict or None),
            use_cache=not no_cache,
            reporter=display,
            trust=trust,
        )
        if pipeline.shipped is not None:
            display.warn(
                f"{config} plays the model that comes with jazzgram; this one is played from its --out folder."
            )
            pipeline = pipeline.given(shipped=None)
        pipeline.train(out)
    if as_json:
        made = {"folder": None if out is None else str(out), "vocabulary": len(pipeline.vocabulary)}
        click.echo(json.dumps(made | pipeline.training.manifest(), indent=1, ensure_ascii=False))
    elif display.quiet:
        if out is not None:
            click.echo(out)
    elif out is not None:
        click.echo(f"model: {out}")
        print_next("jazzgram improvise", out)
    else:
        click.echo(f"next: jazzgram run {config}")
