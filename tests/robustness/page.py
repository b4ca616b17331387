"""The tables of ``docs/robustness.md``, which commands write."""

from __future__ import annotations

from paths import ROOT

PAGE = ROOT / "docs" / "robustness.md"


def write_table(name: str, text: str) -> None:
    """Replace the table between the page's marks of a name."""
    page = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, after = page[: page.index(begin) + len(begin)], page[page.index(end) :]
    PAGE.write_text(f"{before}\n\n{text}\n\n{after}", encoding="utf-8")
