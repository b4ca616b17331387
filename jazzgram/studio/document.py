"""What the page may change of a configuration, and the way to YAML and back.

The page knows four sections: ``seed``, ``improvise``, ``samplers`` and ``chain``. What is learned from and by which
model stays as the configuration has it, so that no page can make jazzgram read or run another file.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from jazzgram.config.steps import CHAIN_HOOKS, SAMPLER_HOOKS
from jazzgram.config.yaml_lines import Document as Yaml
from jazzgram.config.yaml_lines import KeyPath, read
from jazzgram.errors import ConfigError, JazzgramError

Document = dict[str, Any]
"""The four sections, as YAML has them."""

SECTIONS = ("seed", "improvise", "samplers", "chain")
IMPROVISE = ("bars", "chords", "meter", "tempo", "title", "reharmonize")
"""The keys of ``improvise`` that the page may set."""

LARGEST = 100_000
"""Characters of a document as JSON or as YAML."""
MOST_STEPS = 64
"""Steps of the samplers and of the chain."""
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""Ten times as fast where PyYAML came with it."""
_HOOKS = {"samplers": SAMPLER_HOOKS, "chain": CHAIN_HOOKS}
_MISTAKE = re.compile(r"(?:--set [\w.]+|[^:]*(?::\d+)?): ((?:\w+)(?:\.[\w ]+)*): (.*)", re.DOTALL)


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong with a document.

    Parameters
    ----------
    place : str
        Keys and numbers that lead to it, joined by dots (``chain.2.with.below``); empty where it is the whole.
    message : str
        A sentence.
    line : int or None
        The line of the YAML it stands on, from 1.
    """

    place: str
    message: str
    line: int | None = None


class DocumentError(JazzgramError):
    """Hold every mistake of a document; at least one."""

    def __init__(self, mistakes: list[Mistake], document: Document | None = None) -> None:
        self.mistakes = mistakes
        self.document = document
        super().__init__("\n".join(f"{each.place}: {each.message}".removeprefix(": ") for each in mistakes))


def from_config(value: dict[str, Any], seed: int) -> Document:
    """Take the page's sections from a whole configuration.

    Parameters
    ----------
    value : dict
        A configuration after ``extends`` and ``--set``.
    seed : int
        Its seed, which it may leave to the default.
    """
    improvise = value.get("improvise") or {}
    return {
        "seed": seed,
        "improvise": {key: improvise[key] for key in IMPROVISE if improvise.get(key) is not None},
        "samplers": [dict(step) for step in value.get("samplers") or []],
        "chain": [dict(step) for step in value.get("chain") or []],
    }


def to_yaml(document: Document) -> str:
    """Write a document as YAML: one line for each step, its options on the next."""
    lines = [f"seed: {_flow(document.get('seed'))}"]
    improvise = document.get("improvise") or {}
    lines.append("improvise:" + ("" if improvise else " {}"))
    lines += [f"  {key}: {_flow(value)}" for key, value in improvise.items()]
    for section in ("samplers", "chain"):
        steps = document.get(section) or []
        lines.append(f"{section}:" + ("" if steps else " []"))
        for step in steps:
            lines += _step_lines(step)
    return "\n".join(lines) + "\n"


def _step_lines(step: Any) -> list[str]:
    if not isinstance(step, dict) or not step:
        return [f"  - {_flow(step)}"]
    lines = []
    for number, (key, value) in enumerate(step.items()):
        if key != "with" or value:
            lines.append(f"  {'- ' if number == 0 else '  '}{_flow(key)}: {_flow(value)}")
    return lines


def _flow(value: Any) -> str:
    if isinstance(value, str) and "\n" in value:
        return json.dumps(value, ensure_ascii=False)  # on one line
    text = yaml.dump(value, Dumper=_DUMPER, default_flow_style=True, allow_unicode=True, width=10**9, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")


def from_yaml(text: str) -> Yaml:
    """Read a document's YAML; a mistake has its line.

    Raises
    ------
    DocumentError
        Where it is no YAML, or too long.
    """
    if len(text) > LARGEST:
        raise DocumentError([Mistake("", f"{len(text):,} characters are more than the {LARGEST:,} that are read")])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "studio.yaml")
        path.write_text(text, encoding="utf-8", errors="replace")
        try:
            return read(path)
        except ConfigError as error:
            mistakes = []
            for line in error.mistakes:
                found = re.match(rf"{re.escape(str(path))}(?::(\d+))?: (.*)", line, re.DOTALL)
                number, message = (found[1], found[2]) if found else (None, line)
                mistakes.append(Mistake("", message, int(number) if number else None))
            raise DocumentError(mistakes) from error


def check_reach(document: Any, own: Collection[str]) -> None:
    """See that a document stays within what the page may change.

    Parameters
    ----------
    document : any
        From the page.
    own : collection of str
        Plugin files that the configuration itself names.

    Raises
    ------
    DocumentError
        With every mistake.
    """
    if not isinstance(document, dict):
        raise DocumentError([Mistake("", f"expected the sections {', '.join(SECTIONS)}")])
    mistakes = [
        Mistake(str(key), "is set where the studio was started, not on the page; known here: " + ", ".join(SECTIONS))
        for key in document
        if key not in SECTIONS
    ]
    improvise = document.get("improvise", {})
    if not isinstance(improvise, dict):
        mistakes.append(Mistake("improvise", "expected keys and values such as 'bars: 8'"))
    else:
        mistakes += [
            Mistake(f"improvise.{key}", "cannot be set on the page; known here: " + ", ".join(IMPROVISE))
            for key in improvise
            if key not in IMPROVISE
        ]
    for section, hooks in _HOOKS.items():
        steps = document.get(section)
        if not isinstance(steps, list):
            mistakes.append(Mistake(section, f"expected a list of steps such as '- {hooks[-1]}: name'"))
            continue
        if len(steps) > MOST_STEPS:
            mistakes.append(Mistake(section, f"{len(steps)} steps are more than the {MOST_STEPS} that are played"))
        mistakes += [
            Mistake(f"{section}.{number}.{hook}", "plugin files are named in the configuration, not on the page")
            for number, step in enumerate(steps)
            if isinstance(step, dict)
            for hook, name in step.items()
            if isinstance(name, str) and hook != "with" and name not in own and (name.endswith(".py") or "/" in name)
        ]
    if mistakes:
        raise DocumentError(mistakes, document if isinstance(document, dict) else None)


def settings(document: Document) -> list[str]:
    """Give a document as ``key.path=value`` settings that are laid over the configuration."""
    values: dict[str, Any] = {key: document[key] for key in ("seed", "samplers", "chain") if key in document}
    improvise = document.get("improvise") or {}
    values |= {f"improvise.{key}": improvise.get(key) for key in IMPROVISE if key != "chords"}
    chords = improvise.get("chords") or "source"
    values["improvise.chords"] = chords
    if chords != "source":
        values["improvise.chart"] = None  # a chart would win over changes that are typed
    return [f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]


def mistakes_of(error: ConfigError, yaml_text: Yaml | None) -> list[Mistake]:
    """Return the mistakes of a configuration by their position on the page.

    Parameters
    ----------
    error : ConfigError
        From checking the settings of a document.
    yaml_text : Document or None
        The YAML that the page sent; None where it sent values.
    """
    found = []
    for line in error.mistakes:
        match = _MISTAKE.fullmatch(line)
        if match is None:
            found.append(Mistake("", line))
            continue
        key_path: KeyPath = tuple(int(part) if part.isdecimal() else part for part in match[1].split("."))
        at = None
        if yaml_text is not None:
            at = yaml_text.source(key_path).line or None
        found.append(Mistake(match[1], match[2], at))
    return found
