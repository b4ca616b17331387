"""Statistics of chords in jazz: how common they are, which follow which, and what is played over them.

``benchmarks/fit_chord_inference.py`` counted it half bar by half bar on 356 solos of the Weimar Jazz Database
(Pfleiderer et al., *Inside the Jazzomat*, 2017; ODbL 1.0), the training set of the split behind its figures. Every row
begins at the root and goes up by semitones.
"""

from __future__ import annotations

FAMILY = {
    "": "major",
    "6": "major",
    "maj7": "major",
    "7": "dominant",
    "7sus4": "dominant",
    "7#5": "dominant",
    "m": "minor",
    "m6": "minor",
    "m7": "minor",
    "mMaj7": "minor",
    "m7b5": "half-diminished",
    "dim7": "diminished",
}
"""The family of each quality."""

SHARE = {
    "": 51,
    "6": 26,
    "maj7": 117,
    "7": 403,
    "7sus4": 35,
    "7#5": 16,
    "m": 44,
    "m6": 9,
    "m7": 263,
    "mMaj7": 2,
    "m7b5": 24,
    "dim7": 11,
}
"""The share of half bars with each quality, in per mille, tensions ignored."""

LINE = {
    "": (19, 2, 9, 6, 14, 6, 4, 17, 3, 9, 4, 7),
    "6": (22, 2, 10, 4, 13, 6, 4, 16, 2, 9, 3, 8),
    "maj7": (13, 2, 14, 3, 13, 5, 4, 17, 3, 10, 3, 12),
    "7": (16, 5, 9, 6, 10, 8, 4, 14, 5, 9, 11, 4),
    "7sus4": (13, 5, 9, 8, 8, 11, 5, 10, 8, 8, 9, 5),
    "7#5": (15, 6, 6, 10, 9, 5, 9, 7, 9, 5, 11, 7),
    "m": (16, 3, 10, 15, 3, 11, 5, 14, 4, 5, 8, 6),
    "m6": (16, 2, 17, 13, 4, 10, 4, 17, 3, 5, 5, 5),
    "m7": (13, 3, 10, 13, 3, 13, 4, 16, 4, 8, 10, 4),
    "mMaj7": (12, 3, 13, 11, 2, 11, 5, 19, 4, 5, 3, 10),
    "m7b5": (11, 8, 3, 14, 3, 16, 12, 3, 9, 5, 12, 3),
    "dim7": (10, 6, 7, 9, 8, 5, 13, 5, 10, 12, 4, 13),
}
"""The share of a solo's time over each quality, broken chords apart, on each degree, in percent."""

BASS = {
    "major": (28, 8, 6, 3, 11, 4, 6, 12, 5, 6, 3, 8),
    "dominant": (29, 7, 6, 4, 9, 5, 6, 13, 4, 6, 5, 6),
    "minor": (32, 5, 8, 10, 4, 7, 4, 11, 3, 5, 6, 6),
    "half-diminished": (39, 6, 3, 10, 4, 9, 8, 5, 5, 2, 6, 2),
    "diminished": (30, 6, 5, 10, 6, 3, 7, 4, 7, 5, 6, 11),
}
"""The share of the bass on the first beat of a half bar in each family, on each degree, in percent."""

CHANGE = (0.19, 0.64)
"""The probability of a new chord within a bar, and on a barline."""

MOTION = {
    "major": {
        "major": (26, 8, 16, 7, 1, 25, 1, 15, 4, 8, 13, 8),
        "dominant": (35, 6, 28, 32, 20, 43, 8, 39, 12, 77, 16, 44),
        "minor": (55, 14, 75, 6, 30, 22, 26, 28, 6, 68, 10, 36),
        "half-diminished": (1, 5, 8, 2, 12, 0, 18, 1, 0, 5, 0, 30),
        "diminished": (7, 33, 0, 10, 1, 0, 0, 0, 1, 0, 0, 1),
    },
    "dominant": {
        "major": (2, 13, 11, 3, 1, 212, 1, 2, 1, 1, 3, 10),
        "dominant": (8, 22, 8, 2, 2, 204, 6, 77, 7, 17, 21, 62),
        "minor": (26, 3, 12, 3, 12, 159, 8, 15, 3, 14, 2, 14),
        "half-diminished": (2, 1, 1, 0, 1, 2, 5, 2, 0, 4, 0, 4),
        "diminished": (0, 4, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0),
    },
    "minor": {
        "major": (1, 10, 1, 10, 0, 1, 1, 9, 17, 0, 22, 8),
        "dominant": (8, 10, 11, 5, 1, 527, 2, 29, 16, 3, 6, 9),
        "minor": (24, 14, 18, 7, 1, 65, 3, 27, 3, 6, 24, 30),
        "half-diminished": (1, 0, 33, 0, 1, 2, 1, 1, 0, 14, 0, 2),
        "diminished": (0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10),
    },
    "half-diminished": {
        "major": (0, 0, 0, 0, 0, 1, 5, 0, 0, 1, 0, 14),
        "dominant": (1, 0, 3, 0, 0, 808, 10, 1, 0, 0, 5, 29),
        "minor": (2, 14, 0, 1, 0, 10, 0, 0, 0, 0, 59, 33),
        "half-diminished": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        "diminished": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2),
    },
    "diminished": {
        "major": (117, 3, 5, 3, 8, 0, 86, 5, 0, 36, 0, 3),
        "dominant": (8, 145, 3, 3, 8, 26, 57, 8, 26, 0, 3, 10),
        "minor": (10, 151, 16, 3, 0, 0, 0, 5, 0, 0, 34, 213),
        "half-diminished": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5),
        "diminished": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3),
    },
}
"""The share of each family after a chord of a family, by the distance of its root above, in per mille."""
