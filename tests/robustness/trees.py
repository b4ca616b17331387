"""Edit what is nested: values of YAML and JSON, elements of XML. Each edit leaves a file that its parser reads."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import yaml

NUMBERS = ("0", "-1", "1", "2", "7", "13", "99999", "2147483648", "-0.5", "0.0001", "1e308", "nan", "1/0", "٣", "")
WORDS = ("", "C", "x", "true", "4/4", "Dm7", "N.C.", "a b", "♭", "\u202e", "begin", "stop", "../x", "A" * 400)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2, 10**6, 2**63, 10**30, 0.5, -0.0, 1e308, float("nan"), float("inf")),
    *WORDS,
    *([], {}, [1], ["C"], [[]], {"a": 1}, [None], list(range(300))),
)
"""What stands in the place of any value."""

_Spot = tuple[Any, Any]
"""A list or mapping, and an index or key of it."""


def edit_value(value: Any, rng: random.Random, edits: int) -> Any:
    """Return a copy of a value of lists and mappings with some of its values removed, doubled, swapped or replaced."""
    root = [copy.deepcopy(value)]
    for _ in range(edits):
        if spots := list(_spots(root[0])):
            rng.choice((_replace, _replace, _swap, _remove, _double, _rename))(spots, rng)
        else:
            _replace([(root, 0)], rng)
    return root[0]


def _spots(value: Any) -> Iterator[_Spot]:
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _spots(value[key])


def _replace(spots: list[_Spot], rng: random.Random) -> None:
    where, key = rng.choice(spots)
    like = where[key]
    if isinstance(like, bool | int | float) and rng.random() < 0.5:
        where[key] = rng.choice((like + 1, like - 1, -like, like * 2, like * 1000, float(like), str(like)))
    else:
        # A copy: a later edit would change VALUES, or put a list into itself.
        where[key] = copy.deepcopy(rng.choice(VALUES))


def _swap(spots: list[_Spot], rng: random.Random) -> None:
    (one, here), (other, there) = rng.choice(spots), rng.choice(spots)
    one[here] = copy.deepcopy(other[there])


def _remove(spots: list[_Spot], rng: random.Random) -> None:
    where, key = rng.choice(spots)
    del where[key]


def _double(spots: list[_Spot], rng: random.Random) -> None:
    where, key = rng.choice(spots)
    if isinstance(where, list):
        where[key:key] = [copy.deepcopy(where[key])] * rng.choice((1, 1, 3, 40))
    else:
        where[f"{key}2"] = copy.deepcopy(where[key])


def _rename(spots: list[_Spot], rng: random.Random) -> None:
    named = [(where, key) for where, key in spots if isinstance(where, dict)]
    if named:
        where, key = rng.choice(named)
        where[rng.choice([other for _, other in named])] = where.pop(key)


def mutate_yaml(content: bytes, rng: random.Random, edits: int) -> bytes:
    """Edit the values of a YAML file."""
    edited = edit_value(yaml.safe_load(content), rng, edits)
    return yaml.safe_dump(edited, sort_keys=False, allow_unicode=True).encode("utf-8", "replace")


def mutate_json(content: bytes, rng: random.Random, edits: int) -> bytes:
    """Edit the values of a JSON file."""
    return json.dumps(edit_value(json.loads(content), rng, edits)).encode()


def mutate_json_lines(content: bytes, rng: random.Random, edits: int) -> bytes:
    """Edit a file of one JSON value a line: whole lines, or the values of some of them."""
    lines = content.splitlines()
    for _ in range(edits):
        where = rng.choice((0, rng.randrange(len(lines)))) if lines else 0
        match rng.randrange(8):
            case 0 if lines:
                del lines[where]
            case 1 if lines:
                lines.insert(where, rng.choice(lines))
            case 2 if lines:
                lines[where] = rng.choice(lines)
            case _ if lines:
                lines[where] = mutate_json(lines[where], rng, 1)
    return b"\n".join(lines) + b"\n"


def mutate_xml(content: bytes, rng: random.Random, edits: int) -> bytes:
    """Edit the elements of an XML file: remove, double, swap, move, rename them, change their texts and attributes."""
    root = ElementTree.fromstring(content)
    for _ in range(edits):
        rng.choice(_XML_EDITS)(root, rng)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + bytes(ElementTree.tostring(root, "utf-8"))


_Element = ElementTree.Element


def _child(root: _Element, rng: random.Random) -> tuple[_Element, int]:
    """Choose an element below the root by its tag first, so that rare ones are edited as often as notes are."""
    by_tag: dict[str, list[tuple[_Element, int]]] = {}
    for parent in root.iter():
        for index, child in enumerate(parent):
            by_tag.setdefault(child.tag, []).append((parent, index))
    return rng.choice(by_tag[rng.choice(sorted(by_tag))]) if by_tag else (_grown(root), 0)


def _grown(root: _Element) -> _Element:
    root.append(ElementTree.Element("part"))
    return root


def _xml_remove(root: _Element, rng: random.Random) -> None:
    parent, index = _child(root, rng)
    del parent[index]


def _xml_double(root: _Element, rng: random.Random) -> None:
    parent, index = _child(root, rng)
    for _ in range(rng.choice((1, 1, 2, 30))):
        parent.insert(index, copy.deepcopy(parent[index]))


def _xml_swap(root: _Element, rng: random.Random) -> None:
    (one, here), (other, there) = _child(root, rng), _child(root, rng)
    one[here] = copy.deepcopy(other[there])


def _xml_move(root: _Element, rng: random.Random) -> None:
    parent, index = _child(root, rng)
    element = copy.deepcopy(parent[index])
    del parent[index]
    rng.choice(list(root.iter())).insert(rng.randrange(4), element)


def _xml_rename(root: _Element, rng: random.Random) -> None:
    parent, index = _child(root, rng)
    parent[index].tag = rng.choice(sorted({element.tag for element in root.iter()}))


def _xml_text(root: _Element, rng: random.Random) -> None:
    parent, index = _child(root, rng)
    texts = [element.text or "" for element in root.iter()]
    parent[index].text = rng.choice((rng.choice(NUMBERS), rng.choice(WORDS), rng.choice(texts)))


def _xml_attribute(root: _Element, rng: random.Random) -> None:
    named = [element for element in root.iter() if element.attrib]
    if named:
        element = rng.choice(named)
        name = rng.choice(sorted(element.attrib))
        value = rng.choice((None, rng.choice(NUMBERS), rng.choice(WORDS)))
        if value is None:
            del element.attrib[name]
        else:
            element.set(name, value)


_XML_EDITS: tuple[Callable[[_Element, random.Random], None], ...] = (
    *(_xml_remove, _xml_double, _xml_swap, _xml_move, _xml_rename, _xml_text, _xml_text, _xml_attribute),
)
