"""The chain explorer and the pages of every step and every critic: what they make of the same take.

On the first a reader switches six steps on and off, in any combination; the second has every stock step, before and
after, the third every stock critic, without and with. The runs are played when the site is built. The pages show and
play them with the scripts of the report, without a server.
"""

from make_pages.explorer.page import CRITICS, EXPLORER, STEPS, pages, standalone

__all__ = ["CRITICS", "EXPLORER", "STEPS", "pages", "standalone"]
