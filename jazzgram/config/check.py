"""Configurations: YAML in, a checked description of one pipeline out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from jazzgram.config.charts import chart_mistakes, known_bars, text_mistakes
from jazzgram.config.config import Config, CorpusPart, Part, players_of
from jazzgram.config.files import is_there, read_document
from jazzgram.config.instrument import RANGE_HOOK, RANGE_PLUGIN, within_range
from jazzgram.config.mistakes import Mistakes
from jazzgram.config.plugin_check import PluginCheck
from jazzgram.config.sections import ChartSection, CorpusSection, LiveSection, Sections
from jazzgram.config.shares import Shares
from jazzgram.config.steps import CHAIN_HOOKS, CRITIC_HOOKS, SAMPLER_HOOKS, Step, check_promises, leading_critic
from jazzgram.config.trust import address_key
from jazzgram.config.yaml_lines import Document, KeyPath
from jazzgram.errors import ConfigError, did_you_mean
from jazzgram.resources.printable import shortened
from jazzgram.resources.registry import registry


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
    """Check the sections of one document, and resolve its parts."""

    def __init__(
        self, document: Document, path: Path, given: tuple[ModuleType, ...], trust: bool, reads_chart: bool
    ) -> None:
        self.document = document
        self.path = path
        self.reads_chart = reads_chart
        self.mistakes = Mistakes(document, path)
        self.plugins = PluginCheck(self.mistakes, given, trust)

    def check(self) -> Config:
        """Return the checked configuration, or raise ConfigError with every mistake."""
        try:
            sections: Sections | None = Sections.model_validate(self.document.value)
        except ValidationError as error:
            self.mistakes.report(error, (), Sections)
            sections = None
        value = self.document.value
        corpus = self.check_corpus(value.get("corpus"), ("corpus",))
        improvise = value.get("improvise")
        chart_value = improvise.get("chart") if isinstance(improvise, dict) else None
        chart = self.check_corpus(chart_value, ("improvise", "chart"))
        given = self.check_given(improvise)
        if self.reads_chart and chart is not None and isinstance(chart_value, dict):
            for key, mistake in chart_mistakes(chart, chart_value.get("tune")):
                self.mistakes.fail(("improvise", "chart", key), mistake)
        tokenizer = self.plugins.check_use(value.get("tokenizer"), "parse_melody", ("tokenizer",))
        if tokenizer is not None and "unparse_grammar" not in tokenizer.plugin.hooks:
            self.mistakes.fail(
                ("tokenizer",), f"{tokenizer.plugin.name} does not implement unparse_grammar, the way back to notes"
            )
        model = self.plugins.check_use(value.get("model"), "build_model", ("model",))
        samplers = self.plugins.check_steps(value.get("samplers"), SAMPLER_HOOKS, "samplers")
        critics = self.plugins.check_steps(value.get("critics"), CRITIC_HOOKS, "critics")
        critics += self.check_shape(improvise, len(critics))
        critics += self.check_keep(improvise, critics)
        chain = self.plugins.check_steps(value.get("chain"), CHAIN_HOOKS, "chain")
        metrics = self.plugins.check_parts(value.get("measure"), "measure", ("measure",))
        live = value.get("live")
        respond = live.get("respond", LiveSection.model_fields["respond"].default) if isinstance(live, dict) else []
        responders = self.plugins.check_parts(respond, "respond", ("live", "respond"))
        writers = self.plugins.check_parts(
            value.get("write", Sections.model_fields["write"].default), "write_solo", ("write",)
        )
        players = self.check_players(value.get("accompany"))
        whole = bool(samplers) and len(samplers) == len(value.get("samplers") or ())
        if whole and [number for number, step in enumerate(samplers, 1) if step.hook == "sample"] != [len(samplers)]:
            self.mistakes.fail(("samplers",), "expected one 'sample' step, the last of the list")
        if isinstance(improvise, dict) and (mistake := text_mistakes(improvise)):
            self.mistakes.fail(("improvise", "chords"), mistake)
        self.check_critics(sections, critics)
        self.check_address(sections)
        if tokenizer is not None:
            for step, problem in check_promises(tokenizer.plugin, chain):
                self.mistakes.fail(("chain", chain.index(step)), problem)
        instrument = sections.improvise.instrument if sections is not None else None
        if instrument:
            plugin = self.plugins.find_plugin(RANGE_PLUGIN, RANGE_HOOK, ("improvise", "instrument"))
            chain = chain if plugin is None else within_range(chain, plugin, instrument)
        if self.mistakes.found:
            raise ConfigError(self.mistakes.found)
        assert sections is not None and corpus is not None and tokenizer is not None and model is not None
        return Config(
            path=self.path,
            document=self.document,
            sections=sections,
            corpus=corpus,
            tokenizer=tokenizer,
            model=model,
            samplers=samplers,
            chain=chain,
            critics=critics,
            metrics=metrics,
            writers=writers,
            players=players,
            chart=chart,
            given=given,
            warnings=tuple(self.mistakes.warnings),
            responders=responders,
        )

    def check_given(self, improvise: Any) -> CorpusPart | Path | None:
        """Find the file or the run's folder of the given melody, and check what depends on it."""
        if not isinstance(improvise, dict):
            return None
        value = improvise.get("given")
        if value is None:
            for key in ("keep", "vary"):
                if improvise.get(key) not in (None, []):
                    self.mistakes.fail(
                        ("improvise", key), "says what becomes of a given melody; name one with improvise.given"
                    )
            return None
        if improvise.get("feedback") == "soft" or improvise.get("restart"):
            self.mistakes.fail(
                ("improvise", "given"), "expected feedback: one_hot and restart: false, to go on from given bars"
            )
        if not isinstance(value, str):
            return self.check_corpus(value, ("improvise", "given"))
        folder = self.mistakes.folder_of(("improvise", "given")) / value
        found = folder if is_there(folder) else Path(value)
        if not is_there(found) or not found.is_dir():
            self.mistakes.fail(
                ("improvise", "given"),
                f"no such folder {shortened(value)}; expected the folder of a run, or a file with its reader:"
                " {read: midi, source: solo.mid}",
            )
            return None
        return found

    def check_shape(self, improvise: Any, before: int) -> tuple[Step, ...]:
        """Return the critics that follow the curves of ``improvise.shape``."""
        shape = improvise.get("shape") if isinstance(improvise, dict) else None
        bars = known_bars(improvise) if shape else None
        found = []
        for number, (name, curve) in enumerate(shape.items() if isinstance(shape, dict) else (), before + 1):
            key_path = ("improvise", "shape", name)
            plugin = self.plugins.find_plugin(name, CRITIC_HOOKS[0], key_path)
            if plugin is None:
                continue
            if "curve" not in plugin.options.model_fields:
                self.mistakes.fail(key_path, f"{plugin.name} follows no curve; name it under critics")
                continue
            if bars and isinstance(curve, list) and curve and bars % len(curve):
                length = f"a curve of {len(curve)} values over {bars} bars"
                self.mistakes.fail(key_path, f"{length}: expected a number that divides the bars")
            try:
                options = plugin.options.model_validate({"curve": curve})
            except ValidationError as error:
                self.mistakes.report(error, key_path, plugin.options, given=("curve",))
                continue
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
            self.mistakes.fail(("improvise", "feedback"), "critics choose between terms: expected one_hot (got soft)")
        if sections.improvise.restart:
            self.mistakes.fail(
                ("improvise", "restart"), "critics follow a line over its barlines: expected false (got true)"
            )

    def check_address(self, sections: Sections | None) -> None:
        """Check that a Dask scheduler, which exchanges pickles, is the user's own choice."""
        address = None if sections is None else sections.execution.address
        key_path = ("execution", "address")
        if address is not None and not self.plugins.allows(key_path, lambda: address_key(address)):
            self.mistakes.fail(
                key_path, f"{address} is a Dask scheduler, which can run code here; {self.plugins.remedy('connect')}"
            )

    def check_players(self, value: Any) -> tuple[Step, ...]:
        """Resolve the accompanists: the section itself where it is a list, else its ``players``."""
        named, key_path = (value, ("accompany",)) if isinstance(value, list) else (None, ("accompany", "players"))
        if isinstance(value, dict):
            named = value.get("players")
        return players_of(self.plugins.check_parts(named, "accompany", key_path))

    def check_corpus(self, value: Any, key_path: KeyPath) -> CorpusPart | None:
        """Resolve a reader with its source, its fallback and its split; None where that cannot be."""
        if not isinstance(value, dict) or not isinstance(value.get("source"), str) or "read" not in value:
            return None
        plugin = self.plugins.find_plugin(value["read"], "read_corpus", (*key_path, "read"))
        self.mistakes.refuse_field_name(value, key_path, CorpusSection if key_path[0] == "corpus" else ChartSection)
        options = None if plugin is None else self.plugins.check_options(plugin, value.get("with"), (*key_path, "with"))
        below = value.get("fallback")
        fallback = None if below is None else self.check_corpus(below, (*key_path, "fallback"))
        if plugin is None or options is None or (below is not None and fallback is None):
            return None
        source = str(value["source"])
        beside = self.mistakes.folder_of((*key_path, "source")) / source
        found = str(beside) if is_there(beside) else source
        self.check_source(found, (*key_path, "source"))
        split = self.check_split(value.get("split"), (*key_path, "split"))
        return CorpusPart(Part(plugin, options), found, fallback, split)

    def check_source(self, source: str, key_path: KeyPath) -> None:
        """Check for a file, or for a name in the registry; nothing is downloaded."""
        if is_there(Path(source)):
            return
        source = shortened(source)
        if "/" in source or "\\" in source or Path(source).suffix:
            self.mistakes.fail(key_path, f"no such file {source}")
        elif source not in (names := registry()):
            known = ", ".join(names)
            self.mistakes.fail(
                key_path, f"no corpus is called {source!r}{did_you_mean(source, names)}; there are: {known}"
            )

    def check_split(self, value: Any, key_path: KeyPath) -> Shares | Path | None:
        """Find a split's file; `Sections` reports what is wrong with shares."""
        if isinstance(value, dict):
            try:
                return Shares.model_validate(value)
            except ValidationError:
                return None
        if not isinstance(value, str):
            return None
        path = self.mistakes.folder_of(key_path) / value
        if not is_there(path) or not path.is_file():
            self.mistakes.fail(key_path, f"no such file {self.mistakes.folder_of(key_path) / shortened(value)}")
        return path
