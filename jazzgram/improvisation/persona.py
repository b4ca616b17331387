"""Personas: whom a take is like, from its first bar to its last.

What is not asked for is drawn from the labels of the tunes that the model was trained on, as often as they occur there:
first among those of the asked labels and the tempo class of the performance, then among those of the asked labels.
Where the corpus has no such tune (a soloist on another's instrument), the persona is what was asked, and no more.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from random import Random

from jazzgram.config.sections import LikeSection
from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.hooks.token_model import TokenModel, label_kinds
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.music.labels import LABEL_KINDS, Labels, tempo_class

_MOST_NAMES = 12
"""Names that an error lists."""


def asked_labels(like: LikeSection | None, model: TokenModel, name: str, vocabulary: Vocabulary) -> Labels:
    """Return the asked labels as the corpus writes them.

    Parameters
    ----------
    like : LikeSection or None
        What the configuration asks for; upper and lower case are alike.
    model : TokenModel
        Trained.
    name : str
        The model's plugin.
    vocabulary : Vocabulary
        With the labels of the training tunes.

    Raises
    ------
    JazzgramError
        Where the model is not conditioned on a label that is asked for, or does not know its name.
    """
    asked = {} if like is None else {kind: text for kind, text in like.model_dump().items() if text is not None}
    kinds, found = label_kinds(model), {}
    for kind, text in asked.items():
        if kind not in kinds:
            has = f"it is conditioned on {', '.join(kinds)}" if kinds else "it is conditioned on no labels"
            raise JazzgramError(
                f"improvise.like.{kind}: the model {name} cannot be asked for a {kind}: {has};"
                f" take the configuration weimar, or train note_lstm with labels: [{', '.join(LABEL_KINDS)}]"
            )
        names = vocabulary.names(kind)
        folded = {known.casefold(): known for known in names}
        if text.casefold() not in folded:
            close = did_you_mean(text, names) or did_you_mean(text.upper(), names)
            shown = ", ".join(names[:_MOST_NAMES]) + (" and more" if len(names) > _MOST_NAMES else "")
            raise JazzgramError(f"improvise.like.{kind}: the model knows no {kind} {text!r}{close}; it knows {shown}")
        found[kind] = folded[text.casefold()]
    return Labels(**found)


def draw_persona(asked: Labels, kinds: tuple[str, ...], vocabulary: Vocabulary, tempo: float, seed: int) -> Labels:
    """Return the persona of a take.

    Parameters
    ----------
    asked : Labels
        From `asked_labels`.
    kinds : tuple of str
        The labels that the model is conditioned on; others stay empty.
    vocabulary : Vocabulary
        With the labels of the training tunes.
    tempo : float
        Of the performance, in quarter notes per minute.
    seed : int
        Decides what is drawn.

    Examples
    --------
    >>> tunes = (Labels("Ben Webster", "tenor sax", "SWING", "slow"), Labels("Fats Navarro", "trumpet", "BEBOP", "up"))
    >>> words, kinds = Vocabulary((), (), tunes), ("soloist", "instrument", "tempo")
    >>> str(draw_persona(Labels(), kinds, words, 200, seed=1)), str(draw_persona(Labels(), kinds, words, 50, seed=1))
    ('Fats Navarro, trumpet, up', 'Ben Webster, tenor sax, slow')
    >>> str(draw_persona(Labels("Ben Webster", "trumpet"), kinds, words, 200, seed=1))
    'Ben Webster, trumpet, up'
    """
    pace = asked.tempo or tempo_class(tempo)
    wanted = {kind: name for kind, name in asdict(asked).items() if name and kind != "tempo"}
    like = [tune for tune in vocabulary.labels if all(getattr(tune, kind) == name for kind, name in wanted.items())]
    found = [tune for tune in like if tune.tempo == pace] or like or [asked]
    drawn = replace(Random(f"{seed}/persona").choice(found), tempo=pace)
    return replace(drawn, **{kind: "" for kind in LABEL_KINDS if kind not in kinds})
