"""The files that ``jazzgram new`` and ``jazzgram init`` write, from the templates beside this module."""

from __future__ import annotations

from jazzgram.resources.templates import render

PLUGIN_KINDS = (
    *("pruner", "cleaner", "sampler", "critic", "tokenizer", "model"),
    *("accompanist", "responder", "metric", "reader", "writer"),
)
SCHEMA = "jazzgram.schema.json"
"""The schema by which an editor completes the configuration of a starter project."""
_WORKFLOWS = {f".github/workflows/{name}": f"package/{name}.jinja" for name in ("test.yml", "release.yml")}
"""What tests a package on GitHub, and publishes it to PyPI."""


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
        templates |= {path: f"package/{path}.jinja" for path in ("pyproject.toml", "README.md")} | _WORKFLOWS
    values = {"kind": kind, "name": name, "file": file, "module": module, "plugin": name if package else file}
    values["distribution"] = distribution(name)
    return {path: _written(template, **values) for path, template in templates.items()}


def chain_files(name: str) -> dict[str, str]:
    """Return the files of a package with a configuration, by their path, the configuration first."""
    module = f"jazzgram_{name}"
    templates = {
        f"{module}/{name}.yaml": "chain/chain.yaml.jinja",
        f"{module}/__init__.py": "chain/init.py.jinja",
        f"tests/test_{name}.py": "chain/test.py.jinja",
        "pyproject.toml": "chain/pyproject.toml.jinja",
        "README.md": "chain/README.md.jinja",
        **_WORKFLOWS,
    }
    values = {"kind": "chain", "name": name, "module": module, "distribution": distribution(name)}
    return {path: _written(template, **values) for path, template in templates.items()}


def distribution(name: str) -> str:
    """Return the name of the package that shares a plugin or a chain."""
    return f"jazzgram-{name.replace('_', '-')}"


def project_files() -> dict[str, str]:
    """Return the files of a starter project by their path: a configuration, and the pruner that it names."""
    plain = {path: _written(f"project/{path}") for path in ("solo.yaml", "data/README.md", "README.md")}
    plain["solo.yaml"] = f"# yaml-language-server: $schema={SCHEMA}\n{plain['solo.yaml']}"
    plugin = files("pruner", "too_low", package=False)["plugins/too_low.py"]
    return {**plain, "plugins/too_low.py": plugin}


def _written(template: str, **values: str) -> str:
    return render("jazzgram.hooks", f"templates/{template}", **values)
