"""Call single hook implementations through pluggy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pluggy

from jazzgram.hooks.hookspecs import HookSpecs
from jazzgram.hooks.plugins import GROUP, Plugin


class PluginCalls:
    """Call single hook implementations through one pluggy manager, so that every call can be observed."""

    def __init__(self, *plugins: Plugin) -> None:
        self.manager = pluggy.PluginManager(GROUP)
        self.manager.add_hookspecs(HookSpecs)
        for plugin in plugins:
            self.add(plugin)

    def add(self, plugin: Plugin) -> None:
        """Register a plugin; one module registers once, however often a chain names it."""
        if not self.manager.is_registered(plugin.module):
            self.manager.register(plugin.module, f"{plugin.name}@{id(plugin.module)}")

    def has(self, plugins: Iterable[Plugin]) -> bool:
        """Return whether all of some plugins are registered."""
        return all(self.manager.is_registered(plugin.module) for plugin in plugins)

    def caller(self, hook: str, plugin: Plugin) -> Any:
        """Return a callable for one plugin's implementation of a hook. Call this after all plugins are added.

        A single implementation is called with the arguments that it names, as pluggy calls it, without pluggy's
        collecting of implementations and results: samplers are called for every note.
        """
        others = [module for module in self.manager.get_plugins() if module is not plugin.module]
        caller = self.manager.subset_hook_caller(hook, others)
        implementations = caller.get_hookimpls()
        if len(implementations) != 1 or implementations[0].hookwrapper or implementations[0].wrapper:
            return caller
        function, names = implementations[0].function, implementations[0].argnames
        return lambda **arguments: function(*[arguments[name] for name in names])
