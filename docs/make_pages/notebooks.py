"""Pages made from executed notebooks, and the execution of notebooks.

``python docs/make_pages/notebooks.py`` executes those of ``docs/notebooks`` anew and keeps what they show.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import nbformat

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
INSTALL = "install"
"""The tag of the cell that installs jazzgram on Colab; it is never executed here."""


def pages() -> dict[str, str]:
    """Make a page of each notebook, with what its cells show."""
    return {f"notebooks/{path.stem}.md": page(path) for path in sorted(FOLDER.glob("*.ipynb"))}


def page(path: Path) -> str:
    """Turn a notebook into Markdown, with a link to the file below its title."""
    parts = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
        elif cell.cell_type == "code":
            parts.append(f"```python\n{cell.source}\n```")
            parts.extend(filter(None, map(_shown, cell.outputs)))
    title, _, rest = "\n\n".join(parts).partition("\n")
    return f'{title}\n\n<a href="{path.name}" download>Download this notebook</a>\n{rest}\n'


def _shown(output: Any) -> str:
    """Return what a cell shows: HTML in one line, which Markdown leaves alone, or text."""
    content = output.get("data", {})
    if "text/html" in content:
        return f"<div>{' '.join(content['text/html'].split())}</div>"
    text = content.get("text/plain", output.get("text", "")).rstrip()
    return f"```text\n{text}\n```" if text else ""


def execute(path: Path) -> Any:
    """Execute a notebook in an empty folder.

    Parameters
    ----------
    path : Path
        It is left as it is.

    Returns
    -------
    NotebookNode
        The notebook with what its cells show now, but for the cell that installs jazzgram. What belongs to the machine
        (its kernel, addresses of objects) is not in it.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        Where a cell fails.
    """
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    cells = notebook.cells
    notebook.cells = [cell for cell in cells if not installs(cell)]
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": folder}}, record_timing=False)
        client.execute()
    notebook.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    for cell in notebook.cells:
        cell.metadata = {}
        for output in cell.get("outputs", ()):
            if "text/html" in output.get("data", {}):
                del output.data["text/plain"]
    notebook.cells = cells
    return notebook


def installs(cell: Any) -> bool:
    """Return whether a cell installs jazzgram."""
    return INSTALL in cell.metadata.get("tags", ())


if __name__ == "__main__":
    for place in sorted(FOLDER.glob("*.ipynb")):
        nbformat.write(execute(place), place)
