"""The pages of the documentation that are made from the code, as Markdown.

`pages` yields them all. They are made whenever the site is built (``docs/mkdocs_hook.py``) and stored nowhere. Links to
files of the repository are written as on GitHub, relative to the page; `links` leads them to the page that is made from
the file.
"""

from __future__ import annotations

from make_pages import commands, configuration, explorer, gallery, hooks, notebooks, plugins, reference


def pages() -> dict[str, str]:
    """Make every generated page.

    Returns
    -------
    dict of str to str
        Address in the site (``hooks/prune_notes.md``) to Markdown whose first line is the title.
    """
    return {
        **hooks.pages(),
        **plugins.pages(),
        **configuration.pages(),
        **commands.pages(),
        **reference.pages(),
        **notebooks.pages(),
        **gallery.pages(),
        **explorer.pages(),
    }
