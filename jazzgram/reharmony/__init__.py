"""Reharmonisation: other chords for given changes, as surprising as one likes, learned from a corpus.

After François Pachet, *Surprising Harmonies* (International Journal of Computing Anticipatory Systems 4, 1999): the
chords of a corpus are told relative to their keys and parsed into recurring patterns (`lz78`); chords that stand
between the same neighbours may stand for each other (`rules`); a chord surprises by how improbable the patterns make
it, less where a rule derives it from what was expected (`surprise`).
"""

from jazzgram.reharmony.learned import Harmony, learn
from jazzgram.reharmony.local_keys import Key, local_keys
from jazzgram.reharmony.lz78 import PatternTree
from jazzgram.reharmony.progressions import Degree, Progression, degrees, progressions
from jazzgram.reharmony.propose import Proposal, Substitution, propose
from jazzgram.reharmony.rules import Rule, Rules, induce
from jazzgram.reharmony.surprise import Surprise

__all__ = [
    "Degree",
    "Harmony",
    "Key",
    "PatternTree",
    "Progression",
    "Proposal",
    "Rule",
    "Rules",
    "Substitution",
    "Surprise",
    "degrees",
    "induce",
    "learn",
    "local_keys",
    "progressions",
    "propose",
]
