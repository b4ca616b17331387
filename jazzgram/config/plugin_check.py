"""The plugins that a configuration names: found, trusted, and their options checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from jazzgram.config.config import Part
from jazzgram.config.files import is_there
from jazzgram.config.mistakes import Mistakes
from jazzgram.config.steps import Step
from jazzgram.config.trust import code_key, is_trusted, trust_key
from jazzgram.config.wording import short
from jazzgram.config.yaml_lines import KeyPath
from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.hooks.finding import find
from jazzgram.hooks.options import Options
from jazzgram.hooks.plugins import Plugin
from jazzgram.hooks.use import Use

_LONGEST_NAME = 80
"""Characters of a plugin's name."""
_LONGEST_PATH = 4_096
"""Characters that a plugin file's path has at most, on every system."""


class PluginCheck:
    """Resolve what a document names to plugins with options.

    Parameters
    ----------
    mistakes : Mistakes
        Those of the document, to which each method adds.
    given : tuple of ModuleType
        Plugins from Python.
    trust : bool
        Whether code that a run's or a model's file names is trusted from now on.
    """

    def __init__(self, mistakes: Mistakes, given: tuple[ModuleType, ...], trust: bool) -> None:
        self.mistakes = mistakes
        self.given = given
        self.trust = trust

    def allows(self, key_path: KeyPath, key: Callable[[], str]) -> bool:
        """Check whether code that a value names may run: the user's own file names it, or it is trusted by its key."""
        if self.trust:
            trust_key(key())
            return True
        return not self.mistakes.document.is_received(key_path) or is_trusted(key())

    def remedy(self, verb: str) -> str:
        """Return what to do about code that may not run: `verb` is what it would do, in the infinitive."""
        return (
            f"this file came with a run or a model, maybe a stranger's: read it, and to {verb} add --trust"
            f" (once for all commands: jazzgram validate {self.mistakes.path} --trust)"
        )

    def find_plugin(self, name: Any, hook: str, key_path: KeyPath) -> Plugin | None:
        """Find a plugin, and import it where it may run; None where it cannot be."""
        if not isinstance(name, str):
            self.mistakes.fail(key_path, f"expected the name of a plugin (got {short(name)})")
            return None
        if len(name) > (_LONGEST_PATH if name.endswith(".py") else _LONGEST_NAME):
            self.mistakes.fail(key_path, f"expected the name of a plugin (got {len(name)} characters: {short(name)})")
            return None
        folder = self.mistakes.folder_of(key_path)
        is_file = name.endswith(".py")
        if is_file and not is_there(folder / name):
            self.mistakes.fail(key_path, f"no plugin file {folder.resolve() / name}")
            return None
        try:
            if is_file and not self.allows(key_path, lambda: code_key(folder / name)):
                self.mistakes.fail(key_path, f"{name} is a plugin file, which is code; {self.remedy('run it')}")
                return None
            return find(name, hook, folder, self.given)
        except JazzgramError as error:
            self.mistakes.fail(key_path, str(error))
            return None

    def check_options(self, plugin: Plugin, given: Any, key_path: KeyPath) -> Options | None:
        """Check the options of a plugin; None where one of them is wrong."""
        if given is None:
            given = {}
        if not isinstance(given, dict):
            self.mistakes.fail(
                key_path, f"expected the options of {plugin.name} as keys and values (got {short(given)})"
            )
            return None
        given = self._renamed(plugin, given, key_path)
        try:
            return plugin.options.model_validate(given)
        except ValidationError as error:
            self.mistakes.report(error, key_path, plugin.options)
            return None

    def check_use(self, value: Any, hook: str, key_path: KeyPath) -> Part | None:
        """Resolve ``{use: name, with: {...}}``; `Sections` reports what is wrong with its shape."""
        if not isinstance(value, dict) or "use" not in value:
            return None
        plugin = self.find_plugin(value["use"], hook, (*key_path, "use"))
        if plugin is None:
            return None
        self.mistakes.refuse_field_name(value, key_path, Use)
        options = self.check_options(plugin, value.get("with"), (*key_path, "with"))
        members = self._check_members(plugin, value.get("with"), hook, (*key_path, "with"))
        if options is None or not all(part for parts in members.values() for part in parts):
            return None
        written = {name: tuple(_written(part) for part in parts if part) for name, parts in members.items()}
        return Part(
            plugin,
            options.model_copy(update=written),
            tuple(part for parts in members.values() for part in parts if part),
        )

    def check_parts(self, value: Any, hook: str, within: KeyPath) -> tuple[Part, ...]:
        """Resolve a list of names and of ``{use: name, with: {...}}``; those with mistakes are left out."""
        found = []
        for number, item in enumerate(value if isinstance(value, list) else ()):
            key_path = (*within, number)
            if isinstance(item, str):
                plugin = self.find_plugin(item, hook, key_path)
                options = None if plugin is None else self.check_options(plugin, {}, key_path)
                part = Part(plugin, options) if plugin is not None and options is not None else None
            else:
                part = self.check_use(item, hook, key_path)
            if part is not None:
                found.append(part)
        return tuple(found)

    def check_steps(self, value: Any, hooks: Sequence[str], key: str) -> tuple[Step, ...]:
        """Resolve the steps of a section, ``{hook: name, with: {...}}`` each; those with mistakes are left out."""
        steps: list[Step] = []
        latest = 0
        for number, item in enumerate(value if isinstance(value, list) else ()):
            key_path: KeyPath = (key, number)
            if not isinstance(item, dict):
                self.mistakes.fail(key_path, f"expected a step such as '{hooks[0]}: name' (got {short(item)})")
                continue
            named = [hook for hook in hooks if hook in item]
            if len(named) != 1:
                if not named and list(item) == ["with"] and number:
                    self.mistakes.fail(
                        key_path, "options without a step; indent 'with' as far as the step's name above it"
                    )
                    continue
                unknown = [str(k) for k in item if k not in (*hooks, "with")]
                hint = did_you_mean(unknown[0], hooks) if unknown else ""
                self.mistakes.fail(
                    key_path, f"expected one of {', '.join(hooks)} (got {', '.join(map(str, item)) or 'nothing'}){hint}"
                )
                continue
            hook = named[0]
            for extra in (str(k) for k in item if k not in (hook, "with")):
                self.mistakes.fail(
                    (*key_path, extra), f"unknown key{did_you_mean(extra, ('with',))}; known: {hook}, with"
                )
            if key == "chain" and hooks.index(hook) < latest:
                self.mistakes.fail(
                    key_path,
                    f"{hook} stands after {hooks[latest]}; the order is {', '.join(hooks)},"
                    " because terms become notes and bars become the solo",
                )
            latest = max(latest, hooks.index(hook))
            plugin = self.find_plugin(item[hook], hook, (*key_path, hook))
            if plugin is None:
                continue
            options = self.check_options(plugin, item.get("with"), (*key_path, "with"))
            if options is not None:
                occurrence = sum(step.plugin.name == plugin.name and step.hook == hook for step in steps)
                steps.append(Step(hook, plugin, options, number + 1, occurrence))
        return tuple(steps)

    def _check_members(self, plugin: Plugin, given: Any, hook: str, key_path: KeyPath) -> dict[str, list[Part | None]]:
        """Resolve the plugins that options of the type ``tuple[Use, ...]`` name, by option; None where one cannot be.

        What is wrong with the shape of an option, `options` reports.
        """
        found = {}
        for name, field in plugin.options.model_fields.items():
            if field.annotation != tuple[Use, ...]:
                continue
            if isinstance(given, dict) and name in given:
                named = given[name] if isinstance(given[name], list) else []
            elif field.is_required():
                named = []
            else:
                named = [use.model_dump() for use in field.get_default(call_default_factory=True)]
            found[name] = [self.check_use(item, hook, (*key_path, name, number)) for number, item in enumerate(named)]
        return found

    def _renamed(self, plugin: Plugin, given: dict[str, Any], key_path: KeyPath) -> dict[str, Any]:
        """Return the options under their new names, and warn of old ones."""
        names = {old: new for old, new in plugin.options.renamed.items() if old in given}
        for old, new in names.items():
            if new in given:
                self.mistakes.fail((*key_path, old), f"is the old name of {new}, which is given too; take it out")
                continue
            message = f"is now called {new}; the old name works in this minor version only"
            self.mistakes.warn((*key_path, old), message)
            self.mistakes.document.copy_sources((*key_path, old), (*key_path, new))
        return {names.get(name, name): value for name, value in given.items()}


def _written(part: Part) -> Use:
    """Write a checked part out, with every option, so that it means the same wherever it is read again."""
    return Use(use=part.plugin.reference, options=part.options.model_dump(mode="json"))
