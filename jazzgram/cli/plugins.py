"""``jazzgram plugins``: list, show and check plugins."""

from __future__ import annotations

import inspect
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jazzgram.cli import plugin_packages
from jazzgram.cli.lines import folded_words

if TYPE_CHECKING:
    from jazzgram.hooks.plugins import Plugin
    from jazzgram.music.tune import Track


_DRUMS = {
    **{36: "kick", 37: "stick", 38: "snare", 39: "slap", 40: "swirl", 41: "low", 42: "hat", 44: "pedal"},
    **{45: "mid", 46: "open", 48: "high", 49: "crash", 51: "ride", 69: "cabasa"},
}
"""Keys of the General MIDI drum set, as a roll names them."""


@click.group("plugins")
def command() -> None:
    """List, show, check, install and try plugins."""


for _command in plugin_packages.COMMANDS:
    command.add_command(_command)


@command.command("list")
@click.option("--hook", help="Only plugins that implement this hook, e.g. prune_notes.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of text.")
def list_plugins(hook: str | None, as_json: bool) -> None:
    """List the installed plugins by kind, with the reason where one cannot be imported."""
    from jazzgram.errors import JazzgramError, did_you_mean
    from jazzgram.hooks.catalogue import entries
    from jazzgram.hooks.finding import STEP_HOOKS
    from jazzgram.hooks.hookspecs import KINDS
    from jazzgram.hooks.plugins import HOOKS

    if hook is not None and hook not in HOOKS:
        raise JazzgramError(f"no hook {hook!r}{did_you_mean(hook, HOOKS)}; hooks: {', '.join(HOOKS)}")
    found = entries(hook)
    step_kinds = {KINDS[name] for name in STEP_HOOKS}
    if as_json:
        click.echo(json.dumps([vars(entry) for entry in found], indent=1))
        return
    kind = None
    for entry in found:
        if entry.kind != kind:
            kind = entry.kind
            click.echo(click.style(f"{kind or 'other'}", bold=True))
        text = f"BROKEN: {entry.broken}" if entry.broken else entry.summary
        words = [click.style(word, fg="red" if entry.broken else None) for word in text.split(" ")]
        words += [] if entry.origin.startswith("jazzgram ") else [f"[{entry.origin}]"]
        steps = ", ".join(name for name in entry.hooks if name in STEP_HOOKS)
        label = f"  {entry.name:<26}{f'{steps:<20}' if kind in step_kinds else ''}"
        click.echo(folded_words(label, words))


@command.command("show")
@click.argument("name", metavar="NAME_OR_FILE")
def show_plugin(name: str) -> None:
    """Show a plugin: its description, options and file, and what it makes of three bars."""
    from jazzgram.hooks.catalogue import lookup, option_rows

    for plugin in lookup(name, Path.cwd()):
        click.echo(click.style(f"{plugin.name}", bold=True) + f"  ({', '.join(plugin.hooks)}; {plugin.origin})\n")
        click.echo(f"{inspect.getdoc(plugin.module) or '(no description)'}\n")
        rows = option_rows(plugin)
        click.echo(click.style("options", bold=True) + ("" if rows else ": none"))
        for row in rows:
            bounds = f", {row['bounds']}" if row["bounds"] else ""
            click.echo(f"  {row['name']}: {row['type']} = {row['default']}{bounds}\n      {row['description']}")
        for promise in ("NEEDS", "PROVIDES", "DESTROYS", "METERS"):
            if names := sorted(plugin.promise(promise)):
                click.echo(f"{promise.lower()}: {', '.join(names)}")
        click.echo(f"source: {plugin.file}")
        example = before_and_after(plugin)
        if example:
            click.echo(f"\n{example}")
            before, _, after = example.partition("\n\nafter ")
            if after and before.partition("\n")[2] == after.partition("\n")[2]:
                click.echo("(these three bars are left as they are)")


@command.command("check")
@click.argument("names", metavar="NAME_OR_FILE...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Check every installed plugin.")
@click.option(
    "--source",
    type=click.Path(exists=True, path_type=Path),
    help="A file that the reader reads with its default options.",
)
def check(names: tuple[str, ...], every: bool, source: Path | None) -> None:
    """Check plugins against the contract of their hooks."""
    from jazzgram.errors import JazzgramError
    from jazzgram.hooks.catalogue import lookup
    from jazzgram.hooks.finding import installed
    from jazzgram.testing import problems

    if every:
        names = tuple(sorted(installed()))
    if not names:
        raise JazzgramError("name a plugin or a file, or give --all")
    failed = 0
    for name in names:
        for plugin in lookup(name, Path.cwd()):
            found = problems(plugin.module, source)
            failed += bool(found)
            unread = source is None and "read_corpus" in plugin.hooks
            order = "in order as far as can be told without a file of it (--source FILE)" if unread else "in order"
            click.echo(f"{name}: {order if not found else _count(len(found), 'problem')}")
            kinds: dict[str, list[str]] = {}
            for problem in found:
                kinds.setdefault(problem.partition(" (")[0].partition(": Note")[0][:60], []).append(problem)
            for first, *others in kinds.values():
                more = f" (and {len(others)} more like it)" if others else ""
                click.echo(f"  {first.replace(plugin.module.__name__, Path(name).stem)}{more}")
    if failed:
        raise JazzgramError(f"{failed} of {len(names)} plugins do not keep the contract")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def step_example(plugin: Plugin) -> tuple[str, tuple[Any, ...], tuple[Any, ...]] | None:
    """Apply a step of the chain with its default options to the test kit's three bars.

    Returns
    -------
    tuple of str, tuple and tuple, or None
        The hook, and what was there before and after: bars of terms for `prune_grammar`, else the notes of all three;
        None for plugins that are no step of the chain.
    """
    from jazzgram import Form, Origin
    from jazzgram.config.steps import CHAIN_HOOKS, Step
    from jazzgram.hooks.calls import PluginCalls
    from jazzgram.improvisation.chain import Chain
    from jazzgram.testing import BAR, FOUR_FOUR, TERMS, TWO_FIVE_ONE, solo

    hook = next((hook for hook in plugin.hooks if hook in CHAIN_HOOKS), None)
    if hook is None:
        return None
    calls = PluginCalls(plugin)
    chain = Chain([Step(hook, plugin, plugin.options(), 1)], calls, seed=1)
    changes = [chords for _, chords in TWO_FIVE_ONE]
    if hook == "prune_grammar":
        terms = tuple(
            tuple(replace(term, origin=Origin(bar, index)) for index, term in enumerate(terms))
            for bar, terms in enumerate(TERMS)
        )
        return hook, terms, chain.prune_grammar(terms, changes, FOUR_FOUR)
    made = solo()
    if hook == "clean_up_notes":
        form = Form.of(made.chords, FOUR_FOUR, made.bars)
        return hook, made.notes, chain.clean_up_notes(made.notes, made.chords, FOUR_FOUR, made.tempo, form)[0]
    bars = chain.prune_notes(tuple(notes for notes, _ in TWO_FIVE_ONE), changes, FOUR_FOUR)
    after = (replace(note, onset=note.onset + number * BAR) for number, notes in enumerate(bars) for note in notes)
    return hook, made.notes, tuple(after)


def accompanist_example(plugin: Plugin) -> tuple[Track, ...]:
    """Return what an accompanist plays with its default options beneath the test kit's three bars."""
    from jazzgram.config.config import Part, players_of
    from jazzgram.config.styles import find_style
    from jazzgram.improvisation.accompaniment.band import Band
    from jazzgram.testing import solo

    return Band(find_style("swing"), players_of([Part(plugin, plugin.options())])).play(solo(), seed=1)


def critic_example(plugin: Plugin) -> tuple[dict[str, Any], bool, tuple[float, ...]]:
    """Weigh the test kit's three bars with a critic's example options, else with its default ones.

    Returns
    -------
    tuple of dict, bool and tuple of float
        The options of the example; whether the bars are taken to be given, each term with the log-likelihood -1, for
        critics that score no others; the log weight of each bar.
    """
    from jazzgram.hooks.calls import PluginCalls
    from jazzgram.hooks.token_model import Position
    from jazzgram.testing import BAR, FOUR_FOUR, TERMS, TWO_FIVE_ONE, corpus

    shown = plugin.options.model_json_schema().get("examples", [{}])[0]
    calls, options = PluginCalls(plugin), plugin.options(**shown)
    learned = None
    if "study_corpus" in plugin.hooks:
        learned = calls.caller("study_corpus", plugin)(corpus=corpus(), options=options)
    score = calls.caller("score_bar", plugin)
    bars = tuple(notes for notes, _ in TWO_FIVE_ONE)
    given, weights = False, (0.0,)
    for given in (False, True):
        weights = tuple(
            score(
                terms=TERMS[bar],
                notes=notes,
                chords=chords,
                meter=FOUR_FOUR,
                history=bars[:bar],
                position=Position(bar, 0, BAR, chords[0], None, len(bars)),
                given=given,
                log_likelihoods=(-1.0,) * len(TERMS[bar]),
                learned=learned,
                options=options,
                step=plugin.name,
            )
            for bar, (notes, chords) in enumerate(TWO_FIVE_ONE)
        )
        if any(weights):
            break
    return shown, given and any(weights), weights


def before_and_after(plugin: Plugin) -> str:
    """Draw three bars before and after a chain step, what an accompanist plays in them, or a critic's log weights.

    Empty for other plugins.
    """
    from jazzgram.rendering.text_roll import text_roll
    from jazzgram.testing import BAR

    if "accompany" in plugin.hooks:
        return "\n\n".join(map(_roll_of_track, accompanist_example(plugin)))
    if "score_bar" in plugin.hooks:
        return _weighed(*critic_example(plugin))
    example = step_example(plugin)
    if example is None:
        return ""
    hook, before, after = example
    if hook == "prune_grammar":
        grammars = (("before", before), ("after", after))
        return "\n".join(
            f"{label:<7}" + " | ".join(" ".join(map(str, bar)) for bar in bars) for label, bars in grammars
        )
    pitches = [note.pitch for note in (*before, *after)]
    low, high = min(pitches), max(pitches)
    rolls = [
        (label, text_roll(notes, 3 * BAR, low=low, high=high))
        for label, notes in (("before", before), ("after", after))
    ]
    return "\n\n".join(f"{label} (Dm7 | G7 | Cmaj7)\n{roll}" for label, roll in rolls)


def _weighed(options: dict[str, Any], given: bool, weights: tuple[float, ...]) -> str:
    """Draw the test kit's three bars with a critic's log weight of each below it."""
    from jazzgram.rendering.text_roll import text_roll
    from jazzgram.testing import BAR, solo

    values = "".join(f"; {name}: {', '.join(f'{x:g}' for x in value)}" for name, value in options.items())
    likely = "; bars that are given, each term with the log-likelihood -1" if given else ""
    symbols = ("Dm7", "G7", "Cmaj7")
    if not any(weights):
        likely = "; it has no opinion about these three bars"
    below = " | ".join(f"{symbol} {weight:+.2f}" for symbol, weight in zip(symbols, weights, strict=True))
    return f"{' | '.join(symbols)}\n{text_roll(solo().notes, 3 * BAR)}\nlog weights{values}{likely}\n{below}"


def _roll_of_track(track: Track) -> str:
    """Draw three bars of an accompanist; of the drums only the rows that are played."""
    from jazzgram.rendering.text_roll import text_roll
    from jazzgram.testing import BAR

    # In the column of the notated onset, however a little early or late it is played.
    notes = [replace(note, onset=round(note.onset / 40) * 40) for note in track.notes]
    rows = text_roll(notes, 3 * BAR, names=_DRUMS if track.is_drum else None).splitlines()
    played = [row for row in rows if "●" in row or not track.is_drum]
    return "\n".join([f"{track.name} (Dm7 | G7 | Cmaj7)", *played])
