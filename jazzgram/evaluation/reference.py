"""References: the metrics of real solos, by style, in excerpts as long as the generated solos.

A generated solo is compared by its distance to them. More chord tones are not better than fewer: as many as real
soloists play is right.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from importlib import resources
from math import isnan, nan
from pathlib import Path
from typing import Any

import numpy as np

from jazzgram.config.config import Part
from jazzgram.config.sections import Execution
from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.evaluation.excerpts import cut_excerpts
from jazzgram.evaluation.metrics import METRICS, load_metrics, measure_solos
from jazzgram.music.arrays import Floats
from jazzgram.music.tune import Corpus, Tune
from jazzgram.resources.atomic import whole_file
from jazzgram.resources.plain import plain

ALL = "all"
"""The style of all excerpts together."""
UNCOPIED = tuple(name for name in METRICS if name != "copying")
"""The metrics of real solos: all but copying, which would find them in their own corpus."""

_HEAD = ("bars", "source", "part", "longest_shared", "longest_shared_varied")
"""The fields above the statistics in a file."""
_RESAMPLES = 1000
_FEWEST = 10
"""The least number of excerpts for statistics of a style."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """How a value is distributed over excerpts.

    Parameters
    ----------
    mean, sd : float
        Over the excerpts where it is defined; the standard deviation is that of a sample (n - 1), nan for one excerpt.
    count : int
        The number of these excerpts.
    low, high : float
        The 95 % interval of the mean: percentiles 2.5 and 97.5 of the means of 1,000 resamples of the excerpts (Efron &
        Tibshirani, *An Introduction to the Bootstrap*, 1993, ch. 13). Excerpts of one solo are alike: the interval
        is too narrow rather than too wide.
    """

    mean: float
    sd: float
    count: int
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float], seed: int = 0) -> Statistic:
        """Return the statistic of values, without those that are nan; nan and a count of 0 where there is none."""
        known = np.array([value for value in values if not isnan(value)])
        if not len(known):
            return cls(nan, nan, 0, nan, nan)
        low, high = np.percentile(_resamples(len(known), seed) @ known / len(known), (2.5, 97.5))
        sd = float(known.std(ddof=1)) if len(known) > 1 else nan
        return cls(float(known.mean()), sd, len(known), float(low), float(high))

    def z(self, value: float) -> float:
        """Return ``(value - mean) / sd``: how many standard deviations of real solos a value is away from their mean.

        Nan where the value or the deviation is not defined; where real solos do not differ at all, 0 for their
        value and infinity for another.
        """
        if self.sd == 0:
            return 0.0 if value == self.mean else float(np.copysign(np.inf, value - self.mean))
        return (value - self.mean) / self.sd


@dataclass(frozen=True, slots=True)
class Reference:
    """Statistics of real solos.

    Parameters
    ----------
    bars : int
        The length of the excerpts.
    source : str
        The name of the corpus.
    part : str
        Of a split: ``train``, ``validation``, ``test``; ``all`` where there was none.
    styles : dict of str to dict of str to Statistic
        For each style the statistics by name of the value (``pitch.range``). ``all`` is every excerpt; other names
        are as the source calls them (``BEBOP``).
    longest_shared : int
        Notes of the longest run, at any pitch, that solos of two different players over two different compositions
        share; 0 where there is none. A generated solo that copies a longer one copies more than players do.
    longest_shared_varied : int
        The same for runs that are no repeated figure, such as a trill.
    """

    bars: int
    source: str
    part: str
    styles: dict[str, dict[str, Statistic]]
    longest_shared: int = 0
    longest_shared_varied: int = 0

    @classmethod
    def of(
        cls,
        tunes: Sequence[Tune],
        bars: int,
        *,
        source: str = "",
        part: str = ALL,
        metrics: Sequence[Part] | None = None,
        players: Mapping[str, str] | None = None,
        execution: Execution | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Reference:
        """Measure the excerpts of real solos that are in 4/4.

        Parameters
        ----------
        tunes : sequence of Tune
            Real solos. Iterated once.
        bars : int
            The length of an excerpt.
        source, part : str
            See `Reference`.
        metrics : sequence of Part or None
            None: all stock ones that do not look into the corpus.
        players : mapping of str to str or None
            The style of a performer's solos, for tunes whose own is not known.
        execution : Execution or None
            Where to measure; None: in this process.
        progress : callable or None
            See `measure_solos`.

        Returns
        -------
        Reference
            With each style of 10 excerpts or more, and ``all``.

        Raises
        ------
        JazzgramError
            Where no tune is as long as an excerpt.
        """
        from jazzgram.evaluation.shared_runs import longest_shared

        excerpts, styles = [], []
        solos = list(tunes)
        for tune in solos:
            cut = cut_excerpts(tune, bars)
            excerpts += cut
            styles += [tune.style or (players or {}).get(tune.performer, "")] * len(cut)
        if not excerpts:
            raise JazzgramError(f"{source or 'corpus'}: no solo has {bars} bars of 4/4 in a row; take fewer (--bars)")
        chosen = load_metrics(UNCOPIED) if metrics is None else metrics
        measured = measure_solos(excerpts, Corpus(()), chosen, execution, progress)
        groups = {ALL: measured}
        for style in sorted(set(styles) - {""}):
            group = [values for values, of in zip(measured, styles, strict=True) if of == style]
            if len(group) >= _FEWEST:
                groups[style] = group
        by_style = {style: _statistics(group) for style, group in groups.items()}
        shared = [
            found.notes if (found := longest_shared(solos, varied)) is not None else 0 for varied in (False, True)
        ]
        return cls(bars, source, part, by_style, *shared)

    @classmethod
    def read(cls, path: Path) -> Reference:
        """Read a file that `write` wrote.

        Raises
        ------
        JazzgramError
            Where there is no such file, or it is no reference.
        """
        try:
            content = plain(path).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise JazzgramError(f"{path}: cannot be read: {reason}; `jazzgram reference` writes one") from None
        return cls._parse(content, str(path))

    @classmethod
    def _parse(cls, content: str, location: str) -> Reference:
        try:
            document: dict[str, Any] = json.loads(content)
            styles = {
                style: {name: _statistic(row) for name, row in values.items()}
                for style, values in document["styles"].items()
            }
            bars, source, part, longest, varied = (document[name] for name in _HEAD)
            return cls(int(bars), str(source), str(part), styles, int(longest), int(varied))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise JazzgramError(
                f"{location}: is no reference ({type(error).__name__}: {error}); `jazzgram reference` writes one"
            ) from None

    def write(self, path: Path) -> None:
        """Write it as JSON, atomically, each number with six digits."""
        styles = {
            style: {name: [_rounded(x) for x in asdict(statistic).values()] for name, statistic in values.items()}
            for style, values in self.styles.items()
        }
        lines = [f"{json.dumps(name)}: {json.dumps(getattr(self, name), ensure_ascii=False)}" for name in _HEAD]
        groups = []
        for style, values in styles.items():
            rows = ",\n".join(f"   {json.dumps(name)}: {json.dumps(row)}" for name, row in values.items())
            groups.append(f"  {json.dumps(style, ensure_ascii=False)}: {{\n{rows}\n  }}")
        text = "{\n " + ",\n ".join(lines) + ',\n "styles": {\n' + ",\n".join(groups) + "\n }\n}\n"
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write(text.encode())

    def style(self, name: str = ALL) -> dict[str, Statistic]:
        """Return the statistics of a style, whatever its case.

        Raises
        ------
        JazzgramError
            Where there is none of that name.
        """
        for known, statistics in self.styles.items():
            if known.casefold() == name.casefold():
                return statistics
        raise JazzgramError(
            f"no style {name!r} in the reference {self.source!r}{did_you_mean(name, self.styles)};"
            f" it has {', '.join(self.styles)}"
        )

    def z(self, values: Mapping[str, float], style: str = ALL) -> dict[str, float]:
        """Return for each value in the reference its distance to the real mean, in real standard deviations."""
        known = self.style(style)
        return {name: known[name].z(value) for name, value in values.items() if name in known}

    def distance(
        self, measures: Sequence[Mapping[str, float]], metrics: Sequence[str] | None = None, style: str = ALL
    ) -> float:
        """Return the distance of solos to real ones: the mean over the values of ``|mean - real mean| / real sd``.

        Parameters
        ----------
        measures : sequence of mapping of str to float
            From `measure_solos`.
        metrics : sequence of str or None
            The values to compare; None: all that the reference and the solos have.
        style : str
            The style they are compared with.

        Returns
        -------
        float
            0 or more, in standard deviations of real excerpts; values that are nan for every solo, or that do
            not differ between real excerpts, are left out; nan where none is left.

        Raises
        ------
        JazzgramError
            Where the reference does not have one of `metrics`.
        """
        known = self.style(style)
        names = list(known) if metrics is None else list(metrics)
        for name in names:
            if name not in known:
                raise JazzgramError(f"no value {name!r} in the reference{did_you_mean(name, known)}")
        apart = []
        for name in names:
            found = [value for values in measures if not isnan(value := values.get(name, nan))]
            if found and known[name].sd > 0:
                apart.append(abs(known[name].z(sum(found) / len(found))))
        return sum(apart) / len(apart) if apart else nan


def find_reference(name: str = "wjazzd") -> Reference:
    """Return a bundled reference, or read one from a file that ends in ``.json``.

    Raises
    ------
    JazzgramError
        Where there is none.
    """
    if name.endswith(".json"):
        return Reference.read(Path(name))
    return _bundled(name)


@cache
def _bundled(name: str) -> Reference:
    folder = resources.files("jazzgram_data") / "reference"
    known = sorted(file.name.removesuffix(".json") for file in folder.iterdir()) if folder.is_dir() else []
    known = [entry for entry in known if entry != "players"]
    if name not in known:
        raise JazzgramError(
            f"no reference {name!r}{did_you_mean(name, known)}; bundled: {', '.join(known) or 'none'};"
            " a file is named by a path that ends in .json"
        )
    return Reference._parse((folder / f"{name}.json").read_text("utf-8"), name)


@cache
def players_styles() -> dict[str, str]:
    """Return the style of each of the best-known players of the Weimar Jazz Database."""
    text = (resources.files("jazzgram_data") / "reference" / "players.json").read_text("utf-8")
    return {player: style for style, players in json.loads(text)["styles"].items() for player in players}


@lru_cache(maxsize=16)
def _resamples(count: int, seed: int) -> Floats:
    """Return how often each value is drawn in each of 1,000 resamples, shape (1000, count)."""
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), _RESAMPLES)
    return drawn.astype(np.float64)


def _statistics(measured: Sequence[Mapping[str, float]]) -> dict[str, Statistic]:
    return {name: Statistic.of([values[name] for values in measured]) for name in measured[0]}


def _statistic(row: Sequence[Any]) -> Statistic:
    mean, sd, count, low, high = (nan if number is None else number for number in row)
    return Statistic(mean, sd, int(count), low, high)


def _rounded(value: float) -> float | None:
    """Return a number with six digits; None for nan, which JSON does not have."""
    if isinstance(value, int):
        return value
    return None if isnan(value) else float(f"{value:.6g}")
