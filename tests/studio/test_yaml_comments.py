"""Comments in the studio's YAML, whatever the cards do to the chain."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("ruamel.yaml", reason="the extra 'studio' is not installed")

from jazzgram.config.yaml_lines import parse_scalar
from jazzgram.studio.edit import to_yaml
from jazzgram.studio.session import Session
from jazzgram.studio.yaml_comments import own_sections, rewrite

TEXT = """\
# A slow blues.
seed: 3  # the best of ten
improvise:
  # as on the record
  tempo: 96
  title: 'Mine'

# what makes it mine
chain:  # in this order
  # no leaps: it is a ballad
  - prune_notes: max_leap
    with: {width: 5}  # a fourth
  # late
  - clean_up_notes: swing
    with:
      ratio: 0.6  # light
  # - clean_up_notes: humanize
samplers:
- sample: categorical
critics: []
# the end
"""


@pytest.fixture
def edit() -> dict[str, Any]:
    found: dict[str, Any] = deepcopy(parse_scalar(TEXT))
    return found


def test_an_edit_that_changes_nothing_leaves_the_text(edit: dict[str, Any]) -> None:
    assert rewrite(TEXT, edit) == TEXT


def test_an_option_is_set_between_its_comments(edit: dict[str, Any]) -> None:
    edit["chain"][0]["with"]["width"] = 7
    edit["chain"][1]["with"]["ratio"] = 0.66
    assert rewrite(TEXT, edit) == TEXT.replace("width: 5", "width: 7").replace("0.6  #", "0.66 #")


def test_a_step_moves_with_the_comments_above_it(edit: dict[str, Any]) -> None:
    edit["chain"].reverse()
    assert rewrite(TEXT, edit).partition("chain:")[2].partition("samplers:")[0] == (
        "  # in this order\n  # late\n  - clean_up_notes: swing\n    with:\n      ratio: 0.6  # light\n"
        "  # no leaps: it is a ballad\n  - prune_notes: max_leap\n    with: {width: 5}  # a fourth\n"
        "  # - clean_up_notes: humanize\n"
    )


def test_a_step_goes_with_its_comments_and_another_comes(edit: dict[str, Any]) -> None:
    edit["chain"][0] = {"prune_notes": "low_notes", "with": {"below": 50}}
    written = rewrite(TEXT, edit)
    assert "ballad" not in written and "# late" in written
    assert "  - prune_notes: low_notes\n    with: {below: 50}\n" in written


def test_changes_and_seed_keep_theirs(edit: dict[str, Any]) -> None:
    edit |= {"seed": 4, "improvise": {"tempo": 120, "title": "Mine", "chords": "Dm7 | G7"}}
    written = rewrite(TEXT, edit)
    assert "seed: 4  # the best of ten\n" in written
    assert "  # as on the record\n  tempo: 120\n  title: 'Mine'\n  chords: Dm7 | G7\n" in written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "chain: [",
        "[seed, chain]",
        "- seed",
        "seed: &a 3\nchain: []\nimprovise: {bars: *a}\n",
        "chain:\n  -\n    prune_notes: max_leap\n",
        "{seed: 1, chain: [{prune_notes: max_leap}]}",
        "3: 4\nchain: []\n",
        "? [a, b]\n: 3\n",
        "chain: &a\n  - *a\n",
        "chain:\n  - &l0 [x]\n" + "".join(f"  - &l{n + 1} [{', '.join([f'*l{n}'] * 9)}]\n" for n in range(12)),
        "chain: " + "[" * 9_000,
        "# long\n" * 1_000_000 + "seed: 3\n",
    ],
)
def test_what_has_no_blocks_to_keep_is_written_anew(text: str, edit: dict[str, Any]) -> None:
    assert parse_scalar(rewrite(text, edit)) == edit
    assert parse_scalar(rewrite(own_sections(text), edit)) == edit


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_comments_stay_whatever_ends_a_line(edit: dict[str, Any], newline: str) -> None:
    edit["chain"][0]["with"]["width"] = 7
    assert rewrite(TEXT.replace("\n", newline), edit) == rewrite(TEXT, edit)


_STEPS = st.lists(
    st.sampled_from(
        [
            {"prune_notes": "max_leap", "with": {"width": 5}},
            {"prune_notes": "max_leap", "with": {"width": 9, "tight": True}},
            {"prune_notes": "max_leap"},
            {"clean_up_notes": "swing", "with": {"ratio": 0.6}},
            {"clean_up_notes": "swing", "with": {"ratio": "1/3", "lengths": ["1/4", 2.5, None]}},
            {"prune_grammar": "low_notes"},
        ]
    ),
    max_size=6,
)


@settings(max_examples=40)
@given(chain=_STEPS, samplers=_STEPS, seed=st.integers(0, 99))
def test_the_values_are_always_those_of_the_edit(chain: list[Any], samplers: list[Any], seed: int) -> None:
    edit = {"seed": seed, "improvise": {}, "chain": chain, "samplers": samplers, "critics": []}
    written = rewrite(TEXT, edit)
    assert parse_scalar(written) == edit
    assert rewrite(written, edit) == written
    assert parse_scalar(rewrite(to_yaml(edit), parse_scalar(TEXT))) == parse_scalar(TEXT)


def test_the_page_begins_with_the_comments_of_the_configuration_s_own_file(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        "extends: blues\n# Not for the studio.\nwrite: [midi]\n# Mine.\nchain:\n  # low\n  - prune_notes: low_notes\n"
    )
    text = Session(file, ["model.use=markov"]).first_text()
    assert "# Mine.\nchain:\n  # low\n  - prune_notes: low_notes\n" in text
    assert "Not for" not in text and "extends" not in text and "samplers:" in text
    assert own_sections("no block") == ""
