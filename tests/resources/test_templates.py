"""Templates: text stays text in a page, code stays code in a file, and nothing is missing without a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from jazzgram.resources.templates import render

NASTY = "</script> & 'Blues' \"\u2028"


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with a page, its style and a module to be written."""
    folder = tmp_path / "templates_of_a_test"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "page.html.jinja").write_text('<style>{{ asset("page.css") }}</style><b>{{ title }}</b>{{ view|tojson }}')
    (folder / "page.css").write_text("b > i { content: '{{ title }}' }")
    (folder / "plugin.py.jinja").write_text('name = "{{ name }}"\n')
    monkeypatch.syspath_prepend(tmp_path)


def test_a_page_escapes_its_values_and_keeps_its_assets() -> None:
    page = render("templates_of_a_test", "page.html.jinja", title=NASTY, view={"title": NASTY})
    style, _, rest = page.partition("</style>")
    title, _, view = rest.partition("</b>")
    assert style == "<style>b > i { content: '{{ title }}' }"
    assert title == "<b>&lt;/script&gt; &amp; &#39;Blues&#39; &#34;\u2028"
    assert "<" not in view and json.loads(view) == {"title": NASTY}


def test_a_file_of_code_is_written_as_it_stands() -> None:
    assert render("templates_of_a_test", "plugin.py.jinja", name="a<b") == 'name = "a<b"\n'


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="'name' is undefined"):
        render("templates_of_a_test", "plugin.py.jinja")
