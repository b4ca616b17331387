"""The gallery of the stock plugins: one page a kind."""

from __future__ import annotations

import inspect

from jazzgram.config.steps import CHAIN_HOOKS
from jazzgram.hooks.catalogue import option_rows, summary
from jazzgram.hooks.finding import installed, load_entry
from jazzgram.hooks.hookspecs import KINDS
from jazzgram.hooks.plugins import Plugin
from make_pages import docstrings, rolls
from make_pages.docstrings import table

_INTRODUCTIONS = {
    "readers": "They bring solos and their chords in. See [corpora and readers](../corpora.md).",
    "tokenizers": "They write solos as terms and terms as solos. See [what each one loses](../tokenizers.md).",
    "models": "They learn which term follows which.",
    "samplers": "They shape what the model proposes, in the order of `samplers:`; the last one draws.",
    "critics": "They weigh the candidates of each bar while a solo is sampled, in the order of `critics:`. See "
    "[steering](../critics.md).",
    "pruners": "They change one bar at a time, in the order of `chain:`: first its terms, then its notes.",
    "cleaners": "They change the whole solo, as the last steps of `chain:`.",
    "accompanists": "They play beneath the finished solo, in the order of `accompany:`, or as a style names them. See "
    "[the band](../band.md).",
    "responders": "They answer the bars that a musician has played, in the order of `live: {respond: ...}`. See "
    "[live play](../live.md).",
    "metrics": "They measure the solo, in the order of `measure:`; the numbers are written to `measures.json`, each "
    "under its metric's name and its own: `pitch.range`.",
    "writers": "They write the solo to files.",
}
_USES = {
    "read_corpus": "corpus:\n  read: {name}\n  source: my_solos",
    "parse_melody": "tokenizer:\n  use: {name}",
    "build_model": "model:\n  use: {name}",
    "accompany": "accompany:\n  - use: {name}",
    "respond": "live:\n  respond:\n  - use: {name}",
    "measure": "measure:\n  - use: {name}",
    "write_solo": "write:\n  - use: {name}",
    "shape_distribution": "samplers:\n  - shape_distribution: {name}",
    "sample": "samplers:\n  - sample: {name}",
    "score_bar": "critics:\n  - score_bar: {name}",
    **{hook: f"chain:\n  - {hook}: {{name}}" for hook in CHAIN_HOOKS},
}


def stock() -> dict[str, list[Plugin]]:
    """Load every stock plugin, by kind in the order of the hooks, and by name."""
    found: dict[str, list[Plugin]] = {kind: [] for kind in KINDS.values()}
    for full, entry in sorted(installed().items()):
        if entry.value.startswith("jazzgram_plugins."):
            found[full.partition(".")[0]].append(load_entry(entry))
    return {kind: plugins for kind, plugins in found.items() if plugins}


def pages() -> dict[str, str]:
    """Make the overview and one page a kind."""
    parts = [
        "# The stock plugins",
        "Every stage of a run is a plugin, and these come with jazzgram. Each is one file, written with the public API "
        "only, so whatever they do, [yours can do](../first-pruner.md). `jazzgram plugins show NAME` says the same in "
        "the terminal.",
    ]
    made = {}
    for kind, plugins in stock().items():
        rows = [(f"[`{plugin.name}`]({kind}.md#{plugin.name})", summary(plugin)) for plugin in plugins]
        parts += [f"## {kind.capitalize()}", _INTRODUCTIONS[kind], table((kind.removesuffix("s"), ""), rows)]
        page = [f"# {kind.capitalize()}", _INTRODUCTIONS[kind], *map(_entry, plugins)]
        made[f"plugins/{kind}.md"] = "\n\n".join(page) + "\n"
    return {"plugins/index.md": "\n\n".join(parts) + "\n", **made}


def usage(plugin: Plugin) -> str:
    """Write the lines of a configuration that name a plugin, with every option that has a value at its default."""
    text = next(_USES[hook] for hook in plugin.hooks if hook in _USES).format(name=plugin.name)
    rows = [row for row in option_rows(plugin) if row["default"] != "null"]
    if not rows:
        return text
    indent = " " * (4 if "\n  - " in text else 2)
    return "\n".join([text, f"{indent}with:", *(f"{indent}  {row['name']}: {row['default']}" for row in rows)])


def _entry(plugin: Plugin) -> str:
    doc = docstrings.parse(plugin.module)
    kind = KINDS[plugin.hooks[0]]
    hooks = ", ".join(f"[`{hook}`](../hooks/{hook}.md)" for hook in plugin.hooks)
    parts = [f"## {plugin.name}", f"**{doc.summary}**", doc.body]
    parts += [f"**{heading}.**\n\n{docstrings.prose(text)}" for heading, text in doc.sections.items()]
    if example := rolls.before_and_after(plugin):
        parts.append(example)
    if plugin.hooks[0] in CHAIN_HOOKS:
        parts.append(f'<a href="../steps.html#step={plugin.name}">Hear it on a whole take, before and after</a>')
    elif kind == "critics":
        parts.append(f'<a href="../every_critic.html#step={plugin.name}">Hear it on a whole take, without and with</a>')
    parts.append(f"```yaml\n{usage(plugin)}\n```")
    rows = [
        (f"`{row['name']}`", row["type"], f"`{row['default']}`", row["bounds"], row["description"])
        for row in option_rows(plugin)
    ]
    parts.append(table(("option", "type", "default", "bounds", "meaning"), rows))
    promises = [
        f"{promise.capitalize()} {', '.join(f'`{name}`' for name in sorted(names))}."
        for promise in ("NEEDS", "PROVIDES", "DESTROYS", "METERS")
        if (names := plugin.promise(promise))
    ]
    if promises:
        parts.append(" ".join(promises) + " ([what that means](../configuration.md#order-and-promises))")
    lines = inspect.getsource(plugin.module).splitlines()
    code = "".join(f"    {line}".rstrip() + "\n" for line in lines)
    parts += [
        f"Implements {hooks}.",
        f'??? example "plugins/{kind}/{plugin.name}.py, {len(lines)} lines"\n\n    ```python\n{code}    ```',
    ]
    return "\n\n".join(part for part in parts if part)
