"""Write docs/hooks.md and docs/plugins.md from the hook specifications and the stock plugins.

    python docs/make_pages.py

A test fails when the pages are not what this makes.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from jazzgram.catalogue import lookup, option_rows
from jazzgram.hookspecs import KINDS, HookSpecs
from jazzgram.plugins import HOOKS, Plugin, installed

HERE = Path(__file__).parent
_EXAMPLES = {
    "read_corpus": ("readers/jazzgram_text", "readers/midi"),
    "list_files": ("readers/jazzgram_text", "readers/jazzgram_text"),
    "parse_melody": ("tokenizers/deepjazz_rests", "tokenizers/deepjazz"),
    "unparse_grammar": ("tokenizers/deepjazz_rests", "tokenizers/deepjazz"),
    "build_model": ("models/lstm", "models/lstm"),
    "shape_distribution": ("samplers/temperature", "samplers/bar_aware"),
    "sample": ("samplers/argmax", "samplers/categorical"),
    "prune_grammar": ("pruners/merge_categories", "pruners/standard_lengths"),
    "prune_notes": ("pruners/low_notes", "pruners/guide_tones"),
    "clean_up_notes": ("cleaners/legato", "cleaners/swing"),
    "write_solo": ("writers/midi", "writers/musicxml"),
}
"""For each hook a minimal implementation and a real one."""


def hooks_page() -> str:
    """Give the page of hooks."""
    parts = [
        "# The hooks\n",
        "Made from `jazzgram/hookspecs.py` by `docs/make_pages.py`. An implementation names only the arguments it",
        "uses. Everything given is immutable; everything returned is new; chance comes only from `rng`. Times are",
        "ticks, 480 to the quarter note. Every hook is there since version 0.1.\n",
    ]
    for hook in HOOKS:
        parts.append(f"## {hook}\n")
        parts.append(_markdown(inspect.getdoc(getattr(HookSpecs, hook)) or ""))
        if hook in _EXAMPLES:
            small, real = (f"[`{name}`](../plugins/{name}.py)" for name in _EXAMPLES[hook])
            parts.append(f"\nImplementations to read: minimal {small}, real {real}.\n")
        else:
            parts.append(f"\nTo start from: `jazzgram new {KINDS[hook].removesuffix('s')} NAME`.\n")
    return "\n".join(parts)


def _markdown(doc: str) -> str:
    """Turn a numpydoc docstring into Markdown."""
    text = re.sub(r"^(\w+)\n-+$", r"**\1**\n", doc, flags=re.MULTILINE)
    text = re.sub(r"^(\w+(?:, \w+)*) : (.+)$", r"- `\1` (\2)", text, flags=re.MULTILINE)
    return re.sub(r"^    (\S)", r"  \1", text, flags=re.MULTILINE)


def plugins_page() -> str:
    """Give the gallery of the stock plugins."""
    parts = [
        "# The stock plugins\n",
        "Made from the plugins by `docs/make_pages.py`. `jazzgram plugins show NAME` shows the same in the terminal,",
        "with three bars before and after.\n",
    ]
    kind = ""
    for full in sorted(name for name, entry in installed().items() if entry.value.startswith("jazzgram_plugins.")):
        plugin = next(found for found in lookup(full, HERE))
        if full.split(".")[0] != kind:
            kind = full.split(".")[0]
            parts.append(f"## {kind.capitalize()}\n")
        parts.append(_entry(plugin))
    return "\n".join(parts)


def _entry(plugin: Plugin) -> str:
    lines = [f"### {plugin.name}\n", f"Hooks: {', '.join(plugin.hooks)}.", ""]
    lines.append(f"{inspect.getdoc(plugin.module)}\n")
    rows = option_rows(plugin)
    if rows:
        lines += ["| option | type | default | bounds | |", "|---|---|---|---|---|"]
        for row in rows:
            lines.append(
                f"| `{row['name']}` | {row['type']} | `{row['default']}` | {row['bounds']} | {row['description']} |"
            )
        lines.append("")
    for promise in ("NEEDS", "PROVIDES", "DESTROYS"):
        if names := sorted(plugin.promise(promise)):
            lines.append(f"{promise.capitalize()}: {', '.join(names)}.\n")
    return "\n".join(lines)


def main() -> None:
    """Write both pages."""
    (HERE / "hooks.md").write_text(hooks_page())
    (HERE / "plugins.md").write_text(plugins_page())


if __name__ == "__main__":
    main()
