"""The question before a command that cannot be undone."""

from __future__ import annotations

import click

from jazzgram.errors import JazzgramError


def confirmed(question: str, nothing: str, hint: str) -> bool:
    """Ask a question; print `nothing` where the answer is no.

    Parameters
    ----------
    question : str
        Answered by yes or no.
    nothing : str
        What was not done: ``nothing was removed``.
    hint : str
        How the command does it without asking.

    Raises
    ------
    JazzgramError
        Where nobody is there to answer.
    """
    try:
        agreed = click.confirm(question)
    except click.Abort:
        raise JazzgramError(f"{nothing}; {hint}") from None
    if not agreed:
        click.echo(nothing)
    return agreed
