"""The chain explorer and the page of every step: what steps of a chain make of the same sampled terms.

On the first a reader switches six steps on and off, in any combination; the second has every stock step, before and
after. The runs are played when the site is built. The pages show and play them with the scripts of the report, without
a server.
"""

from make_pages.explorer.page import EXPLORER, STEPS, pages, standalone

__all__ = ["EXPLORER", "STEPS", "pages", "standalone"]
