"""The only writer: the files of one run, all of them or none.

1. The folder and the names are checked; nothing has been touched so far.
2. A folder of our own inside the target, ``.cmmatch-writing``, takes every new file, flushed to the
   disk, and a copy of every file that is about to be replaced. While it is there, no other run
   writes here.
3. One rename a file puts the new ones in place. Whatever fails is undone from the copies.
4. Our own folder goes.

A machine that dies during step 3 leaves a mixture and ``.cmmatch-writing``; the next run sees it
and refuses. Files are renamed in the order given: with the manifest last, its checksums also tell
that a mixture is one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from cmmatch.errors import OutputRefused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

__all__ = ["STAGING", "write_all"]

STAGING = ".cmmatch-writing"
"""Our own folder inside the target while a run is being written."""


class _NotRestored(OutputRefused):
    """Old files could not be put back; their copies must stay."""


def write_all(
    folder: Path, contents: Mapping[str, bytes], *, inputs: Collection[Path] = ()
) -> tuple[Path, ...]:
    r"""Write files into a folder: all of them, or none and the folder stays as it was.

    Files of the same names are replaced; other files in the folder are left alone.

    Parameters
    ----------
    folder : Path
        Made, with its parents, if it is not there.
    contents : mapping of str to bytes
        Plain file names and what they hold, in the order in which they appear in the folder.
    inputs : collection of Path, default ()
        Files that were read for this run (or folders); results never lie beside them.

    Returns
    -------
    tuple of Path
        The files written, in the order of ``contents``.

    Raises
    ------
    OutputRefused
        The folder is a file, holds an input, is being written to by another run or cannot be
        written to; a name is no plain file name. The folder is as it was before.

    Examples
    --------
    >>> import tempfile
    >>> home = Path(tempfile.mkdtemp())
    >>> [path.name for path in write_all(home / "results", {"pairs.csv": b"id\r\n"})]
    ['pairs.csv']
    """
    folder = Path(folder)
    _check_names(contents)
    _check_folder(folder, contents)
    _check_inputs(folder, inputs)
    try:
        _write(folder, contents)
    except OutputRefused:
        raise
    except OSError as error:
        raise OutputRefused(_explain(folder, error)) from error
    return tuple(folder / name for name in contents)


def _check_names(names: Iterable[str]) -> None:
    seen: dict[str, str] = {}
    for name in names:
        if not name or name in (".", "..", STAGING) or any(sign in name for sign in "/\\:\0"):
            message = f"A result must have a plain file name without a folder. Given: {name!r}."
            raise OutputRefused(message)
        # Many file systems hold 'Pairs.csv' and 'pairs.csv' for the same file.
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            message = (
                f"Two results must not differ in capitals only: {other!r} and {name!r}. Rename one."
            )
            raise OutputRefused(message)


def _check_folder(folder: Path, names: Iterable[str]) -> None:
    there = next((path for path in (folder, *folder.parents) if path.exists()), None)
    if there is not None and not there.is_dir():
        message = f"Results go to a folder, but '{there}' is a file. Name another folder."
        raise OutputRefused(message)
    for name in names:
        if (folder / name).is_dir():
            message = (
                f"'{folder / name}' is a folder, but a result must be written there. "
                "Move it or name another folder."
            )
            raise OutputRefused(message)


def _check_inputs(folder: Path, inputs: Collection[Path]) -> None:
    for given in map(Path, inputs):
        homes = (given,) if given.is_dir() else (given.parent, given.resolve().parent)
        if any(_same(folder, home) for home in homes):
            message = (
                f"Results must not lie among the inputs: '{folder}' is the folder of "
                f"'{given.name}'. Name another folder, such as '{folder / 'results'}'."
            )
            raise OutputRefused(message)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return one.resolve() == other.resolve()


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    staging = folder / STAGING
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _claim(staging)
        try:
            _stage(staging, contents)
            _swap(staging, contents)
        except _NotRestored:
            raise
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise
    except BaseException:
        for path in made:
            with contextlib.suppress(OSError):
                path.rmdir()
        raise
    shutil.rmtree(staging, ignore_errors=True)
    _sync_folder(folder)


def _claim(staging: Path) -> None:
    try:
        os.mkdir(staging)
    except FileExistsError as error:
        message = (
            f"'{staging}' shows that another run is writing here, or that one was cut off. "
            "Wait for it; if none is running, delete that folder and run again."
        )
        raise OutputRefused(message) from error


def _stage(staging: Path, contents: Mapping[str, bytes]) -> None:
    new, old = staging / "new", staging / "old"
    os.mkdir(new)
    os.mkdir(old)
    for name, content in contents.items():
        with open(new / name, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        target = staging.parent / name
        if target.is_symlink() or target.exists():
            shutil.copy2(target, old / name, follow_symlinks=False)


def _swap(staging: Path, names: Iterable[str]) -> None:
    begun: list[str] = []
    try:
        for name in names:
            begun.append(name)
            os.replace(staging / "new" / name, staging.parent / name)
    except BaseException as error:
        _restore(staging, begun, error)
        raise


def _restore(staging: Path, names: list[str], cause: BaseException) -> None:
    lost = []
    for name in reversed(names):
        target, kept = staging.parent / name, staging / "old" / name
        try:
            if kept.is_symlink() or kept.exists():
                os.replace(kept, target)
            else:
                target.unlink(missing_ok=True)
        except OSError:
            lost.append(name)
    if lost:
        message = (
            f"Writing failed ({cause}), and so did undoing it: in '{staging.parent}', "
            f"{', '.join(map(repr, lost))} may be of this run or of the one before. The earlier "
            f"files lie in '{staging / 'old'}': move them back, then delete '{staging}'."
        )
        raise _NotRestored(message) from cause


def _sync_folder(folder: Path) -> None:
    # The files are safe by now. Some file systems cannot flush a folder, Windows cannot open one.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _explain(folder: Path, error: OSError) -> str:
    reason = error.strerror or str(error)
    advice = "Free some space or name another folder, and run again."
    if isinstance(error, PermissionError):
        advice = (
            "Close programs that have its files open, ask for the right to write there, "
            "or name another folder."
        )
    return (
        f"The results could not be written to '{folder}': {reason}. "
        f"It is as it was before. {advice}"
    )
