"""Weighted grammars of melody in Impro-Visor's ``.grammar`` format: read, write, expand, and translate.

The format is S-expressions (Keller & Morrison, *A grammatical approach to automatic improvisation*, SMC 2007; with
slopes: Gillick, Tang & Keller, *Machine learning of jazz grammars*, CMJ 34:3, 2010), read and written here after public
descriptions of the format.
"""

from jazzgram.models.grammars.durations import format_duration, parse_duration
from jazzgram.models.grammars.expansion import expand
from jazzgram.models.grammars.file import format_grammar, parse_grammar
from jazzgram.models.grammars.learned import from_windows
from jazzgram.models.grammars.terms import to_bars
from jazzgram.models.grammars.values import Call, Group, MelodyGrammar, Rule, Tone

__all__ = [
    "Call",
    "Group",
    "MelodyGrammar",
    "Rule",
    "Tone",
    "expand",
    "format_duration",
    "format_grammar",
    "from_windows",
    "parse_duration",
    "parse_grammar",
    "to_bars",
]
