"""``jazzgram reharmonize``: chord substitutions for given changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from jazzgram.cli import arguments

if TYPE_CHECKING:
    from jazzgram.improvisation.reharmony.propose import Proposal
    from jazzgram.music.time import Meter


@click.command("reharmonize")
@click.argument("changes", metavar="CHANGES")
@click.option(
    "--corpus",
    "config",
    default="blues",
    show_default=True,
    metavar="CONFIG",
    help="The configuration whose corpus is learned from.",
)
@click.option(
    "--surprise",
    type=arguments.Number(0, 1),
    default=0.5,
    show_default=True,
    help="From 0 (few, expected substitutions) to 1 (many, surprising ones).",
)
@click.option(
    "--n", "count", type=arguments.Whole(1, 100), default=3, show_default=True, help="The number of proposals."
)
@click.option("--seed", type=arguments.Whole(min=0), default=0, show_default=True, help="Seed of the proposals.")
@click.option("--meter", default="4/4", show_default=True, help="The meter of every bar.")
@click.option("--json", "as_json", is_flag=True, help="Print the proposals as JSON.")
def command(changes: str, config: str, surprise: float, count: int, seed: int, meter: str, as_json: bool) -> None:
    """Propose substitute chords for changes, learned from a configuration's training tunes.

    Each chord keeps its position and length. Each proposal is shown with its new chords, their surprise given the
    corpus, in bits, and the rule that they follow. A configuration with 'reharmonize: {surprise: 0.5, seed: 0}'
    in its section improvise plays over the first of these proposals.

    \b
    Examples:
      jazzgram reharmonize "Dm7 | G7 | Cmaj7 | %"
      jazzgram reharmonize "F7 | Bb7 | F7 | Cm7 F7" --surprise 0.9 --seed 3
    """
    import json

    from jazzgram.errors import JazzgramError
    from jazzgram.improvisation.reharmony.propose import propose
    from jazzgram.music.notation.changes import parse_changes, unplayed_changes
    from jazzgram.music.time import Meter
    from jazzgram.music.tune import dropped_line
    from jazzgram.pipeline.pipeline import Pipeline

    try:
        beats = Meter.parse(meter)
    except ValueError as error:
        raise JazzgramError(f"--meter {meter!r}: {error}") from None
    bars = parse_changes(changes, beats)
    if left_out := dropped_line(unplayed_changes(changes)):
        click.echo(f"WARNING: CHANGES: {left_out}", err=True)
    proposals = propose(Pipeline.load(config).harmony, bars, surprise=surprise, count=count, seed=seed)
    if as_json:
        click.echo(json.dumps([_values(proposal, beats) for proposal in proposals], indent=1))
        return
    for number, proposal in enumerate(proposals, start=1):
        _show(number, proposal, beats)
    if len(proposals) < count:
        click.echo(f"No more than {len(proposals)} of {count} were found.", err=True)


def _values(proposal: Proposal, meter: Meter) -> dict[str, Any]:
    from jazzgram.music.notation.changes import changes_text

    return {
        "changes": changes_text(proposal.bars, meter),
        "bits_per_chord": round(proposal.bits, 3),
        "bits_per_chord_before": round(proposal.bits_before, 3),
        "substitutions": [
            {
                "bar": made.positions[0][0] + 1,
                "chords": [{"bar": bar + 1, "position": position + 1} for bar, position in made.positions],
                "before": list(made.before),
                "after": list(made.after),
                "bits": round(made.bits, 3),
                "rule": str(made.rule),
                "contexts": made.rule.contexts,
                "weight": round(made.rule.weight, 4),
            }
            for made in proposal.substitutions
        ],
    }


def _show(number: int, proposal: Proposal, meter: Meter) -> None:
    """Print a proposal, its new chords underlined, and a line for each substitution."""
    from jazzgram.music.notation.changes import changes_text

    text = changes_text(proposal.bars, meter)
    click.echo(
        click.style(f"Proposal {number}", bold=True)
        + f": {proposal.bits:.2f} bits a chord ({proposal.bits_before:.2f} as given)"
    )
    click.echo(f"  {text}")
    click.echo(f"  {_underline(text, {position for made in proposal.substitutions for position in made.positions})}")
    rows = [
        (
            f"bar {made.positions[0][0] + 1}",
            f"{' '.join(made.before)} -> {' '.join(made.after)}",
            f"{made.bits:.1f} bits",
            f"{made.rule}  ({made.rule.contexts} shared context{'s' * (made.rule.contexts > 1)})",
        )
        for made in proposal.substitutions
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("    " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
    click.echo()


def _underline(text: str, positions: set[tuple[int, int]]) -> str:
    """Return a line with marks under the chords at some positions of changes."""
    marks: list[str] = []
    for bar, symbols in enumerate(text.split(" | ")):
        index, words = 0, []
        for word in symbols.split(" "):
            chord = word != "/"
            words.append(("^" if chord and (bar, index) in positions else " ") * len(word))
            index += chord
        marks.append(" ".join(words))
    return "   ".join(marks).rstrip()
