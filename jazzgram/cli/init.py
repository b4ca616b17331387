"""``jazzgram init``: a starter project."""

from __future__ import annotations

from pathlib import Path

import click

_CONFIG = """\
# Your first pipeline. Change a line, run it again, listen again:
#   jazzgram run solo.yaml
extends: {parent}
seed: 1
chain:
  - prune_grammar: standard_lengths
    with: {{grid: [1/2, 1/3]}}
  - prune_notes: resolve_approach
  - prune_notes: repeated_notes
  - prune_notes: plugins/low_notes.py     # yours: open it, it is short
    with: {{below: 60}}
  - clean_up_notes: no_overlaps
improvise:
  chords: "F7 | Bb7 | F7 | % | Bb7 | % | F7 | D7 | Gm7 | C7 | F7 D7 | Gm7 C7"
  meter: 4/4
  tempo: 160
"""

_PLUGIN = '''\
"""Remove notes below a pitch."""

from __future__ import annotations

from pydantic import Field

import jazzgram
from jazzgram import Note, hookimpl


class Options(jazzgram.Options):
    """What counts as low."""

    below: int = Field(50, ge=0, le=127, description="Remove notes under this MIDI number.")


@hookimpl
def prune_notes(notes: tuple[Note, ...], options: Options) -> list[Note]:
    """Keep the notes at or above `options.below`."""
    return [note for note in notes if note.pitch >= options.below]
'''

_README = """\
# A jazzgram project

    jazzgram run solo.yaml

- `solo.yaml`: the pipeline. `jazzgram validate solo.yaml` finds its mistakes.
- `plugins/`: your own steps, named in `solo.yaml` by path.
- `data/`: drop files here that the registry cannot fetch (for `metheny`: original_metheny.mid), and set
  JAZZGRAM_DATA=data; or name any file in `corpus.source`, relative to `solo.yaml`.
- `out/`: what comes out.
"""


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Write a starter project: a configuration, a plugin of your own, and where data goes."""
    from jazzgram.errors import JazzgramError

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise JazzgramError(f"{folder}: exists and is not an empty folder; name a new one")
    files = {
        "solo.yaml": _CONFIG.format(parent="blues"),
        "plugins/low_notes.py": _PLUGIN,
        "data/README.md": "Files that the registry cannot fetch go here; set JAZZGRAM_DATA to this folder.\n",
        "README.md": _README,
    }
    try:
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    except OSError as error:
        raise JazzgramError(f"{folder}: cannot be written: {error.strerror or error}") from error
    click.echo(f"{folder}: ready. Next: cd {folder} && jazzgram run solo.yaml")
