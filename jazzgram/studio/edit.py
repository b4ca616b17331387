"""An edit: what the page may change of a configuration, and its conversion to YAML and back.

The page edits ``seed``, ``improvise``, the style of ``accompany``, ``samplers``, ``critics`` and ``chain``. Corpus,
tokenizer and model stay as the configuration has them, so that no page can make jazzgram read or run another file.
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

from jazzgram.config.sections import ImproviseSection
from jazzgram.config.steps import CHAIN_HOOKS, CRITIC_HOOKS, SAMPLER_HOOKS
from jazzgram.config.styles import SOURCE
from jazzgram.config.yaml_lines import Document as Yaml
from jazzgram.config.yaml_lines import KeyPath, read
from jazzgram.errors import ConfigError, JazzgramError

Edit = dict[str, Any]
"""The sections, as YAML has them."""

SECTIONS = ("seed", "improvise", "accompany", "samplers", "critics", "chain")
IMPROVISE = (
    *("choruses", "bars", "chords", "meter", "tempo", "key", "transpose", "instrument"),
    *("title", "reharmonize"),
    *("head", "intro", "ending", "build", "shape", "particles"),
)
"""The keys of ``improvise`` that the page may set; bars, after choruses, override them."""

MOST_CHARACTERS = 100_000
"""Characters of an edit as JSON or as YAML."""
MOST_STEPS = 64
"""Steps of the samplers, of the critics and of the chain."""
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""The C dumper is ten times as fast, where PyYAML was built with it."""
_HOOKS = {"samplers": SAMPLER_HOOKS, "critics": CRITIC_HOOKS, "chain": CHAIN_HOOKS}
_SETTING = re.compile(r"--set ([\w.]+): (.*)", re.DOTALL)
_MISTAKE = re.compile(r"(?:--set [\w.]+|[^:]*(?::\d+)?): ((?:\w+)(?:\.[\w ]+)*): (.*)", re.DOTALL)


@dataclass(frozen=True)
class Mistake:
    """One mistake in an edit.

    Parameters
    ----------
    key_path : str
        Keys and numbers that lead to it, joined by dots (``chain.2.with.below``); empty for the whole edit.
    message : str
        A sentence.
    line : int or None
        Its line in the YAML, from 1.
    """

    key_path: str
    message: str
    line: int | None = None


class EditError(JazzgramError):
    """Every mistake of an edit; at least one."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(f"{each.key_path}: {each.message}".removeprefix(": ") for each in mistakes))


def edit_of(value: dict[str, Any], seed: int) -> Edit:
    """Return the sections of a whole configuration that the page edits.

    Parameters
    ----------
    value : dict
        A configuration after ``extends`` and ``--set``.
    seed : int
        Its seed, which it may leave to the default.

    Returns
    -------
    dict
        Without ``accompany`` where that is a list of players, which has no style to choose.
    """
    improvise, band = value.get("improvise") or {}, value.get("accompany") or {}
    style: Edit = {}
    if not isinstance(band, list):
        style["accompany"] = {"style": band["style"]} if band.get("style") else {}
    return {
        "seed": seed,
        "improvise": {key: improvise[key] for key in IMPROVISE if improvise.get(key) is not None},
        **style,
        "samplers": [dict(step) for step in value.get("samplers") or []],
        "critics": [dict(step) for step in value.get("critics") or []],
        "chain": [dict(step) for step in value.get("chain") or []],
    }


def to_yaml(edit: Edit) -> str:
    """Write an edit as YAML: one line for each step, its options on the next."""
    return "\n".join(line for key in SECTIONS if key in edit for line in section_lines(key, edit[key])) + "\n"


def section_lines(key: str, value: Any) -> list[str]:
    """Return the lines of one section."""
    if key == "improvise":
        return [
            "improvise:" + ("" if value else " {}"),
            *(f"  {name}: {flow(each)}" for name, each in (value or {}).items()),
        ]
    if key in _HOOKS:
        steps = value or []
        return [f"{key}:" + ("" if steps else " []"), *(line for step in steps for line in step_lines(step))]
    return [f"{key}: {flow(value)}"]


def step_lines(step: Any) -> list[str]:
    """Return the lines of one step, indented as in a section."""
    if not isinstance(step, dict) or not step:
        return [f"  - {flow(step)}"]
    lines = []
    for number, (key, value) in enumerate(step.items()):
        if key != "with" or value:
            lines.append(f"  {'- ' if number == 0 else '  '}{flow(key)}: {flow(value)}")
    return lines


def flow(value: Any) -> str:
    """Write a value as YAML on one line."""
    if isinstance(value, str) and "\n" in value:
        return json.dumps(value, ensure_ascii=False)
    text = yaml.dump(value, Dumper=_DUMPER, default_flow_style=True, allow_unicode=True, width=10**9, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")


def from_yaml(text: str) -> Yaml:
    """Read an edit from YAML; a mistake has its line.

    Raises
    ------
    EditError
        Where it is no YAML, or too long.
    """
    if len(text) > MOST_CHARACTERS:
        raise EditError([Mistake("", f"{len(text):,} characters are more than the {MOST_CHARACTERS:,} that are read")])
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
            raise EditError(mistakes) from error


def check_reach(edit: Any, own: Collection[str]) -> None:
    """Check that an edit changes only what the page may change.

    Parameters
    ----------
    edit : any
        From the page.
    own : collection of str
        Plugin files that the configuration itself names.

    Raises
    ------
    EditError
        With every mistake.
    """
    if not isinstance(edit, dict):
        raise EditError([Mistake("", f"expected the sections {', '.join(SECTIONS)}")])
    mistakes = [
        Mistake(str(key), "is set where the studio was started, not on the page; known here: " + ", ".join(SECTIONS))
        for key in edit
        if key not in SECTIONS
    ]
    improvise = edit.get("improvise", {})
    if not isinstance(improvise, dict):
        mistakes.append(Mistake("improvise", "expected keys and values such as 'bars: 8'"))
    else:
        mistakes += [
            Mistake(f"improvise.{key}", "cannot be set on the page; known here: " + ", ".join(IMPROVISE))
            for key in improvise
            if key not in IMPROVISE
        ]
    band = edit.get("accompany", {})
    if not isinstance(band, dict) or set(band) - {"style"}:
        mistakes.append(Mistake("accompany", "of the band only its style is set on the page, such as {style: bossa}"))
    for section, hooks in _HOOKS.items():
        steps = edit.get(section, [] if section == "critics" else None)
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
        raise EditError(mistakes)


def settings_of(edit: Edit) -> list[str]:
    """Return an edit as ``key.path=value`` settings that override the configuration."""
    values: dict[str, Any] = {"critics": []} | {key: edit[key] for key in ("seed", *_HOOKS) if key in edit}
    improvise = edit.get("improvise") or {}
    fields = ImproviseSection.model_fields
    values |= {f"improvise.{key}": improvise.get(key, fields[key].default) for key in IMPROVISE if key != "chords"}
    if "accompany" in edit:
        values["accompany.style"] = edit["accompany"].get("style") or SOURCE
    chords = improvise.get("chords") or "source"
    values["improvise.chords"] = chords
    if chords != "source":
        values["improvise.chart"] = None  # a chart would override typed changes
    return [f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]


def mistakes_of(error: ConfigError, yaml_text: Yaml | None) -> list[Mistake]:
    """Return the mistakes of a configuration by their key path in the edit.

    Parameters
    ----------
    error : ConfigError
        From checking the settings of an edit.
    yaml_text : Document or None
        The YAML that the page sent; None where it sent values.
    """
    found = []
    for line in error.mistakes:
        match = _MISTAKE.fullmatch(line) or _SETTING.fullmatch(line)
        if match is None:
            found.append(Mistake("", line))
            continue
        key_path: KeyPath = tuple(int(part) if part.isdecimal() else part for part in match[1].split("."))
        line_number = None if yaml_text is None else yaml_text.source(key_path).line or None
        found.append(Mistake(match[1], match[2], line_number))
    return found
