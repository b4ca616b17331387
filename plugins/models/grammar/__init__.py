"""Learn whole bars as the rules of a weighted grammar, and which kind of bar follows which.

Every bar of the corpus becomes a rule: a sequence of terms that may fill a bar. Similar bars (in number of notes, first
onset, rests, steepness, beat, contour and consonance) are a cluster, found by k-means; an n-gram over clusters models
which one follows. Together they are a weighted context-free grammar, which ``jazzgram grammar write``
writes in Impro-Visor's format.

Term by term it is a mixture over these rules. Before a bar, each cluster has its probability after the clusters of the
bars before, and each rule its share of its cluster. Within the bar only the rules that begin with the bar's terms so
far are left, and the next term is drawn by their weights. An unseen bar matches no rule, so that the mixture has other
experts: the terms after the last term at this position in the bar, the terms at this position, and a Markov chain over
terms. The share of an expert depends on the number of bars that it is based on, and on the number of different terms
that follow in these; it is estimated by expectation maximisation on tunes held out of the counts, after which all are
counted. Terms that are too long for the bar have the share in the chain that they have in the corpus, smoothed.

Training takes seconds; the checkpoint is not used. The reported loss is bits a term on the held-out tunes. Of a single
tune none is held out: each expert takes half of what is left to it, and the loss is that of the tune itself.
Source: Keller & Morrison, *A grammatical approach to automatic improvisation* (SMC 2007); Gillick, Tang & Keller,
*Machine learning of jazz grammars* (Computer Music Journal 34:3, 2010), *Learning jazz grammars* (SMC 2009). The
mixture by steps and its weights are the project's own, after Jelinek & Mercer (1980).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

import jazzgram
from jazzgram import (
    UNKNOWN,
    Dataset,
    Epoch,
    JazzgramError,
    Position,
    Probabilities,
    TokenModel,
    TokenTune,
    Vocabulary,
    Weights,
    hookimpl,
)
from jazzgram.music import Floats

from .. import markov
from .clusters import features, k_means, nearest
from .rules import Rules
from .shares import BINS, EXPERTS, Scored

Window = tuple[int, ...]

_HELD_OUT_TERMS = 6_000
"""More held-out terms would not change the shares."""
_BY_POSITION = ("onset/", "previous/")


class Options(jazzgram.Options):
    """The size of a rule, the number of clusters, and the lengths of the contexts."""

    bars: int = Field(1, ge=1, le=4, description="Length of a rule, in bars.")
    clusters: int = Field(32, ge=1, le=512, description="Clusters of bars, at most.")
    order: int = Field(2, ge=1, le=6, description="Length of the context of clusters, in rules, at most.")
    terms: int = Field(4, ge=1, le=12, description="Length of the context of the chain of terms, at most.")


@hookimpl
def build_model(vocabulary: Vocabulary, options: Options) -> TokenModel:
    """Build a grammar without rules.

    Examples
    --------
    One bar is C C C C, and one C C C S. After three C both rules are left, and both terms occurred at this position.
    The chain, whose share is an eighth with a single tune, has counted C after C six times, and S once:

    >>> from jazzgram import parse_terms
    >>> model = build_model(Vocabulary.of((parse_terms("C,1.000 S,1.000"),)), Options(terms=1))
    >>> model.fit(Dataset.of([0, 0, 0, 0, 0, 0, 0, 1]), 1, Path("unused"), lambda epoch: None)
    >>> positions = [Position(0, onset, 1920 - onset, None, None) for onset in (0, 480, 960, 1440)]
    >>> state, _ = model.step(model.start(1), None, positions[:1])
    >>> for position in positions[1:]:
    ...     state, probabilities = model.step(state, np.array([0]), [position])
    >>> probabilities.round(2).tolist()
    [[0.55, 0.45]]
    """
    return BarGrammar(vocabulary, options)


@dataclass(frozen=True, slots=True)
class _Row:
    """The state of one solo: the window, its terms so far, the rules that begin so, the clusters before it."""

    window: int
    played: Window
    span: tuple[int, int]
    before: Window
    context: tuple[int, ...]
    tilt: Floats | None = None


class BarGrammar:
    """Rules for whole windows, clusters that follow each other, and a chain of terms; see `TokenModel`."""

    def __init__(self, vocabulary: Vocabulary, options: Options) -> None:
        self._vocabulary = vocabulary
        self._options = options
        self._fresh_chains()
        self._rules: Rules | None = None
        self._by_position: list[Rules] = []

    def _fresh_chains(self) -> None:
        self._chain = markov.Markov(len(self._vocabulary), markov.Options(order=self._options.terms))
        self._sequence = markov.Markov(self._options.clusters, markov.Options(order=self._options.order))

    # Learning

    def fit(self, data: Dataset, seed: int, checkpoint: Path, report: Callable[[Epoch], None]) -> None:
        """Cluster the bars, count all tunes but some, estimate the experts' shares on these, count all tunes."""
        tunes = [tune for tune in data.train if len(tune)]
        if not tunes:
            raise JazzgramError("a corpus without terms is nothing to learn from; check the corpus section")
        windows = [list(_windows(tune, self._options.bars)) for tune in tunes]
        distinct = sorted({window for each in windows for window in each})
        described = np.array([self._features(window) for window in distinct])
        index = {window: number for number, window in enumerate(distinct)}
        every = described[[index[window] for each in windows for window in each]]
        self._middle = every.mean(axis=0).astype(np.float32)
        spread = every.std(axis=0).astype(np.float32)
        self._spread = np.where(spread > 1e-6, spread, np.float32(1))
        self._centres = k_means((every - self._middle) / self._spread, self._options.clusters, seed)
        clusters = dict(zip(distinct, self._clusters(described).tolist(), strict=True))
        overlong = sum(int((self._vocabulary.durations[tune.tokens] > tune.remaining).sum()) for tune in tunes)
        self._overlong = np.array((overlong + 0.5) / (sum(map(len, tunes)) + 1), np.float32)
        self._shares = np.full((EXPERTS, BINS * BINS), 0.5, np.float32)
        if len(tunes) > 1:
            step = min(10, len(tunes))
            counted = [number for number in range(len(tunes)) if number % step]
            held_out = [tune for number, tune in enumerate(tunes) if not number % step]
            self._count([tunes[number] for number in counted], [windows[number] for number in counted], clusters)
            scored = self._score(held_out)
            self._shares = scored.shares()
            self._count(tunes, windows, clusters)
        else:
            self._count(tunes, windows, clusters)
            scored = self._score(tunes)
        report(Epoch(1, 1, scored.bits(self._shares), scored.accuracy))

    def _count(self, tunes: list[TokenTune], windows: list[list[Window]], clusters: dict[Window, int]) -> None:
        self._fresh_chains()
        nowhere = Path()
        self._chain.fit(Dataset(tunes), 0, nowhere, _ignored)
        sequences = [[clusters[window] for window in each] for each in windows]
        self._sequence.fit(Dataset.of(*sequences), 0, nowhere, _ignored)
        self._rules = Rules.of((window for each in windows for window in each), clusters, len(self._centres))
        positions = [position for tune in tunes for position in self._positions(tune)]
        self._by_position = [
            Rules.of(contexts, dict.fromkeys(contexts, 0), 1)
            for contexts in ([(onset, term) for onset, _, term in positions], positions)
        ]

    def _positions(self, tune: TokenTune) -> Iterator[tuple[int, int, int]]:
        """Return for each term its onset in the bar, the term before (the vocabulary's size for none), and itself."""
        tokens = tune.tokens.tolist()
        return zip(tune.onset.tolist(), [len(self._vocabulary), *tokens], tokens, strict=False)

    def _score(self, tunes: Sequence[TokenTune]) -> Scored:
        """Compute the probabilities of some tunes' terms under the chain and every expert."""
        probabilities: list[list[float]] = []
        evidence: list[list[int]] = []
        correct = 0
        for tune in tunes:
            state, inputs = self.start(1), None
            for number, following in enumerate(tune.tokens[: _HELD_OUT_TERMS - len(probabilities)].tolist()):
                position = tune.position(number)
                state = self._advanced(state, inputs, (position,))
                chain, experts = self._distributions(state[0], position)
                of_experts = [np.nan if expert is None else expert[following] for expert, _ in experts]
                probabilities.append([chain[following], *of_experts])
                evidence.append([found for _, found in experts])
                last = next((expert for expert, _ in reversed(experts) if expert is not None), chain)
                correct += int((last + chain).argmax() == following)
                inputs = np.array([following])
        return Scored(np.array(probabilities).T, np.array(evidence).T, correct / len(probabilities))

    def _features(self, window: Window) -> tuple[float, ...]:
        return features([self._vocabulary.terms[token] for token in window if token != UNKNOWN])

    def _clusters(self, described: Floats) -> NDArray[np.int64]:
        return nearest((described - self._middle) / self._spread, self._centres)

    # Storing

    def weights(self) -> Weights:
        """Return the rules, the clusters' centres, the chains' n-grams and the mixture's shares.

        ``rule_terms`` int32 (terms of all rules), ``rule_lengths``, ``rule_clusters``, ``rule_counts`` int32 (rules,);
        ``centres`` float32 (clusters, 7), ``middle`` and ``spread`` float32 (7,); ``shares`` float32 (3, 400): of
        position, position and term before, and rules, by the binary lengths (20 x 20) of the number of bars and of
        different next terms; ``overlong`` float32 (): the share of terms that cross the barline; ``onset/...`` and
        ``previous/...``: as of the rules, the terms at each position; ``terms/...`` and ``sequence/...`` as of the
        model ``markov``.
        """
        rules = self._learned.weights()
        own = {
            "centres": self._centres,
            "middle": self._middle,
            "spread": self._spread,
            "shares": self._shares,
            "overlong": self._overlong,
        }
        chains = {f"terms/{name}": values for name, values in self._chain.weights().items()}
        chains |= {f"sequence/{name}": values for name, values in self._sequence.weights().items()}
        for part, table in zip(_BY_POSITION, self._by_position, strict=True):
            chains |= {part + name: values for name, values in table.weights().items()}
        return rules | own | chains

    def load(self, weights: Weights) -> None:
        """Load parameters as `weights` returns them."""
        shapes = {"middle": (7,), "spread": (7,), "shares": (EXPERTS, BINS * BINS), "overlong": ()}
        by_position = [part + name for part in _BY_POSITION for name in Rules.NAMES]
        missing = [name for name in ("centres", *shapes, *Rules.NAMES, *by_position) if name not in weights]
        if missing:
            raise JazzgramError(f"the weights {', '.join(missing)} are missing; this is no trained grammar model")
        for name, shape in shapes.items():
            if weights[name].shape != shape or not np.isfinite(weights[name]).all():
                raise JazzgramError(f"the weights {name} have shape {weights[name].shape}; expected {shape}, finite")
        if not 0 < weights["overlong"] <= 1:
            raise JazzgramError(f"the weights overlong are {weights['overlong']}; expected a share of all terms")
        centres = weights["centres"]
        if centres.ndim != 2 or centres.shape[1] != 7 or not 0 < len(centres) <= self._options.clusters:
            raise JazzgramError(f"the weights centres have shape {centres.shape}; expected (1 to clusters, 7)")
        rules = Rules.load(weights, len(self._vocabulary), len(centres))
        parts = [_part(weights, part) for part in _BY_POSITION]
        known = [Rules.load(part, 1 << 40, 1) for part in parts]
        for number, table in enumerate(known, 2):
            if (np.diff(table.starts) != number).any() or (
                table.terms[number - 1 :: number] >= len(self._vocabulary)
            ).any():
                raise JazzgramError("the weights onset/... and previous/... are not of this vocabulary")
        self._fresh_chains()
        for part, chain in (("terms/", self._chain), ("sequence/", self._sequence)):
            chain.load(_part(weights, part))
        self._centres, self._middle, self._spread = centres, weights["middle"], weights["spread"]
        self._shares, self._overlong = weights["shares"], weights["overlong"]
        self._rules, self._by_position = rules, known

    @property
    def _learned(self) -> Rules:
        if self._rules is None:
            raise JazzgramError("the model has no weights yet: train it, or load a trained one")
        return self._rules

    # Stepping

    def start(self, batch: int) -> tuple[_Row, ...]:
        """Return the state before the first term."""
        return (_Row(-1, (), self._learned.all, (), ()),) * batch

    def step(
        self, state: tuple[_Row, ...], inputs: NDArray[Any] | None, positions: Sequence[Position]
    ) -> tuple[tuple[_Row, ...], Probabilities]:
        """Advance by one term; of a distribution the likeliest term is the input."""
        state = self._advanced(state, inputs, positions)
        mixed = []
        for row, position in zip(state, positions, strict=True):
            distribution, experts = self._distributions(row, position)
            for shares, (expert, evidence) in zip(self._shares, experts, strict=True):
                if expert is not None:
                    share = float(shares[evidence])
                    distribution = share * expert + (1 - share) * distribution
            mixed.append(distribution)
        return state, np.array(mixed)

    def gather(self, rows: Sequence[tuple[tuple[_Row, ...], int]]) -> tuple[_Row, ...]:
        """Build a state from rows of other states."""
        return tuple(state[row] for state, row in rows)

    def _advanced(
        self, state: tuple[_Row, ...], inputs: NDArray[Any] | None, positions: Sequence[Position]
    ) -> tuple[_Row, ...]:
        """Append the last terms, and begin a new window where the next terms are in one."""
        tokens: Sequence[int | None] = [None] * len(state)
        if inputs is not None:
            tokens = (inputs if inputs.ndim == 1 else inputs.argmax(axis=1)).tolist()
        rows = zip(state, tokens, positions, strict=True)
        return tuple(self._advanced_row(row, token, position) for row, token, position in rows)

    def _advanced_row(self, row: _Row, token: int | None, position: Position) -> _Row:
        window = position.bar // self._options.bars
        played, span, context = row.played, row.span, row.context
        if token is not None:
            span = self._learned.narrow(span, len(played), token)
            played = (*played, token)
            context = (*context, token)[-self._options.terms :] if token != UNKNOWN else ()
        if window == row.window:
            return _Row(window, played, span, row.before, context, row.tilt)
        before = row.before
        if played:
            cluster = int(self._clusters(np.array([self._features(played)]))[0])
            before = (*before, cluster)[-self._options.order :]
        expected = self._sequence.after(before)
        return _Row(window, (), self._learned.all, before, context, self._learned.tilt(expected))

    def _distributions(self, row: _Row, position: Position) -> tuple[Floats, list[tuple[Floats | None, int]]]:
        """Compute the distributions of the chain and of each expert, the latter with its evidence."""
        chain = self._chain.after(row.context)
        before = row.context[-1] if row.context else len(self._vocabulary)
        experts = []
        for table, context in zip(self._by_position, ((position.onset,), (position.onset, before)), strict=True):
            span = table.all
            for depth, code in enumerate(context):
                span = table.narrow(span, depth, code)
            experts.append(self._following(table, span, len(context), None))
        experts.append(self._following(self._learned, row.span, len(row.played), row.tilt))
        return self._within_bar(chain, position), experts

    def _following(
        self, rules: Rules, span: tuple[int, int], depth: int, tilt: Floats | None
    ) -> tuple[Floats | None, int]:
        """Return the distribution of rules (None where none is left), and their evidence, an index into the shares."""
        following, bars, different = rules.following(span, depth, tilt, len(self._vocabulary))
        first, second = (min(number.bit_length(), BINS - 1) for number in (bars, different))
        return following, first * BINS + second

    def _within_bar(self, chain: Floats, position: Position) -> Floats:
        """Limit the share of terms that are too long for the bar to what it is in the corpus."""
        overlong = self._vocabulary.durations > position.remaining
        mass = float(chain[overlong].sum())
        allowed = float(self._overlong)
        if mass <= allowed or overlong.all():
            return chain
        return np.where(overlong, chain * (allowed / mass), chain * ((1 - allowed) / (1 - mass)))

    # Looking inside

    def windows(self) -> Iterator[tuple[int, tuple[int, ...], int]]:
        """Iterate over rules as cluster, token ids and number of occurrences, sorted by token ids."""
        return iter(self._learned)

    def following(self, cluster: int | None) -> Floats:
        """Return the probability of each cluster after one, or at the beginning, shape ``(clusters,)``."""
        expected = self._sequence.after(() if cluster is None else (cluster,))[: len(self._centres)]
        return np.asarray(expected / expected.sum())


def _windows(tune: TokenTune, bars: int) -> Iterator[Window]:
    """Cut a tune's tokens at every `bars` barlines; windows without terms are left out."""
    window = tune.bar // bars
    cuts = np.flatnonzero(np.diff(window)) + 1
    for part in np.split(tune.tokens, cuts):
        yield tuple(part.tolist())


def _part(weights: Weights, part: str) -> Weights:
    return {name.removeprefix(part): values for name, values in weights.items() if name.startswith(part)}


def _ignored(epoch: Epoch) -> None:
    """Ignore the report of a chain's training."""
