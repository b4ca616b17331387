"""Read and write the text of a ``.grammar`` file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from jazzgram.errors import JazzgramError
from jazzgram.models.grammars.durations import format_duration, format_fractions, parse_duration
from jazzgram.models.grammars.values import Call, Group, Item, MelodyGrammar, Rule, Tone, Tree

_TOKEN = re.compile(r"\s+|;[^\n]*|//[^\n]*|/\*.*?\*/|(?P<paren>[()])|(?P<atom>[^\s();]+)", re.DOTALL)
_TONE = re.compile(r"(?P<kind>[CLSAHXYGR])(?P<duration>\d[\d/.+]*)")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_MOST_CHARACTERS = 64 << 20
_DEEPEST = 64
_OPERATORS = ("+", "-", "*", "/")
_LINE = re.compile(r"[-=_*~#]+")
"""A line drawn between rules."""
_READ_OVER = ("terminals",)
"""Lists that say nothing which the rules do not say."""


@dataclass(frozen=True, slots=True)
class _Node:
    """An S-expression and the line where it begins."""

    line: int
    value: str | list[_Node]

    @property
    def head(self) -> str:
        """The first atom of a list; empty where there is none."""
        return self.value[0].value if isinstance(self.value, list) and self.value and _is_atom(self.value[0]) else ""  # type: ignore[return-value]


def _is_atom(node: _Node) -> bool:
    return isinstance(node.value, str)


def parse_grammar(text: str, name: str = "grammar") -> MelodyGrammar:
    """Read a grammar.

    Parameters
    ----------
    text : str
        The content of a ``.grammar`` file: lists that begin with ``parameter``, ``startsymbol``, ``rule`` or ``base``.
        Comments begin with ``;`` or ``//``, or are between ``/*`` and ``*/``. Read over are ``(terminals ...)``, lines
        of dashes and the title below one; with a remark the rules of motifs, and other lists unless they look like
        rules. Of a ``muse-switch``, which a headset controls, the default is played, with a remark.
    name : str
        The file's name, for messages.

    Raises
    ------
    JazzgramError
        With the line, what was found there and what was expected.

    Examples
    --------
    >>> grammar = parse_grammar("(startsymbol P) (base (P 0) () 1) (rule (P Y) (C8 (slope 1 2 S8/3) (P (- Y 100))) 2)")
    >>> grammar.rules[1].body[1]
    Group(name='slope', numbers=(1, 2), tones=(Tone(kind='S', duration=160, degree=''),), arguments=())
    """
    return _Reader(name).grammar(text)


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name
        self._remarks: list[str] = []

    def _wrong(self, node_or_line: _Node | int, found: str, expected: str) -> JazzgramError:
        line = node_or_line if isinstance(node_or_line, int) else node_or_line.line
        return JazzgramError(f"{self._name}:{line}: {found}; expected {expected}")

    def _nodes(self, text: str) -> Iterator[_Node]:
        """Yield the lists of the text one by one; a stack instead of recursion allows any depth."""
        if len(text) > _MOST_CHARACTERS:
            raise self._wrong(1, f"{len(text):,} characters", f"a grammar of at most {_MOST_CHARACTERS:,}")
        open_lists: list[_Node] = []
        at, line, titled = 0, 1, False
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:  # the pattern matches all but the start of an unfinished comment
                raise self._wrong(line, "a comment without an end", "*/")
            word = match["paren"] or match["atom"]
            if word == "(":
                if len(open_lists) == _DEEPEST:
                    raise self._wrong(line, "lists nested too deep", f"at most {_DEEPEST} levels")
                open_lists.append(_Node(line, []))
                titled = False
            elif word == ")":
                if not open_lists:
                    raise self._wrong(line, "a ')' too many", "'(' before it")
                done = open_lists.pop()
                if not open_lists:
                    yield done
                else:
                    open_lists[-1].value.append(done)  # type: ignore[union-attr]
            elif word:
                if word.startswith("/*"):
                    raise self._wrong(line, "a comment without an end", "*/")
                if open_lists:
                    open_lists[-1].value.append(_Node(line, word))  # type: ignore[union-attr]
                elif _LINE.fullmatch(word):
                    titled = True
                elif not titled:
                    raise self._wrong(line, f"{word[:40]!r} outside of any list", "(rule ...), or another list")
            line += text.count("\n", at, match.end())
            at = match.end()
        if open_lists:
            raise self._wrong(open_lists[-1], "a '(' that is never closed", "a ')' for each '('")

    def grammar(self, text: str) -> MelodyGrammar:
        start: str | None = None
        rules: list[Rule] = []
        parameters: list[tuple[str, tuple[Tree, ...]]] = []
        motifs: dict[str, str] = {}
        for node in self._nodes(text):
            parts: list[_Node] = node.value  # type: ignore[assignment]
            if node.head in ("rule", "base"):
                if (fill := _fill(parts)) is None:
                    rules.append(self._rule(node, parts))
                else:
                    motifs.setdefault(_name(parts[1]), fill)
                    self._remarks.append(f"{self._name}:{node.line}: a motif is not played: {_shown(node)}")
            elif node.head == "startsymbol":
                if len(parts) != 2 or not _is_atom(parts[1]):
                    raise self._wrong(node, _shown(node), "(startsymbol NAME)")
                start = str(parts[1].value)
            elif node.head == "parameter":
                if len(parts) != 2 or not parts[1].head:
                    raise self._wrong(node, _shown(node), "(parameter (NAME VALUE))")
                parameters.append((parts[1].head, tuple(map(_tree, parts[1].value[1:]))))  # type: ignore[arg-type]
            elif node.head in _READ_OVER:
                continue
            elif not node.head or _like_a_rule(parts):
                raise self._wrong(node, _shown(node), "a list of parameter, startsymbol, rule or base")
            else:
                self._remarks.append(f"{self._name}:{node.line}: an unknown list is read over: {_shown(node)}")
        if start is None:
            raise self._wrong(1, "no start symbol", "(startsymbol NAME)")
        if start in motifs and all(rule.head.name != start for rule in rules):
            start = motifs[start]  # without its motifs, such a grammar is the one that fills the time between them
        return MelodyGrammar(start, tuple(rules), tuple(parameters), tuple(self._remarks))

    def _rule(self, node: _Node, parts: list[_Node]) -> Rule:
        if len(parts) < 3 or _is_atom(parts[2]) or not (_is_atom(parts[1]) or parts[1].head):
            raise self._wrong(node, _shown(node), "(rule (NAME ARGUMENTS) (BODY) WEIGHT)")
        head = self._call(parts[1])
        if any(not isinstance(argument, str) for argument in head.arguments):
            raise self._wrong(parts[1], _shown(parts[1]), "numbers and variables in a rule's head")
        extras, weight = parts[3:], 1.0
        if extras and _is_atom(extras[-1]):
            found = str(extras[-1].value)
            weight = float(found) if _NUMBER.fullmatch(found) else -1.0
            if not 0 <= weight < math.inf:
                raise self._wrong(extras[-1], f"weight {found[:40]!r}", "a number from 0 up")
            extras = extras[:-1]
        if any(map(_is_atom, extras)):
            raise self._wrong(node, _shown(node), "only lists between a rule's body and its weight")
        body = tuple(self._item(item) for item in parts[2].value)  # type: ignore[arg-type]
        return Rule(head, body, weight, node.head == "base", tuple(map(_tree, extras)))

    def _item(self, node: _Node) -> Item:
        if _is_atom(node):
            return self._tone(node) if _like_a_tone(str(node.value)) else self._call(node)
        if node.head == "X":
            return self._tone(node)
        parts: list[_Node] = node.value[1:]  # type: ignore[assignment]
        if node.head == "slope":
            numbers = [self._semitones(node, part) for part in parts[:2]]
            if len(numbers) < 2 or numbers[0] > numbers[1]:
                raise self._wrong(node, _shown(node), "(slope LOW HIGH TONES) with LOW at most HIGH")
            return Group("slope", tuple(numbers), tuple(self._tone(part) for part in parts[2:]))
        if node.head == "triadic":
            count = next((index for index, part in enumerate(parts) if not _is_argument(part)), len(parts))
            arguments = tuple(str(part.value) for part in parts[:count])
            return Group("triadic", (), tuple(self._tone(part) for part in parts[count:]), arguments)
        return self._item(self._switched(node, parts)) if node.head == "muse-switch" else self._call(node)

    def _switched(self, node: _Node, parts: list[_Node]) -> _Node:
        """Return what ``(muse-switch 1 ((default NAME) (0 NAME)))`` stands for without a headset: its default."""
        listed: list[_Node] = parts[1].value if len(parts) == 2 and not _is_atom(parts[1]) else []  # type: ignore[assignment]
        cases = [part.value for part in listed]
        pairs = {_text(_tree(case[0])): case[1] for case in cases if isinstance(case, list) and len(case) == 2}
        if not pairs or len(pairs) < len(cases):
            raise self._wrong(node, _shown(node), "(muse-switch NUMBER ((default NAME) (0 NAME) ...))")
        chosen = pairs.get("default", next(iter(pairs.values())))
        self._remarks.append(f"{self._name}:{node.line}: no headset; always played is {_shown(chosen)}")
        return chosen

    def _semitones(self, group: _Node, node: _Node) -> int:
        text = str(node.value) if _is_atom(node) else ""
        if not re.fullmatch(r"-?\d{1,3}", text):
            raise self._wrong(group, _shown(group), "(slope LOW HIGH TONES) with whole numbers of semitones")
        return int(text)

    def _tone(self, node: _Node) -> Tone:
        kind, degree, duration = "", "", ""
        if _is_atom(node):
            match = _TONE.fullmatch(str(node.value))
            if match is not None:
                kind, duration = match["kind"], match["duration"]
        elif node.head == "X" and len(node.value) == 3 and all(map(_is_atom, node.value)):  # type: ignore[arg-type]
            kind, degree, duration = (str(part.value) for part in node.value)  # type: ignore[union-attr]
        if not kind:
            raise self._wrong(node, _shown(node), "a tone such as C8, S8/3, X4+8, R2, or (X b3 8)")
        try:
            return Tone(kind, parse_duration(duration), degree)
        except ValueError as error:
            raise self._wrong(node, _shown(node), f"a duration ({error})") from None

    def _call(self, node: _Node) -> Call:
        name = str(node.value) if _is_atom(node) else node.head
        arguments: list[_Node] = [] if _is_atom(node) else node.value[1:]  # type: ignore[assignment]
        if not name or _NUMBER.fullmatch(name):
            raise self._wrong(node, _shown(node), "a symbol, or a list that begins with one")
        for argument in arguments:
            self._check_expression(argument)
        return Call(name, tuple(map(_tree, arguments)))

    def _check_expression(self, node: _Node) -> None:
        if _is_atom(node):
            return
        if node.head not in _OPERATORS or len(node.value) != 3:
            raise self._wrong(node, _shown(node), "a number, a variable, or (- Y 480) with + - * or /")
        for part in node.value[1:]:
            self._check_expression(part)  # type: ignore[arg-type]  # as deep as the lists are


def _like_a_tone(name: str) -> bool:
    return name[0] in "CLSAHXYGR" and name[1:2].isdigit()


def _is_argument(node: _Node) -> bool:
    """Check whether an element of a group is none of its tones."""
    return _is_atom(node) and not _like_a_tone(str(node.value))


def _name(node: _Node) -> str:
    return str(node.value) if _is_atom(node) else node.head


def _like_a_rule(parts: list[_Node]) -> bool:
    """Check whether a list is built as rules are, so that its first word may be a slip."""
    return len(parts) > 2 and not _is_atom(parts[1]) and not _is_atom(parts[2])


def _fill(parts: list[_Node]) -> str | None:
    """Return of a rule with ``(fill N (SYMBOL ...))``, which places motifs, the symbol; None of any other."""
    body = parts[2].value if len(parts) > 2 and not _is_atom(parts[2]) else []
    fills = [item for item in body if isinstance(item, _Node) and item.head == "fill"]
    return _name(fills[0].value[-1]) if fills else None  # type: ignore[arg-type]


def _tree(node: _Node) -> Tree:
    return node.value if isinstance(node.value, str) else tuple(map(_tree, node.value))


def _shown(node: _Node) -> str:
    text = _text(_tree(node))
    return text if len(text) <= 60 else text[:57] + "..."


def _text(tree: Tree) -> str:
    return tree if isinstance(tree, str) else f"({' '.join(map(_text, tree))})"


def format_grammar(grammar: MelodyGrammar) -> str:
    """Write a grammar; `parse_grammar` reads the same value from it.

    Raises
    ------
    JazzgramError
        Where a tone's duration is no note value (see `format_duration`).

    Examples
    --------
    >>> print(format_grammar(parse_grammar("(startsymbol P)(rule (P Y) ((slope -2 -1 C4+8 A8)) 0.5)")), end="")
    (startsymbol P)
    (rule (P Y) ((slope -2 -1 C4. A8)) 0.5)
    """
    lines = [f"(parameter ({' '.join((name, *map(_text, values)))}))" for name, values in grammar.parameters]
    lines.append(f"(startsymbol {grammar.start})")
    for rule in grammar.rules:
        head = f"({' '.join((rule.head.name, *map(_text, rule.head.arguments)))})"
        extras = "".join(f" {_text(extra)}" for extra in rule.extras)
        body = " ".join(map(_item_text, rule.body))
        lines.append(f"({'base' if rule.base else 'rule'} {head} ({body}){extras} {rule.weight!r})")
    return "\n".join(lines) + "\n"


def _item_text(item: Item) -> str:
    if isinstance(item, Call):
        alone = not item.arguments and not _like_a_tone(item.name)
        return item.name if alone else f"({' '.join((item.name, *map(_text, item.arguments)))})"
    if isinstance(item, Group):
        return f"({' '.join((item.name, *map(str, item.numbers), *item.arguments, *map(_item_text, item.tones)))})"
    try:
        duration = format_duration(item.duration)
    except ValueError:
        try:
            duration = format_fractions(item.duration)
        except ValueError as error:
            raise JazzgramError(f"a grammar cannot hold a tone of this length: {error}") from None
    return f"(X {item.degree} {duration})" if item.degree else f"{item.kind}{duration}"
