"""The files that ``jazzgram new`` and ``jazzgram init`` write, from the templates beside this module."""

from __future__ import annotations

from jazzgram.resources.templates import render

PLUGIN_KINDS = (
    *("pruner", "cleaner", "sampler", "critic", "tokenizer", "model"),
    *("accompanist", "responder", "metric", "reader", "writer"),
)


def files(kind: str, name: str, package: bool) -> dict[str, str]:
    """Return the files of a new plugin: the plugin itself, its test, and a configuration that uses it.

    Parameters
    ----------
    kind : str
        One of `PLUGIN_KINDS`.
    name : str
        The plugin's name, a Python identifier.
    package : bool
        Whether it is shared as a pip package instead of lying beside the configuration.

    Returns
    -------
    dict of str to str
        Path to content, the plugin first.
    """
    module = f"jazzgram_{name}"
    file = f"{module}.py" if package else f"plugins/{name}.py"
    templates = {
        file: f"{kind}/plugin.py.jinja",
        f"tests/test_{name}.py": f"{kind}/test.py.jinja",
        f"{name}.yaml": f"{kind}/solo.yaml.jinja",
    }
    if kind == "reader":
        templates["tests/tune.txt"] = "reader/tune.txt"
    if package:
        templates |= {path: f"package/{path}.jinja" for path in ("pyproject.toml", "README.md")}
    values = {"kind": kind, "name": name, "file": file, "module": module, "plugin": name if package else file}
    return {path: _written(template, **values) for path, template in templates.items()}


def project_files() -> dict[str, str]:
    """Return the files of a starter project by their path: a configuration, and the pruner that it names."""
    plain = {path: _written(f"project/{path}") for path in ("solo.yaml", "data/README.md", "README.md")}
    plugin = files("pruner", "low_notes", package=False)["plugins/low_notes.py"]
    return {**plain, "plugins/low_notes.py": plugin}


def _written(template: str, **values: str) -> str:
    return render("jazzgram.hooks", f"templates/{template}", **values)
