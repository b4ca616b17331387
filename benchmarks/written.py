"""Write a table into a page, between the marks of the script that measures it."""

from __future__ import annotations

import datetime
import os
import platform
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def write_table(page: str, name: str, lines: list[str]) -> None:
    """Replace what stands in a page of docs/ between the marks of a script, and print it."""
    begin, end = f"<!-- written by {name}: begin -->", f"<!-- written by {name}: end -->"
    path = ROOT / "docs" / page
    text = path.read_text(encoding="utf-8")
    before, after = text[: text.index(begin)], text[text.index(end) :]
    path.write_text("\n".join([before + begin, *lines, ""]) + after, encoding="utf-8")
    print("\n".join(lines))


def conditions() -> str:
    """Return when and on what a measurement was made, with the load of the machine."""
    today = datetime.datetime.now(tz=datetime.UTC)
    return (
        f"{today.day} {today:%B %Y}: {platform.system()} {platform.machine()}, {os.cpu_count()} cores, load"
        f" {os.getloadavg()[0]:.0f}, Python {platform.python_version()}"
    )
