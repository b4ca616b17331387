"""What mkdocs calls while it builds the site: pages made from the code, and links that lead to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from make_pages import explorer, gallery, links, pages
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

_known = links.addresses()


def on_config(config: MkDocsConfig) -> None:
    """Make the pages, and put those of hooks and plugins into the navigation."""
    made = pages()
    made |= {address: (links.ROOT / path).read_text(encoding="utf-8") for address, path in links.INCLUDED.items()}
    config.extra["made"] = {address: links.repoint(text, address, _known) for address, text in made.items()}
    config.nav = [_filled(entry, list(made)) for entry in config.nav or []]


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add the made pages, the files they and the written pages link to, and the takes of the gallery."""
    made: dict[str, str] = config.extra["made"]
    written = {
        file.src_uri: links.repoint(file.content_string, file.src_uri, _known) for file in files.documentation_pages()
    }
    for address, text in {**made, **links.source_pages({**written, **made})}.items():
        files.append(File.generated(config, address, content=text))
    for address, content in gallery.files().items():
        files.append(File.generated(config, address, content=content))


def on_page_markdown(markdown: str, page: Any, config: MkDocsConfig, files: Files) -> str:
    """Lead the links of a written page to the site; those of made pages do so already."""
    address = page.file.src_uri
    return markdown if page.file.generated_by else links.repoint(markdown, address, _known)


def on_post_page(output: str, page: Any, config: MkDocsConfig) -> str:
    """Put the pages with recorded runs, which have no theme, in their places."""
    return explorer.standalone(page.file.src_uri) or output


def _filled(entry: Any, made: list[str]) -> Any:
    """Replace a folder's name (``hooks/``) in the navigation by the pages made in it."""
    if isinstance(entry, dict):
        return {title: _filled(inner, made) for title, inner in entry.items()}
    if isinstance(entry, list):
        return [_filled(inner, made) for inner in entry]
    if isinstance(entry, str) and entry.endswith("/"):
        return [address for address in made if Path(address).parent.as_posix() + "/" == entry]
    return entry
