"""Links that work on GitHub and in the site.

In the repository a page links to files, ``../plugins/pruners/low_notes.py``. In the site such a link leads to the page
that is made from the file, or else to a page that shows it.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from jazzgram.hooks.finding import installed

ROOT = Path(__file__).resolve().parents[2]

INCLUDED = {
    "benchmarks.md": "benchmarks/README.md",
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "sources.md": "data/SOURCES.md",
}
"""Pages that are files elsewhere in the repository."""

_MADE_FROM = {
    "README.md": "index.md",
    "docs/make_pages/explorer/critics.py": "every_critic.md",
    "docs/make_pages/explorer/effects.py": "steps.md",
    "docs/make_pages/explorer/page.py": "explorer.md",
    "docs/make_pages/gallery.py": "gallery.md",
    "docs/notebooks/course.ipynb": "notebooks/course.md",
    "docs/notebooks/first_solo.ipynb": "notebooks/first_solo.md",
    "docs/notebooks/pruner.ipynb": "notebooks/pruner.md",
    "jazzgram/hooks/hookspecs.py": "hooks/index.md",
    "jazzgram/testing": "jazzgram.testing.md",
    "jazzgram/config/schema.py": "configuration-reference.md",
    "jazzgram/cli": "commands.md",
    "jazzgram/__init__.pyi": "jazzgram.md",
    "jazzgram/music": "jazzgram.music.md",
    "jazzgram/rendering": "jazzgram.rendering.md",
    "jazzgram/models": "jazzgram.models.md",
    "jazzgram/evaluation": "jazzgram.evaluation.md",
    "plugins": "plugins/index.md",
    **{path: address for address, path in INCLUDED.items()},
}
_LINK = re.compile(r"(?<=\]\()([^)\s:#]+)(#[^)\s]*)?(?=\))")
_LANGUAGES = {".py": "python", ".yaml": "yaml", ".toml": "toml", ".txt": "text", ".md": "markdown"}


def addresses() -> dict[str, str]:
    """Return the address in the site of every file that a page is made from, by its path in the repository."""
    found = dict(_MADE_FROM)
    for full, entry in installed().items():
        if entry.value.startswith("jazzgram_plugins."):
            kind, _, name = full.partition(".")
            found[f"plugins/{kind}"] = f"plugins/{kind}.md"
            path = Path("plugins", *entry.value.split(".")[1:])
            file = path / "__init__.py" if (ROOT / path).is_dir() else path.with_suffix(".py")
            found[file.as_posix()] = f"plugins/{kind}.md#{name}"
    return found


def repoint(text: str, address: str, known: dict[str, str]) -> str:
    """Lead the links of a page to the site.

    Parameters
    ----------
    text : str
        Markdown, its links relative to where the page is in the repository.
    address : str
        The page's address in the site.
    known : dict of str to str
        From `addresses`.

    Returns
    -------
    str
        The same with links relative to `address`. What leads nowhere is left as it is, for mkdocs to complain of.
    """
    here = posixpath.dirname(INCLUDED.get(address, f"docs/{address}"))

    def to_site(match: re.Match[str]) -> str:
        target, anchor = match[1], match[2] or ""
        path = posixpath.normpath(posixpath.join(here, target))
        if path in known:
            found = known[path] + ("" if "#" in known[path] else anchor)
        elif path.startswith("docs/"):
            found = path.removeprefix("docs/") + anchor
        elif (ROOT / path).is_file():
            found = f"source/{path}.md"
        else:
            return match[0]
        page, hash_, place = found.partition("#")
        return posixpath.relpath(page, posixpath.dirname(address) or ".") + hash_ + place

    return _LINK.sub(to_site, text)


def source_pages(texts: dict[str, str]) -> dict[str, str]:
    """Make a page for every file that pages link to and that no page is made from.

    Parameters
    ----------
    texts : dict of str to str
        Markdown of all pages by address, after `repoint`.
    """
    made = {}
    for address, text in texts.items():
        for match in _LINK.finditer(text):
            found = posixpath.normpath(posixpath.join(posixpath.dirname(address), match[1]))
            if found.startswith("source/"):
                path = found.removeprefix("source/").removesuffix(".md")
                code = (ROOT / path).read_text(encoding="utf-8")
                language = _LANGUAGES.get(Path(path).suffix, "text")
                made[found] = f"# {path}\n\n````{language}\n{code.rstrip()}\n````\n"
    return made
