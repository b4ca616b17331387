"""Reharmonisation: chord substitutions for given changes, learned from a corpus, with adjustable surprise.

After François Pachet, *Surprising Harmonies* (International Journal of Computing Anticipatory Systems 4, 1999): the
chords of a corpus are written as degrees of their keys and parsed into recurring patterns (`lz78`); chords that occur
between the same neighbours may replace each other (`rules`); the surprise of a chord is its improbability under the
patterns, less where a rule derives it from an expected one (`surprise`).
"""
