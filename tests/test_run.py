"""``run.py`` on small projects of its own: real environments, a stand-in for what is installed."""

from __future__ import annotations

import ast
import glob
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WITHOUT_NETWORK = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
OLD_PYTHONS = sorted(
    glob.glob(str(PYENV / "versions" / "2.*" / "bin" / "python"))
    + glob.glob(str(PYENV / "versions" / "3.[0-9].*" / "bin" / "python"))
    + glob.glob(str(PYENV / "versions" / "3.10.*" / "bin" / "python"))
)

# Builds a wheel without any tool, and counts how often it was asked to.
BUILDER = """
import zipfile

FILES = {
    "cmmatch/__init__.py": "",
    "cmmatch/__main__.py": "import pytest; pytest.act()",
    "pytest.py": open("acting.py").read(),
    "cmmatch-1.dist-info/METADATA": "Metadata-Version: 2.1\\nName: cmmatch\\nVersion: 1\\n"
    "Provides-Extra: plot\\nProvides-Extra: test\\n",
    "cmmatch-1.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\n"
    "Tag: py3-none-any\\n",
    "cmmatch-1.dist-info/RECORD": "",
}


def build_editable(folder, config_settings=None, metadata_directory=None):
    with open("builds", "a") as builds:
        builds.write("built\\n")
    with zipfile.ZipFile(folder + "/cmmatch-1-py3-none-any.whl", "w") as wheel:
        for name, text in FILES.items():
            wheel.writestr(name, text)
    return "cmmatch-1-py3-none-any.whl"
"""

# Stands in for the demo and for pytest: says how it was called, or waits for Ctrl-C.
ACTING = """
import json, os, sys, time


def act():
    words = sys.argv[1:]
    try:
        print(json.dumps({"words": words, "folder": os.getcwd()}), flush=True)
        if "wait" in words:
            time.sleep(600)
    except KeyboardInterrupt:
        time.sleep(0.5)  # there is something to put in order first
        print("ended in order", flush=True)
    sys.exit(7 if "fail" in words else 0)


if __name__ == "__main__":
    act()
"""


@pytest.fixture(scope="module")
def run():
    """``run.py`` as a module."""
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_project(folder, builder=BUILDER):
    """Lay a project that ``run.py`` can set up without a network."""
    (folder / "src" / "cmmatch").mkdir(parents=True)
    (folder / "src" / "cmmatch" / "__init__.py").write_text('__version__ = "1"\n')
    (folder / "acting.py").write_text(ACTING)
    (folder / "builder.py").write_text(builder)
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "builder"\nbackend-path = ["."]\n'
    )
    shutil.copy(ROOT / "run.py", folder)
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project in a folder with a blank, set up once for all tests that use it."""
    return make_project(tmp_path_factory.mktemp("projects") / "our programme")


def surroundings(**variables):
    """Return the variables of the shell without those that change what run.py or pip do."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CMMATCH_", "PIP_", "PYTHON"))
    }
    return {**kept, **WITHOUT_NETWORK, **{name: str(value) for name, value in variables.items()}}


def call(folder, *words, standing=None, **variables):
    """Run a project's run.py as a person would."""
    return subprocess.run(
        [sys.executable, str(folder / "run.py"), *words],
        cwd=standing or folder,
        env=surroundings(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def builds(folder):
    """Return how often the project was installed."""
    return len((folder / "builds").read_text().split())


# What the person types


@pytest.mark.parametrize("words", [(), ("studio",), ("Demo",)])
def test_an_unknown_word_lists_the_tasks(words):
    done = call(ROOT, *words)

    assert 2 == done.returncode
    assert "run.py demo" in done.stderr
    assert "run.py test" in done.stderr
    assert "" == done.stdout


def test_help_is_an_answer_and_no_fault():
    done = call(ROOT, "--help")

    assert 0 == done.returncode
    assert "run.py demo" in done.stdout


def test_every_task_is_in_the_usage(run):
    assert all("run.py " + task in run.__doc__ for task in run.TASKS)


# Old Pythons


def test_old_pythons_can_read_the_file():
    assert ast.parse((ROOT / "run.py").read_text(encoding="ascii"), feature_version=(3, 6))


@pytest.mark.skipif(not OLD_PYTHONS, reason="no Python before 3.11 under the root of pyenv")
@pytest.mark.parametrize("python", OLD_PYTHONS, ids=lambda python: Path(python).parts[-3])
def test_an_old_python_gets_a_sentence(python):
    done = subprocess.run(
        [python, "-B", str(ROOT / "run.py"), "test"],
        env=surroundings(),
        capture_output=True,
        text=True,
    )

    assert 1 == done.returncode
    assert done.stderr.startswith("cmmatch needs Python 3.11 or newer; this is Python ")
    assert 1 == len(done.stderr.splitlines())


def put_command(folder, name, code):
    """Put a command into a folder that ends with an exit code."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\nexit {code}\n")
    (folder / name).chmod(0o755)


def test_a_newer_python_on_the_path_is_named(run, monkeypatch, tmp_path, capsys):
    put_command(tmp_path / "bin", "python3", 1)  # on the path, but old
    put_command(tmp_path / "bin", "python3.13", 127)  # on the path, but does not start
    put_command(tmp_path / "bin", "python3.12", 0)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(run, "OLDEST", (9, 0))

    assert 1 == run.main(["demo"])
    assert capsys.readouterr().err.endswith("Type instead: python3.12 run.py demo\n")


def test_without_a_newer_python_nothing_is_promised(run, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(run, "OLDEST", (9, 0))

    assert 1 == run.main(["demo"])
    assert capsys.readouterr().err.endswith("Please install one.\n")


def test_the_oldest_python_is_the_one_of_the_package(run):
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert settings["project"]["requires-python"] == ">={}.{}".format(*run.OLDEST)


def test_the_extras_exist(run):
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    for task in run.TASKS.values():
        assert set(task.extras) <= set(settings["project"]["optional-dependencies"])


# Set-up that works


def test_the_demo_is_set_up_once_and_runs_where_the_person_stands(project, tmp_path):
    first = call(project, "demo", "--out", "here", standing=tmp_path)
    before = builds(project)
    second = call(project, "demo", "fail", standing=tmp_path)

    assert 0 == first.returncode, first.stderr
    assert f"Setting up {project / '.venv'} " in first.stderr
    assert {"words": ["demo", "--out", "here"], "folder": str(tmp_path)} == json.loads(first.stdout)
    assert 7 == second.returncode
    assert "" == second.stderr
    assert before == builds(project)


def test_the_tests_add_their_extras_to_the_same_environment(project, tmp_path):
    call(project, "demo")
    mark = project / ".venv" / "mark"
    mark.touch()
    first = call(project, "test", "-k", "a word", standing=tmp_path)
    before = builds(project)
    call(project, "demo")
    call(project, "test")

    assert 0 == first.returncode, first.stderr
    assert {"words": ["-k", "a word"], "folder": str(project)} == json.loads(first.stdout)
    assert mark.exists()
    assert before == builds(project)


@pytest.fixture
def heard():
    """Ctrl-C reaches the children even where the tests themselves run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_ctrl_c_lets_the_task_end_and_says_nothing(project):
    call(project, "demo")
    child = subprocess.Popen(
        [sys.executable, str(project / "run.py"), "demo", "wait"],
        env=surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    child.stdout.readline()
    os.killpg(child.pid, signal.SIGINT)
    out, err = child.communicate(timeout=60)

    assert 130 == child.returncode
    assert "ended in order\n" == out
    assert "" == err


# When an environment is made again


def test_the_stamp_knows_folder_python_version_and_settings(run, monkeypatch, tmp_path):
    def fingerprint(folder):
        monkeypatch.setattr(run, "ROOT", str(folder))
        return run.fingerprint()

    here, there = make_project(tmp_path / "here"), make_project(tmp_path / "there")
    first = fingerprint(here)
    moved = fingerprint(there)
    (here / "src" / "cmmatch" / "__init__.py").write_text('__version__ = "2"\n')
    newer = fingerprint(here)
    (here / "pyproject.toml").write_text("")
    other_settings = fingerprint(here)

    assert fingerprint(here) == other_settings
    assert sys.version in first
    assert 4 == len({json.dumps(each) for each in (first, moved, newer, other_settings)})


@pytest.fixture
def venv(run, monkeypatch, tmp_path):
    """A folder that looks like an environment without a stamp."""
    monkeypatch.setenv("CMMATCH_VENV", str(tmp_path))
    Path(run.python_of(str(tmp_path))).parent.mkdir()
    Path(run.python_of(str(tmp_path))).touch()
    return str(tmp_path)


@pytest.fixture
def done(run, monkeypatch):
    """What the set-up did, in place of doing it."""
    steps = []
    monkeypatch.setattr(run, "make", lambda venv: steps.append("made"))
    monkeypatch.setattr(run, "install", lambda venv, extras: steps.append(extras))
    return steps


@pytest.mark.parametrize(
    "stamp",
    [
        None,  # the set-up was interrupted
        "",  # the disk was full
        '["made for", "extras"]',  # somebody else wrote it
        "7",
        '{"made for": ["an older Python"], "extras": []}',
    ],
)
def test_an_unfinished_environment_is_made_again(run, venv, done, stamp):
    if stamp is not None:
        Path(run.stamp_of(venv)).write_text(stamp)

    run.prepare(["test"])

    assert ["made", ["test"]] == done


def test_new_extras_do_not_drop_those_that_are_there(run, venv, done):
    stamp = {"made for": run.fingerprint(), "extras": ["plot", "test"]}
    Path(run.stamp_of(venv)).write_text(json.dumps(stamp))

    run.prepare(["test"])
    run.prepare(["dev"])

    assert [["dev", "plot", "test"]] == done


# Set-up that fails


def test_a_failed_install_is_said_in_a_line_and_leaves_no_stamp(tmp_path):
    project = make_project(tmp_path / "broken", builder="raise SystemExit('no builder today')")

    done = call(project, "demo")

    assert 1 == done.returncode
    assert "no builder today" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("Installing cmmatch into ")
    assert "no network" in done.stderr.splitlines()[-1]
    assert "run.py" not in done.stderr  # no traceback of ours
    assert (project / ".venv" / "pyvenv.cfg").exists()
    assert not (project / ".venv" / "cmmatch-ready.json").exists()


def test_a_failed_addition_takes_the_stamp_away(run, venv, monkeypatch):
    Path(run.stamp_of(venv)).write_text("{}")
    monkeypatch.setattr(run, "pip_of", lambda venv: ["pip"])
    monkeypatch.setattr(run, "run", lambda command, folder: 1)

    with pytest.raises(run.SetUpError, match="Installing cmmatch"):
        run.install(venv, ["test"])

    assert not Path(run.stamp_of(venv)).exists()


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")

    done = call(ROOT, "demo", CMMATCH_VENV=tmp_path)

    assert 1 == done.returncode
    assert "left alone" in done.stderr
    assert "CMMATCH_VENV" in done.stderr
    assert ["thesis.txt"] == os.listdir(tmp_path)


def test_an_environment_that_cannot_be_made_says_what_venv_said(tmp_path):
    (tmp_path / "file").touch()

    done = call(ROOT, "demo", CMMATCH_VENV=tmp_path / "file" / "venv")

    assert 1 == done.returncode
    assert "Not a directory" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def put_modules(folder, **sources):
    """Write modules that stand before those of the standard library; return their folder."""
    folder.mkdir()
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(source))
    return folder


def test_debian_without_its_venv_package_is_told_what_to_install(tmp_path):
    lacking = put_modules(
        tmp_path / "lacking",
        venv="if __name__ == '__main__': raise SystemExit('ensurepip is not available')",
        ensurepip="raise ImportError",
        pip="raise SystemExit(1)",
    )

    done = call(ROOT, "demo", PYTHONPATH=lacking, CMMATCH_VENV=tmp_path / "venv")

    package = "python{}.{}-venv".format(*sys.version_info)
    assert 1 == done.returncode
    assert f"sudo apt install {package}" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_debian_without_its_venv_package_is_helped_by_the_pip_of_the_system(tmp_path):
    lacking = put_modules(
        tmp_path / "lacking",
        venv="""
            import os, sys
            if "--without-pip" not in sys.argv:
                sys.exit("ensurepip is not available")
            folder = next(word for word in sys.argv[1:] if not word.startswith("-"))
            os.makedirs(folder + "/bin")
            os.symlink(sys.executable, folder + "/bin/python")
            """,
        pip="""
            import os, sys
            if "--python" not in sys.argv:
                sys.exit("No module named pip")
            if "install" in sys.argv:
                print(os.getcwd(), *sys.argv[1:])
            """,
        cmmatch="print('the demo ran')",
    )
    venv = tmp_path / "venv"

    done = call(ROOT, "demo", PYTHONPATH=lacking, CMMATCH_VENV=venv)

    assert 0 == done.returncode, done.stderr
    installed, ran = done.stdout.splitlines()
    assert installed.startswith(f"{ROOT} --python {venv / 'bin' / 'python'} install ")
    assert installed.endswith(" --editable .")
    assert "the demo ran" == ran


@pytest.mark.parametrize("extras", [None, "test", {"test": 1}])
def test_a_stamp_without_a_list_of_extras_is_none(run, venv, done, extras):
    stamp = {"made for": run.fingerprint(), "extras": extras}
    Path(run.stamp_of(venv)).write_text(json.dumps(stamp))

    run.prepare(["test"])

    assert ["made", ["test"]] == done
