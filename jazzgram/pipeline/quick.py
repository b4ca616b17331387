"""A solo in one call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jazzgram.config.keywords import OTHER_CHANGES
from jazzgram.music.solo import Solo
from jazzgram.pipeline.pipeline import Pipeline


def improvise(
    chords: str | None = None,
    *,
    config: str | Path = "pitches",
    seed: int | None = None,
    bars: int | None = None,
    choruses: int | None = None,
    tempo: float | None = None,
    key: str | None = None,
    **options: Any,
) -> Solo:
    """Improvise a solo over changes.

    Parameters
    ----------
    chords : str or None
        The changes, bar by bar: ``"Dm7 | G7 | Cmaj7 | %"``. None for those of the configuration.
    config : str or Path
        A YAML file, or the name of a bundled configuration. Its model is trained where that has not been done.
    seed : int or None
        Another seed, another take by the same model. None for the configuration's.
    bars : int or None
        How many bars to improvise; None for as many as the changes have.
    choruses : int or None
        How often to play the changes, in place of `bars`.
    tempo : float or None
        Quarter notes per minute, 20 to 400; None for the configuration's.
    key : str or None
        The key to play in, ``"Bb"``; everything moves by the nearest interval. None for that of the changes.
    **options
        Other values of the configuration's section ``improvise``: ``meter="3/4"``, ``title="Etude"``.

    Returns
    -------
    Solo
        With its accompaniment; ``solo.save("etude.mid")`` writes it, ``solo.show()`` shows it.

    Raises
    ------
    ConfigError
        With every mistake at once.

    Examples
    --------
    >>> solo = improvise("Dm7 | G7 | Cmaj7 | %", seed=3, bars=8, tempo=180)
    >>> solo.bars, solo.tempo, solo.chords[1].symbol
    (8, 180.0, 'G7')
    """
    given = {"chords": chords, "bars": bars, "choruses": choruses, "tempo": tempo, "key": key, **options}
    sections: dict[str, Any] = {"improvise": {name: value for name, value in given.items() if value is not None}}
    if seed is not None:
        sections["seed"] = seed
    settings = () if chords is None else OTHER_CHANGES
    return Pipeline.load(config, settings=settings, **sections).improvise().solo
