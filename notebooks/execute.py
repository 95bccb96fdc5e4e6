"""Execute every notebook in this folder and keep its outputs: ``python notebooks/execute.py``."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent


def execute(path: Path) -> nbformat.NotebookNode:
    """Run a notebook from top to bottom; a cell that fails raises."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(HERE)}}).execute()
    for cell in notebook.cells:
        # Times of execution would make each run another file.
        cell.metadata.pop("execution", None)
    return notebook


if __name__ == "__main__":
    for each in sorted(HERE.glob("*.ipynb")):
        nbformat.write(execute(each), each)
        print(each.name)
