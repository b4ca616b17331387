"""Vocabularies as values: equal ones are equal, whoever built them, and comparing them is cheap."""

from __future__ import annotations

from unittest.mock import patch

from jazzgram import Labels, Term, Vocabulary, parse_terms

TERMS = "60,1.000 62,0.500 R,0.500"


def test_equal_vocabularies_are_equal_and_others_are_not() -> None:
    vocabulary = Vocabulary(parse_terms(TERMS), (0, 1), (Labels(style="BEBOP"),))
    assert vocabulary == Vocabulary(parse_terms(TERMS), (0, 1), (Labels(style="BEBOP"),))
    assert hash(vocabulary) == hash(Vocabulary(parse_terms(TERMS), (0, 1), (Labels(style="BEBOP"),)))
    others = [
        Vocabulary(parse_terms("60,1.000 62,0.500"), (0, 1), (Labels(style="BEBOP"),)),
        Vocabulary(parse_terms(TERMS), (0, 2), (Labels(style="BEBOP"),)),
        Vocabulary(parse_terms(TERMS), (0, 1), (Labels(style="COOL"),)),
        Vocabulary(parse_terms(TERMS), (0, 1)),
    ]
    assert all(vocabulary != other for other in others) and vocabulary != parse_terms(TERMS)


def test_terms_are_not_compared_again_at_every_look_up() -> None:
    ours, theirs = (Vocabulary(parse_terms(TERMS)) for _ in range(2))
    assert ours == theirs
    with patch.object(Term, "__eq__", side_effect=AssertionError("terms were compared")):
        assert {ours: "found"}[theirs] == "found"
