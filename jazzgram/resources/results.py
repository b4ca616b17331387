"""The code that each kind of cached result depends on, besides the plugins that made it.

The list is here only. `Made.roots` count with everything they import. `Made.alone` are modules that fetch, call and
pass on: their own code counts, what they import does not, since it is among the roots, in the plugins, or
decides nothing; without that distinction a new message of the configuration's check would train every model again.
A module that is named here and not there is an error, so that moving one is noticed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from jazzgram.resources.code import Code, hash_of, own_code


@dataclass(frozen=True, slots=True)
class Made:
    """The code that a kind of cached result is made by.

    Parameters
    ----------
    roots : tuple of str
        Modules that count with all they import.
    alone : tuple of str
        Modules whose own code counts.
    """

    roots: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()


_SAMPLING = ("jazzgram.improvisation.sampler", "jazzgram.improvisation.chain", "jazzgram.improvisation.realize")

RESULTS: dict[str, Made] = {
    # The reader is in the key.
    "tunes": Made(("jazzgram.corpus.tune_store",), ("jazzgram.corpus.work",)),
    # The tokenizer is in the key, and the tunes'.
    "terms": Made(("jazzgram.corpus.token_parts",), ("jazzgram.corpus.work",)),
    # The terms' keys are in it.
    "tables": Made(
        ("jazzgram.corpus.table_writer", "jazzgram.corpus.split", "jazzgram.corpus.duplicates"),
        ("jazzgram.corpus.reading", "jazzgram.corpus.table_building", "jazzgram.corpus.report"),
    ),
    # The model and its members are in the key: what they take from jazzgram.models counts with them.
    "models": Made((), ("jazzgram.corpus.token_table", "jazzgram.models.trained")),
    # The weights, the model and the samplers are in the key.
    "choruses": Made(
        _SAMPLING,
        (
            "jazzgram.evaluation.choruses",
            "jazzgram.evaluation.plan",
            "jazzgram.evaluation.portable",
            "jazzgram.improvisation.target",
            "jazzgram.pipeline.sampling",
            "jazzgram.pipeline.stages",
            "jazzgram.pipeline.pipeline",
        ),
    ),
    # The metrics are in the key.
    "references": Made(("jazzgram.evaluation.reference",), ("jazzgram.evaluation.corpus_reference",)),
    # The choruses' key, the chain and the metrics are in it.
    "evaluations": Made(("jazzgram.evaluation.evaluate", "jazzgram.evaluation.baselines")),
    # The model or the evaluations' key is in it.
    "studies": Made(
        ("jazzgram.evaluation.likelihood",),
        (
            "jazzgram.evaluation.tuning.tune_chain",
            "jazzgram.evaluation.tuning.tune_model",
            "jazzgram.evaluation.tuning.space",
            "jazzgram.evaluation.tuning.study",
        ),
    ),
}


@cache
def code_key(kind: str) -> str:
    """Hash the code that a kind of result depends on, once a process; see `hash_code`."""
    return hash_code(kind, own_code())


def hash_code(kind: str, code: Code) -> str:
    """Hash the code that a kind of result depends on.

    Parameters
    ----------
    kind : str
        One of `RESULTS`.
    code : Code
        That of jazzgram.

    Raises
    ------
    JazzgramError
        Where a module is not there.
    """
    made = RESULTS[kind]
    return hash_of(code.digests(made.roots) | {name: code.digest(name) for name in made.alone})
