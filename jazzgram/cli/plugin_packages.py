"""``jazzgram plugins install``, ``uninstall``, ``search``, ``try``: other people's plugins."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

import click

from jazzgram.cli import arguments
from jazzgram.cli.confirm import confirmed
from jazzgram.cli.lines import folded_words


@click.command("install")
@click.argument("name", metavar="NAME_OR_GIT")
@click.option("--yes", is_flag=True, help="Install what the index does not have, without a question.")
def install_plugin(name: str, yes: bool) -> None:
    """Install a package with plugins or chains into the environment that jazzgram runs in, with pip or uv.

    NAME_OR_GIT is a name of the index ('jazzgram plugins search'), a package on PyPI, git+https://…, or a folder. A
    plugin is code, and runs with your rights.

    \b
    Examples:
      jazzgram plugins install jazzgram-high-notes
      jazzgram plugins install git+https://github.com/somebody/jazzgram-high-notes@v1.0
    """
    from jazzgram.hooks.finding import installed
    from jazzgram.hooks.packages import install, packages, requirement

    what, known = requirement(name)
    question = f"{name} is not in the index of jazzgram: it may be anybody's code. Install it?"
    if not (known or yes or confirmed(question, "nothing was installed", "--yes installs without asking")):
        return
    before = packages()
    install(what)
    found = {package: names for package, names in packages().items() if before.get(package) != names}
    for package, names in found.items():
        click.echo(f"{package}: {', '.join(names)}")
    if not found:
        click.echo(f"{name}: installed; it brings no new plugin or configuration")
    plugins = {full.rpartition(".")[2] for full in installed()}
    for name in [name for names in found.values() for name in names][:1]:
        click.echo(f"next: jazzgram plugins show {name}" if name in plugins else f"next: extends: {name}:NAME")


@click.command("uninstall")
@click.argument("package", metavar="PACKAGE")
def uninstall_plugin(package: str) -> None:
    """Uninstall a package with plugins or chains."""
    from jazzgram.hooks.packages import uninstall

    uninstall(package)
    click.echo(f"{package}: uninstalled")


@click.command("search")
@click.argument("word", required=False, default="")
@arguments.as_json
def search_plugins(word: str, as_json: bool) -> None:
    """Search the plugins that are installed, and the index of other people's packages.

    WORD is looked for in names, hooks and descriptions. The index is a file of jazzgram; to add a package, send a pull
    request for data/plugin_index.yaml.
    """
    from jazzgram.hooks.catalogue import entries
    from jazzgram.hooks.packages import packages, read_index

    have = packages()
    rows = [
        {
            "name": entry.name,
            "hooks": list(entry.hooks),
            "summary": entry.summary or entry.broken,
            "from": entry.origin,
        }
        for entry in entries()
    ]
    rows += [
        {"name": name, "hooks": list(entry.hooks), "summary": entry.summary, "from": f"install {name}"}
        for name, entry in read_index().items()
        if name not in have
    ]
    found = [row for row in rows if word.lower() in " ".join(map(str, row.values())).lower()]
    if as_json:
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
        return
    for row in found:
        other = [] if str(row["from"]).startswith("jazzgram ") else [f"[{row['from']}]"]
        label = f"{row['name']:<26}{', '.join(row['hooks']):<20} "
        click.echo(folded_words(label, [*str(row["summary"]).split(" "), *other]))
    if not found:
        click.echo(f"nothing has {word!r} in its name, hooks or description")


@click.command("try")
@click.argument("what", metavar="URL_OR_PATH")
@click.argument("config", metavar="CONFIG")
@arguments.out
@arguments.settings
@arguments.seed
def try_plugin(what: str, config: str, out: Path | None, settings: tuple[str, ...], seed: int | None) -> None:
    """Run a configuration with a package that is installed for this run only.

    The package goes into an environment of its own, which has all that is installed here and is thrown away. That
    leaves your installation as it is; it is no sandbox: the code runs with your rights.

    \b
    Examples:
      jazzgram plugins try git+https://github.com/somebody/jazzgram-high-notes solo.yaml
      jazzgram plugins try ./jazzgram-high-notes jazzgram-high-notes/high_notes.yaml
    """
    from jazzgram.hooks.packages import install, new_environment, requirement

    requirement_, _ = requirement(what)
    words = [word for setting in settings for word in ("--set", setting)]
    words += [] if out is None else ["--out", str(out)]
    words += [] if seed is None else ["--seed", str(seed)]
    with tempfile.TemporaryDirectory(prefix="jazzgram-try-") as folder:
        python = new_environment(Path(folder))
        install(requirement_, python)
        done = subprocess.run([str(python), "-m", "jazzgram", "run", config, *words], check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


COMMANDS = (install_plugin, uninstall_plugin, search_plugins, try_plugin)
