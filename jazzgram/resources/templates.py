"""Pages and files made from templates: real files beside the code that fills them in, in Jinja2."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


def render(package: str, template: str, **values: Any) -> str:
    """Fill in a template.

    In a template that ends in ``.html.jinja`` every value is escaped; ``asset("report.css")`` puts another file of the
    package in as it stands, and ``|tojson`` writes JSON that no text in it can end the script element of.
    ``text|csp_hash`` is what a content policy has for a script or a style of just this text.

    Parameters
    ----------
    package : str
        The package in whose folder the template lies, and any file that it names.
    template : str
        The template's path within that folder.
    **values
        What the template names; a name that it misses is an error, never an empty text.

    Returns
    -------
    str
        The text, with the template's own last newline.
    """
    return _environment(package).get_template(template).render(values)


@cache
def _environment(package: str) -> Environment:
    from importlib.resources import files

    from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape
    from markupsafe import Markup

    def read(path: str) -> str:
        return files(package).joinpath(path).read_text(encoding="utf-8")

    environment = Environment(
        loader=FunctionLoader(read),
        autoescape=select_autoescape(["html.jinja"], default=False),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = lambda path: Markup(read(path))
    environment.filters["csp_hash"] = lambda text: Markup(csp_hash(text))
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return environment


def csp_hash(text: str) -> str:
    """Return the source expression of a Content-Security-Policy that allows an inline script or style (CSP Level 3).

    Parameters
    ----------
    text : str
        All between the tags.

    Examples
    --------
    >>> csp_hash("alert('Hello, world.');")
    "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    """
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
