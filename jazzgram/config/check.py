"""Configurations: YAML in, a checked description of one pipeline out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel, ValidationError

from jazzgram.config.charts import chart_mistakes, text_mistakes
from jazzgram.config.config import Config, CorpusPart, Part, players_of
from jazzgram.config.files import is_there, read_document
from jazzgram.config.instrument import HOOK, PLUGIN, within_range
from jazzgram.config.sections import ChartSection, CorpusSection, LiveSection, Sections
from jazzgram.config.shares import Shares
from jazzgram.config.steps import CHAIN_HOOKS, CRITIC_HOOKS, SAMPLER_HOOKS, Step, check_promises, leading_critic
from jazzgram.config.trust import address_key, code_key, is_trusted, trust_key
from jazzgram.config.wording import field_names, short, unknown_key, value_message
from jazzgram.config.yaml_lines import Document, KeyPath, Source
from jazzgram.errors import ConfigError, JazzgramError, did_you_mean
from jazzgram.hooks.finding import find
from jazzgram.hooks.options import Options
from jazzgram.hooks.plugins import Plugin
from jazzgram.hooks.use import Use
from jazzgram.resources.printable import printable, shortened
from jazzgram.resources.registry import registry

_LONGEST = 80
"""Characters of a foreign name that a message has."""
_LONGEST_NAME = 4_096
"""Characters that a plugin file's path has at most, on every system."""
_UNION_BRANCHES = ("str", "Use", "<shares>", "<file>")
"""What pydantic puts into an error's location where a value may be of several kinds: no keys of the file.

Pydantic offers no other way to distinguish them from keys.
"""


def load(
    path: Path,
    settings: Sequence[str] = (),
    given: Iterable[ModuleType] = (),
    *,
    trust: bool = False,
    received: bool = False,
    reads_chart: bool = False,
) -> Config:
    """Read and check a configuration.

    Parameters
    ----------
    path : Path
        A YAML file.
    settings : sequence of str
        ``key.path=value`` each; they beat the file.
    given : iterable of ModuleType
        Plugins from Python, named by their module's last name part.
    trust : bool
        Whether to import the plugin files, and connect to the Dask scheduler, that a run's or a model's file names. It
        is remembered; see `jazzgram.config.trust`.
    received : bool
        Whether the file came with a run or a model, even where it does not look like that.
    reads_chart : bool
        Whether to read the chart, for the mistakes in it.

    Raises
    ------
    ConfigError
        With every mistake at once, each as ``file:line: where: what (got X; expected Y)``.
    """
    document = read_document(path, settings, received=received)
    return _Checker(document, path, tuple(given), trust, reads_chart).check()


class _Checker:
    """Collect the mistakes of one document while its parts are resolved."""

    def __init__(
        self, document: Document, path: Path, given: tuple[ModuleType, ...], trust: bool, reads_chart: bool
    ) -> None:
        self.document = document
        self.path = path
        self.given = given
        self.trust = trust
        self.reads_chart = reads_chart
        self.mistakes: dict[str, Source] = {}
        self.warnings: dict[str, Source] = {}

    def check(self) -> Config:
        try:
            sections: Sections | None = Sections.model_validate(self.document.value)
        except ValidationError as error:
            self.report(error, (), Sections)
            sections = None
        value = self.document.value
        corpus = self.check_corpus(value.get("corpus"), ("corpus",))
        improvise = value.get("improvise")
        chart_value = improvise.get("chart") if isinstance(improvise, dict) else None
        chart = self.check_corpus(chart_value, ("improvise", "chart"))
        given = self.check_given(improvise)
        if self.reads_chart and chart is not None and isinstance(chart_value, dict):
            for key, mistake in chart_mistakes(chart, chart_value.get("tune")):
                self.fail(("improvise", "chart", key), mistake)
        tokenizer = self.check_use(value.get("tokenizer"), "parse_melody", ("tokenizer",))
        if tokenizer is not None and "unparse_grammar" not in tokenizer.plugin.hooks:
            self.fail(
                ("tokenizer",), f"{tokenizer.plugin.name} does not implement unparse_grammar, the way back to notes"
            )
        model = self.check_use(value.get("model"), "build_model", ("model",))
        samplers = self.check_steps(value.get("samplers"), SAMPLER_HOOKS, "samplers")
        critics = self.check_steps(value.get("critics"), CRITIC_HOOKS, "critics")
        critics += self.check_shape(improvise, len(critics))
        critics += self.check_keep(improvise, critics)
        chain = self.check_steps(value.get("chain"), CHAIN_HOOKS, "chain")
        metrics = self.check_parts(value.get("measure"), "measure", ("measure",))
        live = value.get("live")
        respond = live.get("respond", LiveSection.model_fields["respond"].default) if isinstance(live, dict) else []
        responders = self.check_parts(respond, "respond", ("live", "respond"))
        writers = self.check_parts(value.get("write", Sections.model_fields["write"].default), "write_solo", ("write",))
        players = self.check_players(value.get("accompany"))
        whole = bool(samplers) and len(samplers) == len(value.get("samplers") or ())
        if whole and [number for number, step in enumerate(samplers, 1) if step.hook == "sample"] != [len(samplers)]:
            self.fail(("samplers",), "expected one 'sample' step, the last of the list")
        if isinstance(improvise, dict) and (mistake := text_mistakes(improvise)):
            self.fail(("improvise", "chords"), mistake)
        self.check_critics(sections, critics)
        self.check_address(sections)
        if tokenizer is not None:
            for step, problem in check_promises(tokenizer.plugin, chain):
                self.fail(("chain", chain.index(step)), problem)
        instrument = sections.improvise.instrument if sections is not None else None
        if instrument and (plugin := self.find_plugin(PLUGIN, HOOK, ("improvise", "instrument"))) is not None:
            chain = within_range(chain, plugin, instrument)
        if self.mistakes:
            raise ConfigError(_in_order(self.mistakes))
        assert sections is not None and corpus is not None and tokenizer is not None and model is not None
        return Config(
            self.path,
            self.document,
            sections,
            corpus,
            tokenizer,
            model,
            samplers,
            chain,
            critics,
            metrics,
            writers,
            players,
            chart,
            given,
            tuple(_in_order(self.warnings)),
            responders,
        )

    def check_given(self, improvise: Any) -> CorpusPart | Path | None:
        """Find the file or the run's folder of the given melody, and check what depends on it."""
        if not isinstance(improvise, dict):
            return None
        value = improvise.get("given")
        if value is None:
            for key in ("keep", "vary"):
                if improvise.get(key) not in (None, []):
                    self.fail(("improvise", key), "says what becomes of a given melody; name one with improvise.given")
            return None
        if improvise.get("feedback") == "soft" or improvise.get("restart"):
            self.fail(("improvise", "given"), "expected feedback: one_hot and restart: false, to go on from given bars")
        if not isinstance(value, str):
            return self.check_corpus(value, ("improvise", "given"))
        folder = self.folder_of(("improvise", "given")) / value
        found = folder if is_there(folder) else Path(value)
        if not is_there(found) or not found.is_dir():
            self.fail(
                ("improvise", "given"),
                f"no such folder {shortened(value, _LONGEST)}; expected the folder of a run, or a file with its reader:"
                " {read: midi, source: solo.mid}",
            )
            return None
        return found

    def check_shape(self, improvise: Any, before: int) -> tuple[Step, ...]:
        """Return the critics that follow the curves of ``improvise.shape``."""
        shape = improvise.get("shape") if isinstance(improvise, dict) else None
        found = []
        for number, (name, curve) in enumerate(shape.items() if isinstance(shape, dict) else (), before + 1):
            key_path = ("improvise", "shape", name)
            plugin = self.find_plugin(name, CRITIC_HOOKS[0], key_path)
            if plugin is None:
                continue
            if "curve" not in plugin.options.model_fields:
                self.fail(key_path, f"{plugin.name} follows no curve; name it under critics")
                continue
            options = self.check_options(plugin, {"curve": curve}, key_path)
            if options is not None:
                found.append(Step(CRITIC_HOOKS[0], plugin, options, number))
        return tuple(found)

    def check_keep(self, improvise: Any, critics: tuple[Step, ...]) -> tuple[Step, ...]:
        """Return the critic that leads into kept bars, unless the configuration names it."""
        return leading_critic(critics) if isinstance(improvise, dict) and improvise.get("keep") else ()

    def check_critics(self, sections: Sections | None, critics: Sequence[Step]) -> None:
        """Check that candidates can be played side by side and go on from each other's terms."""
        if sections is None or not critics:
            return
        if sections.improvise.feedback == "soft":
            self.fail(("improvise", "feedback"), "critics choose between terms: expected one_hot (got soft)")
        if sections.improvise.restart:
            self.fail(("improvise", "restart"), "critics follow a line over its barlines: expected false (got true)")

    def check_address(self, sections: Sections | None) -> None:
        """Check that a Dask scheduler, which exchanges pickles, is the user's own choice."""
        address = None if sections is None else sections.execution.address
        key_path = ("execution", "address")
        if address is not None and not self.allows(key_path, lambda: address_key(address)):
            self.fail(key_path, f"{address} is a Dask scheduler, which can run code here; {self.remedy('connect')}")

    def allows(self, key_path: KeyPath, key: Callable[[], str]) -> bool:
        """Check whether code that a value names may run: the user's own file names it, or it is trusted by its key."""
        if self.trust:
            trust_key(key())
            return True
        return not self.document.is_received(key_path) or is_trusted(key())

    def remedy(self, verb: str) -> str:
        return (
            f"this file came with a run or a model, maybe a stranger's: read it, and to {verb} add --trust"
            f" (once for all commands: jazzgram validate {self.path} --trust)"
        )

    def fail(self, key_path: KeyPath, message: str) -> None:
        self.mistakes.setdefault(self.line(key_path, message), self.document.source(key_path))

    def line(self, key_path: KeyPath, message: str) -> str:
        source = self.document.source(key_path)
        where = ".".join(shortened(str(part), _LONGEST) for part in key_path)
        named = not where or (source.file is None and source == self.document.sources.get(key_path))
        return printable(f"{source}: {message}" if named else f"{source}: {where}: {message}")

    def report(self, error: ValidationError, at: KeyPath, model: type[BaseModel]) -> None:
        missing: list[KeyPath] = []
        for detail in error.errors():
            key_path = (*at, *(part for part in detail["loc"] if part not in _UNION_BRANCHES))
            if detail["type"] == "extra_forbidden":
                self.fail(key_path, unknown_key(model, key_path[len(at) :]))
            elif detail["type"] == "missing":
                missing.append(key_path)
            else:
                self.fail(key_path, value_message(detail))
        if at == () and len(missing) > 1 and all(len(key_path) == 1 for key_path in missing):
            names = ", ".join(str(key_path[0]) for key_path in missing)
            self.fail((), f"{names} are missing; begin with 'extends: blues', or another configuration that has them")
            return
        for key_path in missing:
            self.fail(key_path, "is missing")

    def refuse_field_name(self, value: dict[str, Any], key_path: KeyPath, model: type[BaseModel]) -> None:
        """Refuse ``options``, the name that `with` has in Python: pydantic takes either, and nothing would read it."""
        if "options" in value:
            self.fail((*key_path, "options"), f"unknown key; known: {', '.join(field_names(model, ()))}")

    def find_plugin(self, name: Any, hook: str, key_path: KeyPath) -> Plugin | None:
        if not isinstance(name, str):
            self.fail(key_path, f"expected the name of a plugin (got {short(name)})")
            return None
        if len(name) > (_LONGEST_NAME if name.endswith(".py") else _LONGEST):
            self.fail(key_path, f"expected the name of a plugin (got {len(name)} characters: {short(name)})")
            return None
        folder = self.folder_of(key_path)
        is_file = name.endswith(".py")
        if is_file and not is_there(folder / name):
            self.fail(key_path, f"no plugin file {folder.resolve() / name}")
            return None
        try:
            if is_file and not self.allows(key_path, lambda: code_key(folder / name)):
                self.fail(key_path, f"{name} is a plugin file, which is code; {self.remedy('run it')}")
                return None
            return find(name, hook, folder, self.given)
        except JazzgramError as error:
            self.fail(key_path, str(error))
            return None

    def folder_of(self, key_path: KeyPath) -> Path:
        """Return the folder of the file that a value comes from, so that a parent's paths stay its own."""
        return (self.document.source(key_path).file or self.path).parent

    def check_options(self, plugin: Plugin, given: Any, key_path: KeyPath) -> Options | None:
        if given is None:
            given = {}
        if not isinstance(given, dict):
            self.fail(key_path, f"expected the options of {plugin.name} as keys and values (got {short(given)})")
            return None
        given = self.renamed(plugin, given, key_path)
        try:
            return plugin.options.model_validate(given)
        except ValidationError as error:
            self.report(error, key_path, plugin.options)
            return None

    def renamed(self, plugin: Plugin, given: dict[str, Any], key_path: KeyPath) -> dict[str, Any]:
        """Return the options under their new names, and warn of old ones."""
        names = {old: new for old, new in plugin.options.renamed.items() if old in given}
        for old, new in names.items():
            if new in given:
                self.fail((*key_path, old), f"is the old name of {new}, which is given too; take it out")
                continue
            warning = self.line((*key_path, old), f"is now called {new}; the old name works in this minor version only")
            self.warnings.setdefault(warning, self.document.source((*key_path, old)))
            self.document.copy_sources((*key_path, old), (*key_path, new))
        return {names.get(name, name): value for name, value in given.items()}

    def check_use(self, value: Any, hook: str, key_path: KeyPath) -> Part | None:
        """Resolve ``{use: name, with: {...}}``; `Sections` reports what is wrong with its shape."""
        if not isinstance(value, dict) or "use" not in value:
            return None
        plugin = self.find_plugin(value["use"], hook, (*key_path, "use"))
        if plugin is None:
            return None
        self.refuse_field_name(value, key_path, Use)
        options = self.check_options(plugin, value.get("with"), (*key_path, "with"))
        members = self.check_members(plugin, value.get("with"), hook, (*key_path, "with"))
        if options is None or not all(part for parts in members.values() for part in parts):
            return None
        written = {name: tuple(_written(part) for part in parts if part) for name, parts in members.items()}
        return Part(
            plugin,
            options.model_copy(update=written),
            tuple(part for parts in members.values() for part in parts if part),
        )

    def check_members(self, plugin: Plugin, given: Any, hook: str, key_path: KeyPath) -> dict[str, list[Part | None]]:
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

    def check_parts(self, value: Any, hook: str, within: KeyPath) -> tuple[Part, ...]:
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

    def check_players(self, value: Any) -> tuple[Step, ...]:
        """Resolve the accompanists: the section itself where it is a list, else its ``players``."""
        named, key_path = (value, ("accompany",)) if isinstance(value, list) else (None, ("accompany", "players"))
        if isinstance(value, dict):
            named = value.get("players")
        return players_of(self.check_parts(named, "accompany", key_path))

    def check_corpus(self, value: Any, key_path: KeyPath) -> CorpusPart | None:
        if not isinstance(value, dict) or not isinstance(value.get("source"), str) or "read" not in value:
            return None
        plugin = self.find_plugin(value["read"], "read_corpus", (*key_path, "read"))
        self.refuse_field_name(value, key_path, CorpusSection if key_path[0] == "corpus" else ChartSection)
        options = None if plugin is None else self.check_options(plugin, value.get("with"), (*key_path, "with"))
        below = value.get("fallback")
        fallback = None if below is None else self.check_corpus(below, (*key_path, "fallback"))
        if plugin is None or options is None or (below is not None and fallback is None):
            return None
        source = str(value["source"])
        beside = self.folder_of((*key_path, "source")) / source
        found = str(beside) if is_there(beside) else source
        self.check_source(found, (*key_path, "source"))
        split = self.check_split(value.get("split"), (*key_path, "split"))
        return CorpusPart(Part(plugin, options), found, fallback, split)

    def check_source(self, source: str, key_path: KeyPath) -> None:
        """Check for a file, or for a name in the registry; nothing is downloaded."""
        if is_there(Path(source)):
            return
        source = shortened(source, _LONGEST)
        if "/" in source or "\\" in source or Path(source).suffix:
            self.fail(key_path, f"no such file {source}")
        elif source not in (names := registry()):
            known = ", ".join(names)
            self.fail(key_path, f"no corpus is called {source!r}{did_you_mean(source, names)}; there are: {known}")

    def check_split(self, value: Any, key_path: KeyPath) -> Shares | Path | None:
        """Find a split's file; `Sections` reports what is wrong with shares."""
        if isinstance(value, dict):
            try:
                return Shares.model_validate(value)
            except ValidationError:
                return None
        if not isinstance(value, str):
            return None
        path = self.folder_of(key_path) / value
        if not is_there(path) or not path.is_file():
            self.fail(key_path, f"no such file {self.folder_of(key_path) / shortened(value, _LONGEST)}")
        return path

    def check_steps(self, value: Any, hooks: Sequence[str], key: str) -> tuple[Step, ...]:
        steps: list[Step] = []
        latest = 0
        for number, item in enumerate(value if isinstance(value, list) else ()):
            key_path: KeyPath = (key, number)
            if not isinstance(item, dict):
                self.fail(key_path, f"expected a step such as '{hooks[0]}: name' (got {short(item)})")
                continue
            named = [hook for hook in hooks if hook in item]
            if len(named) != 1:
                if not named and list(item) == ["with"] and number:
                    self.fail(key_path, "options without a step; indent 'with' as far as the step's name above it")
                    continue
                unknown = [str(k) for k in item if k not in (*hooks, "with")]
                hint = did_you_mean(unknown[0], hooks) if unknown else ""
                self.fail(
                    key_path, f"expected one of {', '.join(hooks)} (got {', '.join(map(str, item)) or 'nothing'}){hint}"
                )
                continue
            hook = named[0]
            for extra in (str(k) for k in item if k not in (hook, "with")):
                self.fail((*key_path, extra), f"unknown key{did_you_mean(extra, ('with',))}; known: {hook}, with")
            if key == "chain" and hooks.index(hook) < latest:
                self.fail(
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


def _written(part: Part) -> Use:
    """Write a checked part out, with every option, so that it means the same wherever it is read again."""
    return Use(use=part.plugin.reference, options=part.options.model_dump(mode="json"))


def _in_order(found: Mapping[str, Source]) -> list[str]:
    """Order lines by file and line; those of ``--set`` come first, as they were found."""
    return sorted(found, key=lambda line: (str(found[line].file), found[line].line) if found[line].file else ("", 0))
