"""An edit written into a YAML text that has comments: what the edit leaves alone stays letter by letter.

Sections and steps are blocks of lines: the comments above a step, in it and behind it move with it. Only within a
block that has changed ruamel.yaml sets the values, which keeps comments where PyYAML drops them. It attaches the
comments above a step to the step before, and would leave them there when the step moves.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from jazzgram.config.yaml_lines import compose, parse_scalar
from jazzgram.studio.edit import MOST_CHARACTERS, SECTIONS, Edit, flow, section_lines, step_lines, to_yaml

_UNREADABLE = (yaml.YAMLError, ValueError, LookupError, TypeError, RecursionError)
"""What a text raises that is no block of sections."""
_LISTS = ("samplers", "critics", "chain")


@dataclass(frozen=True)
class _Block:
    """The lines of a section or a step: its comments above, its own, and indented comments behind the last step."""

    value: Any
    above: tuple[str, ...]
    own: tuple[str, ...]
    below: tuple[str, ...] = ()


def rewrite(text: str, edit: Edit) -> str:
    """Return a YAML text with the values of an edit, and with its own comments.

    Parameters
    ----------
    text : str
        The text before the edit; empty for none.
    edit : dict
        The sections, of plain values.

    Returns
    -------
    str
        YAML with exactly these values. A section in flow style (``chain: [...]``) that has changed is written anew,
        as is all of a text that is no YAML, has aliases or is longer than `MOST_CHARACTERS`.
    """
    if not text.strip():
        return to_yaml(edit)
    try:
        written = "".join(f"{line}\n" for line in _sections(text, edit))
        if _plain(parse_scalar(written)) == _plain(edit):
            return written
    except _UNREADABLE:
        pass
    return to_yaml(edit)


def own_sections(text: str) -> str:
    """Return the sections of a configuration's text that the studio edits; empty where it is not a block of them.

    Examples
    --------
    >>> print(own_sections("# Mine.\\nextends: blues\\n# Low.\\nseed: 3  # a good one\\nwrite: [midi]\\n"), end="")
    # Low.
    seed: 3  # a good one
    """
    try:
        blocks = _top_level(text)
    except _UNREADABLE:
        return ""
    kept = (block for key, block in blocks.items() if key in SECTIONS)
    return "".join(f"{line}\n" for block in kept for line in (*block.above, *block.own, *block.below))


def _plain(value: Any) -> str:
    """Write a value so that 1 and True differ, and 1 and 1.0 do not."""
    return json.dumps(_whole(value), sort_keys=True, default=str)


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _whole(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _sections(text: str, edit: Edit) -> Iterator[str]:
    blocks = _top_level(text)
    for key in (*blocks, *(key for key in edit if key not in blocks)):
        block = blocks.get(key)
        if key not in edit:
            continue
        if block is None:
            yield from section_lines(key, edit[key])
        elif _plain(block.value.get(key)) == _plain(edit[key]):
            yield from (*block.above, *block.own, *block.below)
        else:
            yield from block.above
            yield from _steps(key, block, edit[key]) if key in _LISTS else _updated(block.own, {key: edit[key]})
            yield from block.below


def _top_level(text: str) -> dict[str, _Block]:
    """Return the sections of a text by their keys."""
    if len(text) > MOST_CHARACTERS:
        raise ValueError("more than anybody edits in a page")
    lines = text.splitlines()
    root = compose(text)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise ValueError("no block of sections")
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
        raise ValueError("aliases, which may stand for more values than there is memory for")
    values = parse_scalar(text)
    found = {}
    begin = 0
    nodes = [(key, value, key.start_mark.line) for key, value in root.value]
    for number, (key, value, line) in enumerate(nodes):
        last = max(line, _last_line(value))
        following = nodes[number + 1][2] if number + 1 < len(nodes) else len(lines)
        end = last + 1
        while end < following and lines[end][:1] in (" ", "\t"):  # indented comments belong to this section
            end += 1
        own, below = lines[line : last + 1], lines[last + 1 : end]
        found[key.value] = _Block({key.value: values[key.value]}, tuple(lines[begin:line]), tuple(own), tuple(below))
        begin = end
    if begin < len(lines):  # comments at the end
        last_key = nodes[-1][0].value
        block = found[last_key]
        found[last_key] = _Block(block.value, block.above, block.own, (*block.below, *lines[begin:]))
    return found


def _last_line(node: yaml.Node) -> int:
    """Return the last line of a node, from 0, without the comments that follow it."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return max(_last_line(part) for part in node.value[-1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _last_line(node.value[-1])
    mark = node.end_mark
    return int(mark.line) - (mark.column == 0 and mark.line > node.start_mark.line)


def _steps(key: str, block: _Block, steps: Sequence[Any]) -> Iterator[str]:
    """Write a list of steps with those of the block that are still in it."""
    root = compose("\n".join(block.own))
    node = root.value[0][1] if isinstance(root, yaml.MappingNode) else None
    if not isinstance(node, yaml.SequenceNode) or node.flow_style or not steps:
        yield from section_lines(key, steps)
        return
    first, old = _items(block, node)
    yield from block.own[:first]
    indent = len(old[0].own[0]) - len(old[0].own[0].lstrip())
    for step, item in zip(steps, _matched(old, steps), strict=True):
        if item is None:
            yield from (" " * indent + line[2:] for line in step_lines(step))
            continue
        yield from item.above
        if _plain(item.value) == _plain(step):
            yield from item.own
        else:
            dedented = [line[indent + 2 :] for line in item.own]
            inner = _updated(dedented, step)
            yield from (" " * indent + ("- " if number == 0 else "  ") + line for number, line in enumerate(inner))


def _items(block: _Block, node: yaml.SequenceNode) -> tuple[int, list[_Block]]:
    """Return the line of a section where its first step begins, with the comments above, and the steps."""
    lines = block.own
    values = next(iter(block.value.values()))
    begin = first = node.value[0].start_mark.line
    while first > 1 and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    begin = first
    found = []
    for value, item in zip(values, node.value, strict=True):
        start, last = item.start_mark.line, _last_line(item)
        if not lines[start].lstrip().startswith("- "):
            raise ValueError("a step whose dash is on another line")
        found.append(_Block(value, tuple(lines[begin:start]), tuple(lines[start : last + 1])))
        begin = last + 1
    return first, found


def _matched(old: Sequence[_Block], steps: Sequence[Any]) -> list[_Block | None]:
    """Return for each step the block that it was: one with the same values, or else of the same plugin."""
    free = list(old)
    found: list[_Block | None] = [None] * len(steps)

    def take(is_same: Any) -> None:
        for number, step in enumerate(steps):
            match = next((block for block in free if is_same(block.value, step)), None)
            if found[number] is None and match is not None:
                free.remove(match)
                found[number] = match

    take(lambda value, step: _plain(value) == _plain(step))
    take(lambda value, step: _plain(_plugin(value)) == _plain(_plugin(step)))
    return found


def _plugin(step: Any) -> Any:
    return {key: value for key, value in step.items() if key != "with"} if isinstance(step, dict) else step


def _updated(lines: Sequence[str], value: dict[str, Any]) -> list[str]:
    """Return the lines of a mapping with other values."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    editor = YAML()
    editor.preserve_quotes = True
    editor.width = 10**9
    editor.indent(mapping=2, sequence=4, offset=2)
    written = io.StringIO()
    try:
        content = editor.load("\n".join(lines) + "\n")
        _set(content, value)
        editor.dump(content, written)
    except YAMLError as error:
        raise ValueError(str(error)) from error
    return written.getvalue().splitlines()


def _set(content: Any, value: dict[str, Any]) -> None:
    """Set the keys of a mapping of ruamel.yaml; what stays equal stays as it is written."""
    from ruamel.yaml import YAML

    for key in [key for key in content if key not in value]:
        del content[key]
    for key, each in value.items():
        before = content.get(key)
        if isinstance(each, dict) and isinstance(before, dict) and before:
            _set(before, each)
        elif key not in content or _plain(before) != _plain(each):
            content[key] = YAML().load(flow(each))
