"""The house holds: layers, imports, public names, sizes, words, version."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import cmmatch

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# Libraries that are slow to import, and the rooms that may import them at the head of a module.
SLOW = {
    "click": ("__main__", "cli"),
    "jinja2": (),
    "matplotlib": (),
    "networkx": (),
    "openpyxl": (),
    "ortools": (),
    "pandas": (),
    "polars": (),
    "pyarrow": (),
    "python_calamine": (),
    "rich": ("cli",),
}


class Import(NamedTuple):
    """One imported name as it stands in a source file."""

    name: str
    line: int
    at_head: bool


def dotted(path):
    """Return the name of the module in a file under src."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {dotted(path): path for path in sorted(SOURCE.rglob("*.py"))}


def room(name):
    """Return the part of cmmatch that a module lives in, '' for the package itself."""
    return [*name.split("."), ""][1]


def imports_of(node, *, at_head=True):
    """Yield the imports under a node, without those that only a type checker sees."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, at_head) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            names = (f"{child.module}.{alias.name}" for alias in child.names)
            yield from (Import(name, child.lineno, at_head) for name in names)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield from imports_of(ast.Module([other], []), at_head=at_head)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from imports_of(child, at_head=at_head and not inside)


def all_imports():
    """Yield every import of the package with the module that makes it."""
    for module, path in MODULES.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from ((module, found) for found in imports_of(tree))


def tower():
    """Return the height of every room, as the first contract of import-linter lists them."""
    layers = SETTINGS["tool"]["importlinter"]["contracts"][0]["layers"]
    heights = {}
    for height, layer in enumerate(reversed(layers)):
        for name in layer.split("|"):
            heights[name.strip(" ()")] = height
    return heights


def test_the_scan_tells_imports_apart():
    source = """
import a
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import b
try:
    from c import d
except ImportError:
    pass
def f():
    import e.f
"""

    found = {(each.name, each.at_head) for each in imports_of(ast.parse(source))}

    assert {("a", True), ("typing.TYPE_CHECKING", True), ("c.d", True), ("e.f", False)} == found


def test_every_room_has_a_floor_in_the_tower():
    rooms = {room(module) for module in MODULES} - {""}

    assert set() == rooms - set(tower())


def test_imports_point_down():
    height = tower()
    wrong = [
        f"{module}:{found.line} imports {found.name}"
        for module, found in all_imports()
        if found.name.startswith("cmmatch.") and room(found.name) in height
        if room(module) and room(module) != room(found.name)
        if height[room(module)] <= height[room(found.name)]
    ]

    assert [] == wrong


def test_only_the_backends_import_ortools():
    importers = {module for module, found in all_imports() if found.name.startswith("ortools")}

    assert importers
    assert {
        each for each in importers if not each.startswith("cmmatch.assignment.backends.")
    } == set()


def test_slow_libraries_are_imported_where_they_are_needed():
    wrong = [
        f"{module}:{found.line} imports {found.name} at its head"
        for module, found in all_imports()
        if found.at_head and found.name.split(".")[0] in SLOW
        if room(module) not in SLOW[found.name.split(".")[0]]
    ]

    assert [] == wrong


def loaded_after(statement):
    """Return which slow libraries a fresh interpreter holds after a statement."""
    script = f"import sys; {statement}; print(*sorted({set(SLOW)!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.split()


def test_importing_the_package_loads_no_slow_library():
    assert [] == loaded_after("import cmmatch")


def test_touching_every_public_name_loads_no_slow_library():
    assert [] == loaded_after(
        "import cmmatch; [getattr(cmmatch, name) for name in cmmatch.__all__]"
    )


def test_the_check_for_slow_libraries_sees_one_that_is_loaded():
    assert ["click"] == loaded_after("import click")


def by_case(name):
    """Return the key that sorts CONSTANTS, then Classes, then functions."""
    kind = 0 if name.isupper() else 1 if name[:1].isupper() else 2
    return kind, name


def test_public_names_are_sorted_and_exist():
    wrong = []
    for name in MODULES:
        if name.endswith("__main__"):
            continue
        module = importlib.import_module(name)
        public = list(getattr(module, "__all__", []))
        if public != sorted(set(public), key=by_case):
            wrong.append(f"{name}.__all__ is not sorted or has a name twice")
        wrong.extend(
            f"{name}.{each} does not exist" for each in public if not hasattr(module, each)
        )

    assert [] == wrong


def test_every_public_name_of_the_package_is_listed_by_dir():
    assert set(cmmatch.__all__) <= set(dir(cmmatch))


def test_no_module_is_longer_than_one_idea():
    lengths = {
        name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()
    }

    assert {} == {name: length for name, length in lengths.items() if length > 400}


def length_of_body(function):
    """Return how many lines a function has after its head and docstring."""
    documented = ast.get_docstring(function) is not None
    start = function.body[0].end_lineno if documented else function.body[0].lineno - 1
    return function.end_lineno - start


def functions(path):
    """Return every function in a file."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def test_no_function_is_longer_than_a_screen():
    wrong = [
        f"{path.name}:{function.lineno} {function.name} has {length_of_body(function)} lines"
        for path in [*MODULES.values(), ROOT / "run.py"]
        for function in functions(path)
        if length_of_body(function) > 60
    ]

    assert [] == wrong


# Put together from pieces, so that this file does not hold what it looks for; "somebody" is
# nobody's home.
OUT_OF_PLACE = {
    "a path of one machine": re.compile(
        r"(?<![\w.])/(?:"
        + "|".join(["home(?!/somebody/)", "root", "work", "Users"])
        + r")/|\b[A-Z]:\\+Users"
    ),
    "a host of a package registry": re.compile(
        "|".join(["py" + r"pi\.org", "python" + "hosted", "npm" + r"js\."])
    ),
}
WRITTEN = {
    "",
    ".csv",
    ".html",
    ".ipynb",
    ".j2",
    ".json",
    ".md",
    ".py",
    ".svg",
    ".toml",
    ".txt",
    ".yml",
}


def written_files(folder):
    """Yield the project's own text files: no environments, caches or products of a build."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            ours = path.name in {".ci", ".github"} or not path.name.startswith((".", "__pycache__"))
            made = path.name in {"build", "dist"} or (path / "pyvenv.cfg").exists()
            if ours and not made:
                yield from written_files(path)
        elif path.suffix in WRITTEN and path.name != ".git":
            yield path


def out_of_place(text):
    """Return what a text holds that belongs to one machine only."""
    return [what for what, pattern in OUT_OF_PLACE.items() if pattern.search(text)]


def test_no_file_names_one_machine_or_a_package_registry():
    wrong = [
        f"{path.relative_to(ROOT)} holds {what}"
        for path in written_files(ROOT)
        for what in out_of_place(path.read_text(encoding="utf-8", errors="replace"))
    ]

    assert [] == wrong


def test_the_search_for_words_finds_them():
    assert ["a path of one machine"] == out_of_place("see /" + "root/notes")
    assert ["a path of one machine"] == out_of_place('"C:' + '\\Users\\ann"')
    assert ["a host of a package registry"] == out_of_place("https://py" + "pi.org/simple")
    assert ["a path of one machine"] == out_of_place("cd /" + "home/ann")
    assert [] == out_of_place("people/work/hours, ./home/page and /" + "home/somebody/notes")


def test_the_version_is_the_one_that_was_installed():
    assert metadata.version("cmmatch") == cmmatch.__version__
