"""What the documentation says is done here, line by line, and its pages are complete."""

from __future__ import annotations

import ast
import doctest
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest
import yaml
from browser import chromium
from paths import ROOT

from jazzgram.config.schema import config_schema
from jazzgram.hooks.catalogue import lookup, option_rows
from jazzgram.hooks.finding import installed
from jazzgram.hooks.hookspecs import HookSpecs
from jazzgram.hooks.plugins import HOOKS
from jazzgram.hooks.scaffold import files, project_files

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
STOCK = sorted(name for name, entry in installed().items() if entry.value.startswith("jazzgram_plugins."))
_BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.+?)^```', re.DOTALL | re.MULTILINE)


# --- what a reader types ---


def run(line: str, folder: Path, added: Path) -> None:
    """Run a line of a tutorial; what it installs goes to the folder `added`."""
    words = shlex.split(line)
    pip = ["pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(added)]
    programs = {
        "jazzgram": [sys.executable, "-c", "from jazzgram.cli import main; main()"],
        "pytest": [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        "pip": [sys.executable, "-m", *pip],
    }
    arguments = [word for word in words[1:] if words[0] != "pip" or word not in ("install", "-e")]
    if arguments[0] == "run" and "model.with.epochs=20" not in arguments:
        arguments += ["--set", "model.with.epochs=20"]  # the solo is not what is tested
    done = subprocess.run(
        [*programs[words[0]], *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(added)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"


def follow(page: Path, folder: Path) -> int:
    """Do what a page says, from top to bottom; give the number of lines that were run."""
    added, lines = folder / "added", 0
    for language, title, text in _BLOCK.findall(page.read_text(encoding="utf-8")):
        if title:
            (folder / title).parent.mkdir(exist_ok=True)
            (folder / title).write_text(text)
        if language == "console":
            for line in re.findall(r"^\$ (.+)$", text, re.MULTILINE):
                lines += 1
                if line.startswith("cd "):
                    folder = folder / line.removeprefix("cd ")
                else:
                    run(line, folder, added)
    return lines


def test_the_tutorial_works_line_by_line(tmp_path: Path) -> None:
    page = DOCS / "first-pruner.md"
    assert follow(page, tmp_path) >= 8
    shows(page, tmp_path / "plugins" / "too_low.py")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["index", "first-sampler", "sharing", "corpora"])
def test_the_other_pages_with_commands_work_line_by_line(name: str, tmp_path: Path) -> None:
    assert follow(DOCS / f"{name}.md", tmp_path) >= 3
    if name == "first-sampler":
        shows(DOCS / "first-sampler.md", tmp_path / "plugins" / "more_rests.py")


def shows(page: Path, written: Path) -> None:
    """Check that the first piece of Python of a page is what `jazzgram new` wrote."""
    shown = next(text for language, _, text in _BLOCK.findall(page.read_text(encoding="utf-8")) if language == "python")
    for line in shown.splitlines():
        assert line.rstrip('"') in written.read_text(encoding="utf-8"), (
            f"{page.name} shows a line that is not written: {line}"
        )


def working_part(code: str) -> list[str]:
    """Return a plugin's class and function, with the first line of their docstrings, one text a definition."""
    parts = [node for node in ast.parse(code).body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    for part in parts:
        first = part.body[0]
        assert isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        first.value.value = str(first.value.value).splitlines()[0]
    return [ast.unparse(part) for part in parts]


@pytest.mark.parametrize("page", ["README.md", "docs/first-pruner.md", "plugins/pruners/low_notes.py"])
def test_the_tutorials_pruner_is_the_one_that_is_written(page: str) -> None:
    text = (ROOT / page).read_text()
    blocks = [text] if page.endswith(".py") else [code for name, _, code in _BLOCK.findall(text) if name == "python"]
    (shown,) = (code for code in blocks if "def prune_notes" in code)
    written = files("pruner", "too_low", package=False)["plugins/too_low.py"]
    assert working_part(shown) == working_part(written)


def test_the_readme_and_the_home_page_show_the_configuration_that_init_writes() -> None:
    written = project_files()["solo.yaml"]
    for page in (ROOT / "README.md", DOCS / "index.md"):
        assert any(code in written for name, _, code in _BLOCK.findall(page.read_text()) if name == "yaml"), page.name


def test_the_home_page_shows_the_chain_that_init_writes(tmp_path: Path) -> None:
    run("jazzgram init mysolo", tmp_path, tmp_path)
    blocks = _BLOCK.findall((DOCS / "index.md").read_text())
    first, second = (text for language, _, text in blocks if language == "yaml")
    written = (tmp_path / "mysolo" / "solo.yaml").read_text()
    assert first in written
    changed = tmp_path / "mysolo" / "changed.yaml"
    changed.write_text(written.replace(first, first + second))
    run("jazzgram validate mysolo/changed.yaml", tmp_path, tmp_path)


def test_the_readmes_python_works(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.+?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    script = next(block for block in blocks if "Pipeline.load" in block)
    script = script.replace("improvise={", 'model={"with": {"epochs": 2}}, improvise={')  # it is not the model's test
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "16 bars of 4/4" in done.stdout and (tmp_path / "solo.mid").is_file(), done.stderr
    assert (tmp_path / "out" / "blues" / "solo.mid").is_file()


def typed(text: str) -> list[list[str]]:
    """Return the lines of a page that call jazzgram, in blocks and within sentences, as words."""
    found = re.findall(r"(?:^ *(?:\$ )?|`)(jazzgram [^`\n]+)", re.sub(r"\\\n\s*", " ", text), re.MULTILINE)
    lines = (re.split(r" +# | && | > ", line)[0].rstrip(" .…") for line in found)
    return [shlex.split(line) for line in lines if line.count('"') % 2 == 0 and line.count("'") % 2 == 0]


@pytest.mark.parametrize("page", [*PAGES, ROOT / "SECURITY.md"], ids=lambda page: page.name)
def test_commands_and_options_that_a_page_names_exist(page: Path) -> None:
    import click

    from jazzgram.cli import commands, register

    register()
    for words in typed(page.read_text(encoding="utf-8")):
        command: Any = commands
        rest = words[1:]
        while isinstance(command, click.Group) and rest and rest[0] in command.commands:
            command, rest = command.commands[rest[0]], rest[1:]
        command = command.commands[command.default] if hasattr(command, "default") else command
        known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        for word in rest:
            option = re.match(r"--?[a-z][\w-]*", word)
            assert not option or option[0] in known | {"--help", "-h", "--version"}, f"{page.name}: {shlex.join(words)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_yaml_parses_and_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"```yaml[^\n]*\n(.+?)```", text, re.DOTALL):
        assert yaml.safe_load(block)
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


# --- what the pages must hold ---


def test_the_readme_lists_every_command() -> None:
    from jazzgram.cli import commands, register

    register()
    text = (ROOT / "README.md").read_text()
    assert "run" in commands.commands
    for name in commands.commands:
        assert f"`jazzgram {name}" in text, f"{name} is not in the README's table"


def test_the_gallery_has_a_take_of_every_style_that_runs(make_pages: ModuleType, pages: dict[str, str]) -> None:
    from jazzgram import Pipeline
    from jazzgram.config.styles import styles

    gallery = make_pages.gallery
    assert sorted(example.style for example in gallery.EXAMPLES) == sorted(styles())
    for example in gallery.EXAMPLES:
        words = shlex.split(example.command.replace("\\\n", ""))
        assert words[:3] == ["jazzgram", "run", "weimar"] and tuple(words[4::2]) == example.arguments
        assert (
            Pipeline.load("weimar", settings=list(example.arguments)).config.sections.accompany.style == example.style
        )
        for ending in ("mp3", "svg", "png", "html"):
            assert f"gallery/{example.style}.{ending}" in pages["gallery.md"]


def test_the_gallery_names_whom_a_take_is_like(make_pages: ModuleType) -> None:
    named = 0
    for example in make_pages.gallery.EXAMPLES:
        pipeline = example.pipeline()
        assert pipeline.trained
        for soloist in re.findall(r"Like (\w+ \w+)\.", example.text):
            assert pipeline.persona.soloist == soloist, example.style
            named += 1
    assert named == 2


@pytest.mark.slow
def test_gallery_takes_are_cached(make_pages: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gallery = make_pages.gallery
    monkeypatch.setattr(make_pages.cached, "FOLDER", tmp_path)
    monkeypatch.setattr(gallery, "EXAMPLES", gallery.EXAMPLES[:1])
    made = gallery.files()
    assert set(made) == {
        f"gallery/{name}" for name in ("swing.svg", "swing.png", "swing.mp3", "swing.html", "first.mp3")
    }
    assert b"Through the chain" in made["gallery/swing.html"] and b'<h2 id="measures">' in made["gallery/swing.html"]
    monkeypatch.setattr(gallery, "_example_files", None)
    assert gallery.files() == made, "they are not played again"


def test_every_command_and_option_is_in_the_reference(make_pages: ModuleType, pages: dict[str, str]) -> None:
    found = dict(make_pages.commands.found())
    assert "jazzgram run" in found
    for path, command in found.items():
        section = pages["commands.md"].partition(f"\n## {path}\n")[2].partition("\n## ")[0]
        for parameter in command.params:
            assert any(name in section for name in (*parameter.opts, parameter.make_metavar(_context(path, command))))


def _context(path: str, command: Any) -> Any:
    import click

    return click.Context(command, info_name=path)


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_a_page_with_every_argument(hook: str, make_pages: ModuleType, pages: dict[str, str]) -> None:
    page = pages[f"hooks/{hook}.md"]
    table = page.partition("## Arguments")[2].partition("???")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(make_pages.hooks.arguments(hook))
    assert getattr(HookSpecs, hook).__doc__.splitlines()[0] in page
    for part in ("| mutability |", "## Returns", "Since version 0."):
        assert part in page
    if make_pages.hooks.stock(hook):
        assert "## A minimal implementation" in page
        assert f"def {hook}(" in page.partition("## A minimal implementation")[2]


def test_the_examples_of_the_page_makers_are_right(make_pages: ModuleType) -> None:
    assert doctest.testmod(make_pages.docstrings).failed == 0


def test_links_lead_to_the_page_made_from_a_file_or_to_one_that_shows_it(make_pages: ModuleType) -> None:
    links = importlib.import_module("make_pages.links")
    known = links.addresses()
    for address, written, expected in [
        ("chain.md", "../jazzgram/hooks/hookspecs.py", "hooks/index.md"),
        ("chain.md", "../jazzgram/improvisation/chain.py", "source/jazzgram/improvisation/chain.py.md"),
        ("index.md", "../plugins/pruners/low_notes.py", "plugins/pruners.md#low_notes"),
        ("hooks/sample.md", "../../plugins/samplers/argmax.py", "../plugins/samplers.md#argmax"),
        ("changelog.md", "docs/chain.md#order", "chain.md#order"),
        ("benchmarks.md", "../README.md", "index.md"),
        ("chain.md", "configuration.md#order-and-promises", "configuration.md#order-and-promises"),
        ("chain.md", "https://example.org/a.py", "https://example.org/a.py"),
        ("chain.md", "../no/such.py", "../no/such.py"),
    ]:
        assert links.repoint(f"[x]({written})", address, known) == f"[x]({expected})"


def test_an_argument_of_a_new_type_needs_a_word_about_its_mutability(make_pages: ModuleType) -> None:
    with pytest.raises(LookupError, match="may change engine: Engine"):
        make_pages.hooks.mutability("prune_notes", "engine", "Engine")


@pytest.mark.parametrize("full", STOCK)
def test_every_stock_plugin_is_in_the_gallery(full: str, make_pages: ModuleType, pages: dict[str, str]) -> None:
    kind, _, name = full.partition(".")
    (plugin,) = lookup(full, ROOT)
    assert f"({kind}.md#{name})" in pages["plugins/index.md"]
    entry = pages[f"plugins/{kind}.md"].partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    for row in option_rows(plugin):
        assert f"| `{row['name']}` |" in entry
    used = yaml.safe_load(make_pages.plugins.usage(plugin))
    (value,) = used.values()
    step = value[0] if isinstance(value, list) else value
    plugin.options.model_validate(step.get("with", {}))


def test_every_key_of_the_schema_is_in_the_reference_with_its_meaning(pages: dict[str, str]) -> None:
    page = pages["configuration-reference.md"]
    schema = config_schema()
    for key in schema["properties"]:
        assert f"\n## {key}\n" in page
    checked = 0
    sections = {"CorpusSection": "corpus", "ImproviseSection": "improvise"}
    for name, definition in schema["$defs"].items():
        kind, dot, plugin = name.partition(".")
        heading = f"\n### {kind}: {plugin}\n" if dot else f"\n## {sections.get(name, '')}\n"
        keys = definition.get("properties", {})
        if not keys or (not dot and name not in sections):
            continue
        below = re.split(r"\n##+ ", page.partition(heading)[2])[0]
        cells = [re.split(r" (?<!\\)\| ", line.strip("| ")) for line in below.splitlines() if line.startswith("| `")]
        meanings = {row[0].strip("`"): row[-1] for row in cells if len(row) > 2}
        assert set(keys) <= set(meanings), f"{name}: {set(keys) - set(meanings)}"
        for key in keys:
            assert meanings[key].strip(" `"), f"{name}.{key} has no description"
            checked += 1
    assert checked > len(STOCK), "there are more options than plugins"


def test_every_key_of_a_configuration_and_of_execution_is_on_its_page() -> None:
    page = (DOCS / "configuration.md").read_text()
    schema = config_schema()
    for key in schema["properties"]:
        assert re.search(rf"`{key}[`:]|^{key}:|^## {key}$", page, re.MULTILINE), key
    rows = page.partition("## execution\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", rows, re.MULTILINE)) == set(schema["$defs"]["Execution"]["properties"])


def test_every_environment_variable_is_documented() -> None:
    code = "".join(path.read_text() for folder in ("jazzgram", "plugins") for path in (ROOT / folder).rglob("*.py"))
    page = (DOCS / "configuration.md").read_text()
    names = set(re.findall(r"JAZZGRAM_[A-Z_]+[A-Z]", code))
    assert "JAZZGRAM_CACHE" in names
    for name in names:
        assert f"| `{name}` |" in page, name


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    """The script that measures round trips."""
    spec = importlib.util.spec_from_file_location("bench_round_trip", ROOT / "benchmarks" / "bench_round_trip.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up here
    spec.loader.exec_module(module)
    return module


def lost(bench: ModuleType, tunes: Any, name: str, options: dict[str, float]) -> str:
    """Measure a tokenizer's loss and write it as a row of the page's tables."""
    loss = bench.measure(tunes, name, options)
    shares = " | ".join(f"{100 * share:.1f} %" for share in loss.shares.values())
    return f"| `{name}`{' (1/12)' if options else ''} | {loss.terms:,} | {loss.distinct} | {shares} |"


def test_the_losses_of_the_tokenizers_are_those_measured(bench: ModuleType) -> None:
    page = (DOCS / "tokenizers.md").read_text()
    tunes = bench.bundled_tunes(bench.BUNDLED)
    for name in ("deepjazz", "deepjazz_rests", "scale_degree"):
        assert lost(bench, tunes, name, {}) in page


@pytest.mark.slow
def test_the_losses_on_recorded_solos_are_those_measured(bench: ModuleType, shared: Path) -> None:
    page = (DOCS / "tokenizers.md").read_text()
    tunes = bench.recorded_tunes(shared / "reference" / "wjazzd_bars.jsonl")
    for name, options in bench.TOKENIZERS:
        assert lost(bench, tunes, name, options) in page


# --- the site ---


class _Links(HTMLParser):
    """Collect where a page leads and which places it has."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: set[str] = set()
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.targets.add(unquote(value))
            elif name == "id" and value:
                self.places.add(value)


def _read(page: Path) -> _Links:
    links = _Links()
    links.feed(page.read_text(encoding="utf-8"))
    return links


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` does."""
    pytest.importorskip("material", reason="mkdocs-material is not installed")
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_link_of_the_site_leads_somewhere(site: Path) -> None:
    pages = {page: _read(page) for page in site.rglob("*.html")}
    assert len(pages) > 40
    for page, links in pages.items():
        if page.name == "404.html":
            continue  # its links are those of the server's root
        for target in links.targets:
            if target.startswith("data:"):
                continue
            path, _, place = target.partition("#")
            if re.match(r"https?:", target):
                assert not path.endswith((".js", ".css", ".woff2", ".png", ".svg")), f"{page.name} fetches {target}"
                continue
            found = (page.parent / path).resolve() if path else page
            assert found.exists(), f"{page.relative_to(site)} leads to {target}"
            if place.startswith("step="):  # the page's script selects the step
                assert f'"name":"{place.removeprefix("step=")}"' in found.read_text(encoding="utf-8"), target
            elif place and found in pages:
                assert place in pages[found].places, f"{page.relative_to(site)} leads to {target}"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_site_is_searched_from_the_disk(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page()
        page.goto((site / "index.html").as_uri())
        page.locator(".md-search__input").click()
        page.keyboard.type("repeated notes", delay=30)
        first = page.locator(".md-search-result__item h1").first
        first.wait_for()
        assert first.inner_text()
        assert page.locator(".md-search-result__item").count() > 3
