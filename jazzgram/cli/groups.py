"""Groups of commands: those of the main help by purpose, and a group whose default command needs no name."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

GROUPS: dict[str, dict[str, str]] = {
    "Make music": {
        "run": "Improvise a solo and write it: MIDI, score, report.",
        "improvise": "Improvise with a trained model, over any changes.",
        "studio": "Play with a chain on a web page.",
        "trade": "Trade bars with you, or with a recording.",
        "ports": "List the MIDI ports.",
        "watch": "Run again whenever a file is saved.",
        "render": "Render MIDI files as sound.",
        "play": "Play a run, a MIDI file or a sound file.",
        "reharmonize": "Propose other chords for changes.",
        "grammar": "Write and play melody grammars of Impro-Visor.",
    },
    "Look closer": {
        "validate": "Check a configuration; every mistake with its line.",
        "show": "Show a configuration after 'extends' and --set.",
        "explain": "Show what every step did to each bar.",
        "compare": "Run the same terms through several chains.",
        "tokens": "Show the terms of the corpus, bar by bar.",
        "report": "Write the report of a run again, with its sound.",
    },
    "Your own plugins": {
        "init": "Write a starter project.",
        "new": "Write a plugin with its test and a configuration.",
        "plugins": "List, show, check, install and try plugins.",
        "schema": "Print the JSON Schema by which editors complete.",
    },
    "Measure": {
        "evaluate": "Compare many choruses with real solos.",
        "bakeoff": "Rank models with chains by one benchmark.",
        "ablation": "Show what each sampler and each step gains or loses.",
        "reference": "Measure the real solos of a corpus.",
        "listen": "Make blind listening tests, and analyse them.",
    },
    "Train and tune": {
        "train": "Train the model of a configuration.",
        "tune": "Search a model's options.",
        "tune-chain": "Search a chain's options, steps and order.",
        "model": "Inspect trained models.",
    },
    "Data": {
        "corpus": "Inspect corpora, check files, download.",
        "cache": "Show or empty the cache.",
        "completion": "Print what completes commands in your shell.",
    },
}
"""Each command with what it does, by purpose, in the order of the help."""
_NAMES = frozenset(name for group in GROUPS.values() for name in group)


class MainGroup(click.Group):
    """The main group: its help lists the commands by purpose, each with a whole sentence.

    A command's module is imported when the command is first asked for: the help needs none of them.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the names of all commands, imported or not."""
        return sorted({*_NAMES, *self.commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; import its module where it is not yet."""
        if cmd_name in _NAMES and cmd_name not in self.commands:
            self.add_command(import_module(f"jazzgram.cli.{cmd_name.replace('-', '_')}").command)
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by purpose; those of no group come last."""
        others = {name: it.get_short_help_str(60) for name, it in self.commands.items() if name not in _NAMES}
        width = max(map(len, (*_NAMES, *others)))
        for title, group in {**GROUPS, "Other commands": others}.items():
            if group:
                with formatter.section(title):
                    formatter.write_dl([(name.ljust(width), text) for name, text in group.items()])


class DefaultGroup(click.Group):
    """A group with a default command: that one needs no name, and its options are in the help of the group.

    Parameters
    ----------
    default : str
        The name of the default command.
    usage : str
        What follows the name of the group in the help.
    """

    def __init__(self, *arguments: Any, default: str, usage: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.default = default
        self.usage = usage

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command's name before arguments that begin with no command."""
        if args and args[0] not in ("-h", "--help", *self.commands):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage of the default command."""
        formatter.write_usage(ctx.command_path, self.usage)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of the default command, then the other commands."""
        command = self.commands[self.default]
        options = (it for it in command.get_params(ctx) if isinstance(it, click.Option))
        rows = [row for option in options if (row := option.get_help_record(ctx)) is not None]
        with formatter.section("Options"):
            formatter.write_dl(rows)
        others = [(name, it.get_short_help_str(200)) for name, it in self.commands.items() if name != self.default]
        if others:
            with formatter.section("Other commands"):
                formatter.write_dl(others)
