"""``jazzgram show``: the values of a configuration and their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from jazzgram.cli import arguments

if TYPE_CHECKING:
    from jazzgram.config.yaml_lines import KeyPath


@click.command("show")
@arguments.config
@arguments.settings
@arguments.trust
@click.option("--resolved", is_flag=True, help="Every value, defaults included, with its file and line.")
def command(config: str, settings: tuple[str, ...], trust: bool, resolved: bool) -> None:
    """Show a configuration after 'extends' and --set.

    With --resolved each value has its source: file:line, --set, or "default".
    """
    import yaml

    from jazzgram.config.check import load
    from jazzgram.config.files import locate
    from jazzgram.resources.printable import printable

    checked = load(locate(config), settings, trust=trust)
    for warning in checked.warnings:
        click.echo(f"WARNING: {printable(warning)}", err=True)
    if not resolved:
        values = {key: value for key, value in checked.document.value.items() if key != "extends"}
        click.echo(yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=100), nl=False)
        return
    rows = list(_rows(checked))
    width = max(len(key) + len(value) for key, value, _ in rows) + 4
    for key, value, source in rows:
        click.echo(f"{key}: {value}".ljust(min(width, 72)) + click.style(f"  # {source}", dim=True))


def _rows(config: Any) -> Any:
    """Yield ``(key path, value, source)`` for every value, defaults of options included."""
    sections = config.sections.model_dump(mode="json", by_alias=True, exclude={"extends", "made_with"})
    for hook_key, steps in (("samplers", config.samplers), ("chain", config.chain)):
        sections[hook_key] = [
            {step.hook: step.plugin.name, "with": step.options.model_dump(mode="json")} for step in steps
        ]
    for key, part in (("tokenizer", config.tokenizer), ("model", config.model), ("corpus", config.corpus.reader)):
        sections[key]["with"] = part.options.model_dump(mode="json")
    for key_path, value in _leaves(sections, ()):
        known = config.document.sources.get(key_path)
        yield ".".join(map(str, key_path)), value, known or "default"


def _leaves(value: Any, key_path: KeyPath) -> Any:
    if isinstance(value, dict) and value:
        for key, child in value.items():
            yield from _leaves(child, (*key_path, key))
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for number, child in enumerate(value):
            yield from _leaves(child, (*key_path, number))
    else:
        yield key_path, str(value)
