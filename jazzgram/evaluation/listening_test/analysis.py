"""The analysis of a listening test: mean ratings with intervals, and a test between each two sources.

Ratings go from 1 to 5, as in the listening test of MINGUS (Madaghiele, Lisena & Troncy, ISMIR 2021), and are compared
by ranks: the step from 1 to 2 need not be as large as that from 4 to 5.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import erfc, isnan, nan, sqrt
from pathlib import Path
from typing import Any

from jazzgram.errors import JazzgramError
from jazzgram.evaluation.reference import Statistic
from jazzgram.resources.plain import plain

ANSWER_COLUMNS = ("test", "listener", "group", "clip", "rating")
"""The header of a file of answers."""
RATINGS = range(1, 6)
ALL_LISTENERS = "all"
"""The group that every listener belongs to."""
_EXACT = 20
"""Ratings of the smaller sample up to which the test is exact, where none is tied."""


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """The sources of the clips of a listening test.

    Parameters
    ----------
    test : str
        The page that the key belongs to.
    sources : dict of str to str
        The source of each clip, by the clip's name.
    """

    test: str
    sources: dict[str, str]

    @classmethod
    def read(cls, path: Path) -> AnswerKey:
        """Read a ``key.json``.

        Raises
        ------
        JazzgramError
            Where it cannot be read or is something else.
        """
        try:
            document: dict[str, Any] = json.loads(plain(path).read_text("utf-8"))
            sources = {name: str(clip["source"]) for name, clip in document["clips"].items()}
            return cls(str(document["test"]), sources)
        except OSError as error:
            raise JazzgramError(f"{path}: cannot be read: {error.strerror}; `jazzgram listen` writes one") from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise JazzgramError(f"{path}: is no key; name the key.json that `jazzgram listen` wrote") from None


@dataclass(frozen=True, slots=True)
class Answer:
    """One rating: a listener, the group the listener belongs to, a clip's source, and 1 to 5."""

    listener: str
    group: str
    source: str
    rating: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sources, compared by Mann and Whitney's test.

    Parameters
    ----------
    first, second : str
        The sources.
    u : float
        Pairs of ratings in which the first's is higher; ties count one half.
    share : float
        `u` of all pairs, 0 to 1: how often the first is preferred; 0.5 for no difference, nan without ratings.
    p : float
        Two-sided: how probable a difference as large is if there is none; nan without ratings.
    """

    first: str
    second: str
    u: float
    share: float
    p: float


@dataclass(frozen=True, slots=True)
class GroupRatings:
    """The ratings of a group of listeners: its size, each source's ratings, and each pair of sources."""

    group: str
    listeners: int
    ratings: dict[str, Statistic]
    comparisons: tuple[Comparison, ...]


def read_answers(paths: Sequence[Path], key: AnswerKey) -> list[Answer]:
    """Read files of answers.

    Parameters
    ----------
    paths : sequence of Path
        CSV files from the page.
    key : AnswerKey
        Of the same page.

    Returns
    -------
    list of Answer
        In the order of the files; empty where they have nothing but a header.

    Raises
    ------
    JazzgramError
        A line for each line that is wrong: a column missing, another test, an unknown clip, a rating that is not 1 to
        5, a listener's second rating of a clip.
    """
    answers: list[Answer] = []
    mistakes: list[str] = []
    rated: dict[tuple[str, str], str] = {}
    for path in paths:
        rows = _rows(path)
        if not rows or tuple(cell.strip() for cell in rows[0][1]) != ANSWER_COLUMNS:
            raise JazzgramError(f"{path}, line 1: found no head; expected {','.join(ANSWER_COLUMNS)}")
        for number, cells in rows[1:]:
            location = f"{path}, line {number}"
            if mistake := _mistake(cells, key):
                mistakes.append(f"{location}: {mistake}")
                continue
            _, listener, group, clip, rating = (cell.strip() for cell in cells)
            if before := rated.get((listener, clip)):
                mistakes.append(f"{location}: listener {listener!r} has rated clip {clip} before ({before})")
                continue
            rated[listener, clip] = location
            answers.append(Answer(listener, group, key.sources[clip], int(rating)))
    if mistakes:
        raise JazzgramError("\n".join(mistakes))
    return answers


def compare_ratings(answers: Sequence[Answer], sources: Sequence[str]) -> list[GroupRatings]:
    """Compare the ratings of all listeners, then of each group, sorted by name, where there is more than one.

    Raises
    ------
    JazzgramError
        Where there is no answer at all.
    """
    if not answers:
        raise JazzgramError("the files hold no rating: rate at least one clip on the page and download the answers")
    groups = sorted({answer.group for answer in answers})
    return [
        _group_ratings(group, [answer for answer in answers if group in (ALL_LISTENERS, answer.group)], sources)
        for group in (ALL_LISTENERS, *(groups if len(groups) > 1 else ()))
    ]


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """Test whether one sample tends to be higher than another.

    ``U`` counts the pairs in which the first is higher, and half of those that tie. Without ties and with no more than
    20 values on the smaller side (and 400 pairs) the probability is exact (Mann & Whitney 1947); otherwise it is that
    of the normal distribution, with the variance corrected for ties,
    ``m n / 12 * (N + 1 - sum(t³ - t) / (N (N - 1)))``, and a continuity of one half (Lehmann, *Nonparametrics*, 1975).

    Parameters
    ----------
    first, second : sequence of float
        Values in any order.

    Returns
    -------
    tuple of float
        ``U`` of the first, and the two-sided probability, at most 1; 1 where all values are equal, nan where a
        sample is empty.

    Examples
    --------
    >>> mann_whitney([4, 5, 6], [1, 2, 3])
    (9.0, 0.1)
    """
    m, n = len(first), len(second)
    u = sum((one > other) + 0.5 * (one == other) for one in first for other in second)
    if not m or not n:
        return 0.0, nan
    ties = Counter((*first, *second)).values()
    total = m + n
    if max(ties) == 1 and min(m, n) <= _EXACT and m * n <= _EXACT**2:
        counts = _arrangements(m, n)
        tail = sum(counts[: round(min(u, m * n - u)) + 1])
        return float(u), min(1.0, 2 * tail / sum(counts))
    variance = m * n / 12 * (total + 1 - sum(t**3 - t for t in ties) / (total * (total - 1)))
    if variance <= 0:
        return float(u), 1.0
    z = max(0.0, abs(u - m * n / 2) - 0.5) / sqrt(variance)
    return float(u), erfc(z / sqrt(2))


def ratings_as_json(ratings_by_group: Sequence[GroupRatings]) -> dict[str, Any]:
    """Return the ratings as JSON; what is not defined is null."""
    return {
        group.group: {
            "listeners": group.listeners,
            "sources": {
                name: {
                    "mean": _number(of.mean),
                    "low": _number(of.low),
                    "high": _number(of.high),
                    "n": of.count,
                }
                for name, of in group.ratings.items()
            },
            "pairs": [
                {"first": pair.first, "second": pair.second, "u": pair.u}
                | {"share": _number(pair.share), "p": _number(pair.p)}
                for pair in group.comparisons
            ],
        }
        for group in ratings_by_group
    }


def ratings_as_markdown(ratings_by_group: Sequence[GroupRatings]) -> str:
    """Return the ratings as Markdown tables: sources by their mean, then pairs."""
    lines = ["# Listening test", ""]
    for group in ratings_by_group:
        lines += [f"## {_cell(group.group)} (listeners: {group.listeners})", ""]
        lines += ["| Source | Mean | 95 % interval | n |", "|---|---:|---:|---:|"]
        for name, of in sorted(group.ratings.items(), key=lambda item: -item[1].mean if item[1].count else 0.0):
            interval = f"{of.low:.2f} to {of.high:.2f}" if of.count else "-"
            lines.append(f"| {_cell(name)} | {_shown(of.mean, 2)} | {interval} | {of.count} |")
        lines += ["", "| Pair | U | First preferred | p |", "|---|---:|---:|---:|"]
        for pair in group.comparisons:
            names = f"{_cell(pair.first)} – {_cell(pair.second)}"
            share = "-" if isnan(pair.share) else f"{pair.share:.0%}"
            lines.append(f"| {names} | {pair.u:g} | {share} | {_shown(pair.p, 4)} |")
        lines.append("")
    return "\n".join(lines)


def _group_ratings(group: str, answers: Sequence[Answer], sources: Sequence[str]) -> GroupRatings:
    ratings: Mapping[str, list[int]] = {
        source: [answer.rating for answer in answers if answer.source == source] for source in sources
    }
    pairs = []
    for first, second in combinations(sources, 2):
        u, p = mann_whitney(ratings[first], ratings[second])
        of = len(ratings[first]) * len(ratings[second])
        pairs.append(Comparison(first, second, u, u / of if of else nan, p))
    listeners = len({answer.listener for answer in answers})
    return GroupRatings(group, listeners, {name: Statistic.of(found) for name, found in ratings.items()}, tuple(pairs))


@cache
def _arrangements(m: int, n: int) -> tuple[int, ...]:
    """Count, for each U from 0 to m n, the orders of m and n different values that have it."""
    if not m or not n:
        return (1,)
    # The highest value is of the first sample, and beats all n of the second, or it is of the second and beats none.
    counts = [0] * (m * n + 1)
    for u, ways in enumerate(_arrangements(m - 1, n)):
        counts[u + n] += ways
    for u, ways in enumerate(_arrangements(m, n - 1)):
        counts[u] += ways
    return tuple(counts)


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Read the lines that are not empty, with their numbers."""
    try:
        with plain(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            return [(reader.line_num, cells) for cells in reader if any(cells)]
    except OSError as error:
        raise JazzgramError(f"{path}: cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise JazzgramError(f"{path}: is no CSV file of answers ({error})") from None


def _mistake(cells: Sequence[str], key: AnswerKey) -> str:
    """Return what is wrong with a line; empty where nothing is."""
    if len(cells) != len(ANSWER_COLUMNS):
        return f"found {len(cells)} values, expected {len(ANSWER_COLUMNS)} ({','.join(ANSWER_COLUMNS)})"
    test, listener, group, clip, rating = (cell.strip() for cell in cells)
    if test != key.test:
        return f"is of test {test!r}, the key of {key.test!r}; take the key.json made with that page"
    if not listener or not group:
        return "has no listener or no group"
    if group == ALL_LISTENERS:
        return f"group {ALL_LISTENERS!r} stands for all listeners; give the group another name"
    if clip not in key.sources:
        return f"found clip {clip!r}; the key has {', '.join(key.sources)}"
    if rating not in map(str, RATINGS):
        return f"found rating {rating!r}, expected a whole number from 1 to 5"
    return ""


def _number(value: float) -> float | None:
    return None if isnan(value) else round(value, 6)


def _shown(value: float, digits: int) -> str:
    return "-" if isnan(value) else f"{value:.{digits}f}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
