"""Pages and files made from templates: real files beside the code that fills them in, in Jinja2."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


def render(package: str, template: str, **values: Any) -> str:
    """Fill in a template.

    In a template that ends in ``.html.jinja`` every value is escaped; ``asset("report.css")`` puts another file of the
    package in as it stands, and ``|tojson`` writes JSON that no text in it can end the script element of.

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
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return environment
