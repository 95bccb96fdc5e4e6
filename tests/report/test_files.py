"""The only writer: all files or none, never among the inputs, foreign files left alone."""

import builtins
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cmmatch.errors import CmmatchError, OutputRefused
from cmmatch.report import files
from cmmatch.report.files import STAGING, write_all

OLD = {"matching.csv": b"old pairs", "report.html": b"old page"}
NEW = {"matching.csv": b"new pairs", "unmatched.csv": b"nobody", "report.html": b"new page"}


FULL = OSError(28, "No space left on device")


def snapshot(folder):
    """Every file below a folder and what it holds; None where the folder is not there."""
    if not folder.exists():
        return None
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else "folder"
        for path in folder.rglob("*")
    }


class FailsAtStep:
    """Every call that changes a disk is a step; the k-th one fails, once or from then on."""

    def __init__(self, monkeypatch, k, *, error=FULL, lasting=False):
        self.step, self.k, self.error, self.lasting = 0, k, error, lasting
        for owner, name in (
            (os, "mkdir"),
            (os, "replace"),
            (os, "fsync"),
            (shutil, "copy2"),
            (builtins, "open"),
        ):
            monkeypatch.setattr(owner, name, self.wrap(getattr(owner, name)))

    def wrap(self, real):
        def called(*given, **named):
            self.step += 1
            if self.step == self.k or (self.lasting and self.step > self.k):
                raise self.error
            return real(*given, **named)

        return called

    @property
    def failed(self):
        return self.step >= self.k


def steps_until_done(folder, monkeypatch, restore, **how):
    """Fail at each step in turn until a run gets through; yield the outcome of each failure."""
    for k in range(1, 60):
        restore()
        with monkeypatch.context() as patched:
            failing = FailsAtStep(patched, k, **how)
            try:
                write_all(folder, NEW)
                error = None
            except BaseException as raised:
                error = raised
        if not failing.failed:
            return
        yield k, error, snapshot(folder)
    pytest.fail("the writer never got through")


def fill(folder, contents):
    shutil.rmtree(folder, ignore_errors=True)
    if contents is not None:
        folder.mkdir()
        for name, content in contents.items():
            (folder / name).write_bytes(content)


def test_all_files_are_written_in_the_order_given(tmp_path):
    written = write_all(tmp_path / "a" / "b", NEW)

    assert written == tuple(tmp_path / "a" / "b" / name for name in NEW)
    assert snapshot(tmp_path / "a" / "b") == NEW


def test_results_of_an_earlier_run_are_replaced_and_foreign_files_left_alone(tmp_path):
    fill(tmp_path / "out", {**OLD, "my notes.txt": b"mine"})

    write_all(tmp_path / "out", NEW)

    assert snapshot(tmp_path / "out") == {**NEW, "my notes.txt": b"mine"}


@pytest.mark.parametrize("before", [None, {}, OLD, {**OLD, "my notes.txt": b"mine"}])
def test_a_failure_at_any_step_leaves_all_old_or_all_new(tmp_path, monkeypatch, before):
    folder = tmp_path / "out"
    seen = 0
    for k, error, after in steps_until_done(folder, monkeypatch, lambda: fill(folder, before)):
        seen += 1
        if error is None:
            assert after == {**(before or {}), **NEW}, f"step {k}"
        else:
            assert isinstance(error, OutputRefused), f"step {k}"
            assert after == before, f"step {k}"
    assert seen > 3 * len(NEW)


@pytest.mark.parametrize("before", [None, OLD])
def test_an_interruption_at_any_step_leaves_all_old_or_all_new_and_goes_on(
    tmp_path, monkeypatch, before
):
    folder = tmp_path / "out"
    stopped = KeyboardInterrupt()
    for k, error, after in steps_until_done(
        folder, monkeypatch, lambda: fill(folder, before), error=stopped
    ):
        assert error is stopped, f"step {k}"
        assert after in (before, {**(before or {}), **NEW}), f"step {k}"


def test_folders_made_for_a_run_that_fails_go_again(tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        FailsAtStep(patched, 9)
        with pytest.raises(OutputRefused):
            write_all(tmp_path / "a" / "b" / "c", NEW)

    assert snapshot(tmp_path) == {}


def test_where_undoing_fails_too_the_earlier_files_are_kept_and_named(tmp_path, monkeypatch):
    folder = tmp_path / "out"
    fill(folder, OLD)
    real, calls = os.replace, []

    def second_fails_for_good(source, target):
        calls.append(target)
        if len(calls) > 1:
            raise OSError(5, "Input/output error")
        real(source, target)

    monkeypatch.setattr(os, "replace", second_fails_for_good)

    with pytest.raises(OutputRefused, match=r"'matching\.csv' may be of this run") as caught:
        write_all(folder, NEW)

    assert str(folder / STAGING / "old") in str(caught.value)
    assert (folder / STAGING / "old" / "matching.csv").read_bytes() == b"old pairs"
    assert (folder / "report.html").read_bytes() == b"old page"


def test_a_run_that_was_killed_between_renames_is_seen_by_the_next_one(tmp_path):
    folder = tmp_path / "out"
    fill(folder, OLD)
    code = (
        "import os, sys; from pathlib import Path; from cmmatch.report.files import write_all\n"
        "real = os.replace\n"
        "def once(a, b):\n    real(a, b)\n    os._exit(9)\n"
        "os.replace = once\n"
        "write_all(Path(sys.argv[1]), {'matching.csv': b'new pairs', 'report.html': b'new page'})"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(folder)], check=False)

    assert killed.returncode == 9
    assert (folder / STAGING / "old" / "matching.csv").read_bytes() == b"old pairs"
    with pytest.raises(OutputRefused, match="cut off"):
        write_all(folder, NEW)


def test_while_another_run_writes_here_nothing_is_touched(tmp_path):
    folder = tmp_path / "out"
    fill(folder, OLD)
    (folder / STAGING).mkdir()

    with pytest.raises(OutputRefused, match="another run is writing here") as caught:
        write_all(folder, NEW)

    assert "delete that folder" in str(caught.value)
    assert snapshot(folder) == {**OLD, STAGING: "folder"}


@pytest.mark.parametrize("name", ["Zoë – résumé.csv", "相性.csv", "a b.csv", "é" * 120])
def test_any_plain_name_can_be_written(tmp_path, name):
    (written,) = write_all(tmp_path / "ordner ü", {name: b"x"})

    assert written.read_bytes() == b"x"
    assert written.name == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "a/b",  # a folder in it
        "..\\b",  # the same on Windows
        "c:b",  # another drive there
        "a\0b",  # no file system takes it
        STAGING,  # our own
    ],
)
def test_a_name_that_is_no_plain_file_name_is_refused(tmp_path, name):
    with pytest.raises(OutputRefused, match="plain file name"):
        write_all(tmp_path / "out", {"good.csv": b"", name: b""})

    assert snapshot(tmp_path) == {}


def test_names_that_differ_in_capitals_only_are_refused(tmp_path):
    with pytest.raises(OutputRefused, match="capitals"):
        write_all(tmp_path / "out", {"pairs.csv": b"", "Pairs.csv": b""})


def test_a_path_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "out").write_bytes(b"mine")

    with pytest.raises(OutputRefused, match="is a file"):
        write_all(tmp_path / "out", NEW)
    with pytest.raises(OutputRefused, match="is a file"):
        write_all(tmp_path / "out" / "deeper", NEW)

    assert (tmp_path / "out").read_bytes() == b"mine"


def test_a_folder_in_the_place_of_a_result_is_refused(tmp_path):
    (tmp_path / "report.html").mkdir()

    with pytest.raises(OutputRefused, match="is a folder, but a result"):
        write_all(tmp_path, NEW)

    assert snapshot(tmp_path) == {"report.html": "folder"}


def test_the_folder_of_an_input_is_refused_however_it_is_written(tmp_path, monkeypatch):
    home = tmp_path / "programme"
    fill(home, {"mentors.csv": b"id"})
    (tmp_path / "link").symlink_to(home)
    monkeypatch.chdir(home)

    for folder in (home, home / "x" / "..", Path(), tmp_path / "link"):
        with pytest.raises(OutputRefused, match="among the inputs"):
            write_all(folder, NEW, inputs=[home / "mentors.csv"])

    assert snapshot(home) == {"mentors.csv": b"id"}


def test_the_folder_where_a_linked_input_really_lies_is_refused(tmp_path):
    fill(tmp_path / "real", {"mentors.csv": b"id"})
    fill(tmp_path / "programme", {})
    (tmp_path / "programme" / "mentors.csv").symlink_to(tmp_path / "real" / "mentors.csv")

    for folder in ("real", "programme"):
        with pytest.raises(OutputRefused, match="among the inputs"):
            write_all(tmp_path / folder, NEW, inputs=[tmp_path / "programme" / "mentors.csv"])


def test_an_input_given_as_a_folder_is_refused_as_the_target(tmp_path):
    with pytest.raises(OutputRefused, match="among the inputs"):
        write_all(tmp_path, NEW, inputs=[tmp_path])


def test_the_refusal_among_inputs_says_what_to_do(tmp_path):
    (tmp_path / "mentors.csv").write_bytes(b"id")

    with pytest.raises(OutputRefused) as caught:
        write_all(tmp_path, NEW, inputs=[tmp_path / "mentors.csv"])

    assert f"Name another folder, such as '{tmp_path / 'results'}'." in str(caught.value)


def test_a_folder_below_the_inputs_may_take_results(tmp_path):
    (tmp_path / "mentors.csv").write_bytes(b"id")

    write_all(tmp_path / "results", NEW, inputs=[tmp_path / "mentors.csv"])

    assert snapshot(tmp_path / "results") == NEW


def test_a_folder_that_may_not_be_written_to_gives_a_plain_message(tmp_path, monkeypatch):
    fill(tmp_path / "out", OLD)
    real = os.mkdir

    def refused(path, *given, **named):
        # Root may write anywhere, so the system's refusal is played.
        if Path(path).parent == tmp_path / "out":
            raise PermissionError(13, "Permission denied", str(path))
        real(path, *given, **named)

    monkeypatch.setattr(os, "mkdir", refused)

    with pytest.raises(OutputRefused) as caught:
        write_all(tmp_path / "out", NEW)

    said = str(caught.value)
    assert said.startswith(f"The results could not be written to '{tmp_path / 'out'}': Permission")
    assert "as it was before" in said
    assert "name another folder" in said
    assert isinstance(caught.value, CmmatchError)
    assert snapshot(tmp_path / "out") == OLD


def test_a_link_in_the_place_of_a_result_is_replaced_and_not_followed(tmp_path):
    (tmp_path / "kept.csv").write_bytes(b"kept")
    fill(tmp_path / "out", {})
    (tmp_path / "out" / "matching.csv").symlink_to(tmp_path / "kept.csv")

    write_all(tmp_path / "out", NEW)

    assert (tmp_path / "kept.csv").read_bytes() == b"kept"
    assert snapshot(tmp_path / "out") == NEW


def test_every_file_is_flushed_before_the_first_rename(tmp_path, monkeypatch):
    done = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(
            files.os, name, lambda *given, real=real, name=name: (done.append(name), real(*given))
        )

    write_all(tmp_path / "out", NEW)

    assert done[: 2 * len(NEW)] == ["fsync"] * len(NEW) + ["replace"] * len(NEW)
