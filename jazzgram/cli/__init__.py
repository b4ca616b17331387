"""The command line: one module for each command."""

from __future__ import annotations

import os
import sys

import click

from jazzgram import __version__
from jazzgram.errors import JazzgramError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="jazzgram")
def commands() -> None:
    """Learn how a soloist plays over chords, and improvise new solos over any changes.

    \b
    First steps:
      jazzgram run blues         train on the bundled solos and write a blues chorus
      jazzgram init mysolo       create a folder with a configuration and a plugin to change
      jazzgram validate FILE     check a configuration; every mistake with its line

    A CONFIG is a YAML file, or the name of a bundled one (blues, pitches, metheny, coursera, weimar).
    """


def register() -> None:
    """Add every command to the group."""
    from jazzgram.cli import (
        ablation,
        bakeoff,
        cache,
        compare,
        corpus,
        evaluate,
        evaluate_likelihood,
        explain,
        grammar,
        improvise,
        init,
        listen,
        model,
        new,
        play,
        plugins,
        reference,
        reharmonize,
        render,
        report,
        run,
        schema,
        show,
        studio,
        tokens,
        train,
        tune,
        tune_chain,
        validate,
        watch,
    )

    for module in (
        *(run, train, improvise, watch, validate, show, tokens, explain, compare),
        *(evaluate, bakeoff, ablation, reference, tune, tune_chain, model, grammar, reharmonize),
        *(studio, report, render, play, listen, corpus, cache, plugins, new, init, schema),
    ):
        commands.add_command(module.command)
    evaluate.command.add_command(evaluate_likelihood.command)


def main() -> None:
    """Run the command line: status 0, 2 for a mistake in the input, 130 for Ctrl-C."""
    register()
    try:
        status = commands.main(standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except JazzgramError as error:
        for line in str(error).splitlines():
            click.echo(f"error: {line}" if line else line, err=True)
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("\nstopped; nothing was left half written. The same command resumes the training.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains once more on exit
        sys.exit(1)
    except Exception as error:
        if os.environ.get("JAZZGRAM_DEBUG"):
            raise
        click.echo(
            f"error: {type(error).__name__}: {error}\n"
            "This is a defect of jazzgram or of a plugin. JAZZGRAM_DEBUG=1 shows where it happened.",
            err=True,
        )
        sys.exit(1)
