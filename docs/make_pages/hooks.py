"""One page a hook, from the hook specifications."""

from __future__ import annotations

import inspect
import re

from jazzgram.hooks import hookspecs
from jazzgram.hooks.catalogue import summary
from jazzgram.hooks.finding import installed, load_entry
from jazzgram.hooks.hookspecs import KINDS, HookSpecs
from jazzgram.hooks.plugins import HOOKS, Plugin
from jazzgram.hooks.scaffold import files
from make_pages import docstrings
from make_pages.docstrings import Docstring, linked, table

EXAMPLES = {
    "read_corpus": ("jazzgram_text", "midi"),
    "parse_melody": ("events", "scale_degree"),
    "unparse_grammar": ("events", "scale_degree"),
    "build_model": ("lstm", "ensemble"),
    "shape_distribution": ("temperature", "bar_aware"),
    "sample": ("argmax", "categorical"),
    "study_corpus": ("novelty", "novelty"),
    "score_bar": ("wander", "motif"),
    "prune_grammar": ("merge_categories", "standard_lengths"),
    "prune_notes": ("low_notes", "guide_tones"),
    "clean_up_notes": ("legato", "swing"),
    "accompany": ("bass_groove", "piano_swing"),
    "respond": ("repeat", "chop"),
    "write_solo": ("midi", "musicxml"),
}
"""For each hook a stock plugin with a minimal implementation and one with a real one."""

_MUTABILITY = (
    (r"tuple\[|\b(Note|Chord|Meter|Position|Vocabulary|Grammar|Form|Solo|Corpus)\b", "immutable"),
    (r"Probabilities", "read-only: make a new array"),
    (r"Sequence\[Random\]|Random", "yours to draw from; drawing moves it on"),
    (r"TokenModel", "yours to train and to step"),
    (r"Sequence\[", "read-only"),
    (r"Callable", "yours to call"),
    (r"Path", "read-only"),
    (r"Any", "immutable"),
    (r"float|int|bool|str|Chord|Term", "immutable"),
)
"""What an implementation may do with an argument, by its type; the first that matches counts."""
_ADDED = re.compile(r"^\.\. versionadded:: (\d+\.\d+(?:\.\d+)?)$", re.MULTILINE)
_WRITTEN = {("write_solo", "folder"): "write your files below it"}


def mutability(hook: str, argument: str, annotation: str) -> str:
    """Return whether an implementation may change an argument.

    Raises
    ------
    LookupError
        For a type that nobody has thought about yet.
    """
    if (hook, argument) in _WRITTEN:
        return _WRITTEN[hook, argument]
    for pattern, says in _MUTABILITY:
        if re.search(pattern, annotation):
            return says
    raise LookupError(f"docs/make_pages/hooks.py does not say whether {hook} may change {argument}: {annotation}")


def arguments(hook: str) -> dict[str, str]:
    """Return the arguments of a hook with their types as the specification writes them."""
    parameters = inspect.signature(getattr(HookSpecs, hook)).parameters
    return {name: str(parameter.annotation) for name, parameter in parameters.items() if name != "self"}


def stock(hook: str) -> list[Plugin]:
    """List the stock plugins that implement a hook, by name."""
    prefix = KINDS[hook] + "."
    loaded = [
        load_entry(entry)
        for name, entry in sorted(installed().items())
        if name.startswith(prefix) and entry.value.startswith("jazzgram_plugins.")
    ]
    return [plugin for plugin in loaded if hook in plugin.hooks]


def pages() -> dict[str, str]:
    """Make the overview and one page a hook."""
    rows = []
    for hook in HOOKS:
        doc = docstrings.parse(getattr(HookSpecs, hook))
        returned = " or ".join(item.type for item in doc.items("Returns"))
        names = ", ".join(f"`{name}`" for name in arguments(hook))
        rows.append((f"[`{hook}`]({hook}.md)", doc.summary, names, linked(returned, "../")))
    module = docstrings.parse(hookspecs)
    overview = [
        "# Hooks",
        module.summary,
        module.body,
        table(("hook", "what it does", "it may name", "it returns"), rows),
    ]
    return {
        "hooks/index.md": "\n\n".join(overview) + "\n",
        **{f"hooks/{hook}.md": _page(hook) for hook in HOOKS},
    }


def _page(hook: str) -> str:
    doc = docstrings.parse(getattr(HookSpecs, hook))
    types = arguments(hook)
    shared = docstrings.parse(hookspecs).items("Parameters")
    described = {item.name: item for item in (*shared, *doc.items("Parameters"))}
    rows = [
        (f"`{name}`", linked(described[name].type, "../"), mutability(hook, name, kind), described[name].text)
        for name, kind in types.items()
    ]
    signature = "".join(f"    {name}: {kind},\n" for name, kind in types.items())
    returns = inspect.signature(getattr(HookSpecs, hook)).return_annotation
    parts = [
        f"# {hook}",
        f"**{doc.summary}**",
        _ADDED.sub("", doc.body).strip(),
        f"Since version {_since(hook)}. A plugin of this kind to start from: "
        f"`jazzgram new {KINDS[hook].removesuffix('s')} NAME`.",
        "## Arguments",
        "Name only those you use, in any order.",
        table(("argument", "type", "mutability", "meaning"), rows),
        f'??? note "The whole signature"\n\n    ```python\n    def {hook}(\n'
        + "".join(f"    {line}\n" for line in signature.splitlines())
        + f"    ) -> {returns}: ...\n    ```",
        "## Returns",
        *_outcomes(doc, "Returns"),
        "`None` is an error that names the step.",
    ]
    if "Raises" in doc.sections:
        parts += ["## Raises", *_outcomes(doc, "Raises")]
    parts += _implementations(hook)
    if found := stock(hook):
        kind = KINDS[hook]
        parts += [
            "## All stock implementations",
            "\n".join(
                f"- [`{plugin.name}`](../plugins/{kind}.md#{plugin.name}): {summary(plugin)}" for plugin in found
            ),
        ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _since(hook: str) -> str:
    """Find the version that a hook came with, in its docstring."""
    found = _ADDED.search(inspect.getdoc(getattr(HookSpecs, hook)) or "")
    if found is None:
        raise LookupError(f"jazzgram/hooks/hookspecs.py does not say with which version {hook} came")
    return found[1]


def _outcomes(doc: Docstring, section: str) -> list[str]:
    return [f"{linked(item.type, '../')}\n:   {item.text}" for item in doc.items(section)]


def _implementations(hook: str) -> list[str]:
    kind = KINDS[hook]
    found = {plugin.name: plugin for plugin in stock(hook)}
    small, real = (found.get(name) for name in EXAMPLES.get(hook, ("", "")))
    if small is None and found:
        small = min(found.values(), key=lambda plugin: len(inspect.getsource(getattr(plugin.module, hook))))
    if small is None:
        name = f"my_{kind.removesuffix('s')}"
        (code, *_) = files(kind.removesuffix("s"), name, package=False).values()
        if f"def {hook}(" not in code:
            return []
        return [
            "## A minimal implementation",
            f"As `jazzgram new {kind.removesuffix('s')} {name}` writes it:",
            f"```python\n{code}```",
        ]
    parts = ["## A minimal implementation", *_shown(hook, small)]
    if real is not None and real is not small:
        parts += ["## A real one", *_shown(hook, real)]
    return parts


def _shown(hook: str, plugin: Plugin) -> list[str]:
    kind = KINDS[hook]
    return [
        f"[`{plugin.name}`](../plugins/{kind}.md#{plugin.name}): {summary(plugin)}",
        f"```python\n{inspect.getsource(getattr(plugin.module, hook))}```",
    ]
