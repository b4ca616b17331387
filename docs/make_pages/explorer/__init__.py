"""The chain explorer: a page on which a reader switches six steps of a chain on and off.

Every combination of the steps is played when the site is built, all of the same sampled terms. The page shows and plays
them with the scripts of the report; it needs no server.
"""

from make_pages.explorer.page import PAGE, pages, standalone

__all__ = ["PAGE", "pages", "standalone"]
