#!/usr/bin/env python3
"""Set up cmmatch and run it with nothing but Python 3.11 or newer.

    python3 run.py demo [arguments]    the whole loop on a made-up programme
    python3 run.py test [arguments]    the tests; the arguments go to pytest
    python3 run.py studies [arguments] the studies of the score; -h lists the arguments

The first start makes a virtual environment, in .venv beside this file or where CMMATCH_VENV
says, and installs cmmatch there; later starts use it as it is. Only the standard library is
used, and old Pythons can read the file, so that they answer with a sentence.
"""

from __future__ import print_function

import collections
import hashlib
import importlib
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.realpath(__file__))
OLDEST = (3, 11)
NEWER_PYTHONS = ("python3", "python3.13", "python3.12", "python3.11")
SECONDS_TO_END = 10

Task = collections.namedtuple("Task", "arguments extras folder")
TASKS = {
    # The demo writes where the person stands; with -P no file there passes for a library.
    "demo": Task(["-P", "-m", "cmmatch", "demo"], extras=[], folder=None),
    "test": Task(["-m", "pytest"], extras=["plot", "test"], folder=ROOT),
    "studies": Task(["-m", "studies"], extras=[], folder=ROOT),
}


class SetUpError(Exception):
    """What stands in the way, as a sentence for the person at the keyboard."""


def main(words):
    """Run the task that the words name and return the exit code."""
    if not words or words[0] not in TASKS:
        asked = words[:1] in (["-h"], ["--help"])
        print("usage:\n" + __doc__.split("\n\n")[1], file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    task = TASKS[words[0]]
    try:
        refuse_old_python(words[0])
        python = prepare(task.extras)
        return run([python] + task.arguments + words[1:], task.folder)
    except SetUpError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def refuse_old_python(word):
    """Raise when this Python is too old, and name the command to type instead."""
    if sys.version_info >= OLDEST:
        return
    needs = "cmmatch needs Python %d.%d or newer" % OLDEST
    newer = newer_python()
    advice = "Type instead: %s run.py %s" % (newer, word) if newer else "Please install one."
    raise SetUpError("%s; this is Python %s. %s" % (needs, sys.version.split()[0], advice))


def newer_python():
    """Return the first command that starts a Python new enough, None where there is none."""
    check = "import sys; sys.exit(sys.version_info < %r)" % (OLDEST,)
    for command in NEWER_PYTHONS:
        if complaint([command, "-c", check]) is None:
            return command
    return None


def prepare(extras):
    """Make the environment ready with at least these extras and return its Python."""
    venv = environment()
    python = python_of(venv)
    stamp = read_stamp(venv)
    sound = os.path.exists(python) and stamp.get("made for") == fingerprint()
    installed = stamp["extras"] if sound else []
    if sound and set(extras).issubset(installed):
        return python
    print("Setting up %s (once, about a minute) ..." % venv, file=sys.stderr)
    if not sound:
        make(venv)
    install(venv, sorted(set(extras).union(installed)))
    return python


def environment():
    """Return the folder of the virtual environment."""
    return os.path.abspath(os.environ.get("CMMATCH_VENV") or os.path.join(ROOT, ".venv"))


def python_of(venv):
    """Return the Python of a virtual environment."""
    parts = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return os.path.join(venv, *parts)


def stamp_of(venv):
    """Return the file that says what an environment is ready for: written last, removed first."""
    return os.path.join(venv, "cmmatch-ready.json")


def read_stamp(venv):
    """Return what the stamp says, nothing where there is none."""
    try:
        with open(stamp_of(venv)) as file:
            stamp = json.load(file)
    except (OSError, ValueError):
        return {}
    # A damaged stamp is none.
    return stamp if isinstance(stamp, dict) and isinstance(stamp.get("extras"), list) else {}


def fingerprint():
    """Return all that an environment is made for: a Python, a folder, a version, its settings."""
    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        settings = hashlib.sha256(file.read()).hexdigest()
    with open(os.path.join(ROOT, "src", "cmmatch", "__init__.py"), "rb") as file:
        version = re.search(b"^__version__.*", file.read(), re.MULTILINE)
    return [sys.version, ROOT, version.group().decode().strip() if version else "", settings]


def make(venv):
    """Make an empty environment in place of whatever environment is there."""
    in_use = os.path.isdir(venv) and os.listdir(venv)
    if in_use and "pyvenv.cfg" not in in_use:
        raise SetUpError(
            "%s holds files and is no virtual environment, so it is left alone. "
            "Empty it, or name another folder in CMMATCH_VENV." % venv
        )
    command = [sys.executable, "-m", "venv", "--clear", venv]
    said = complaint(command)
    # Debian and Ubuntu keep what brings pip in a package of its own. Without it the
    # environment is made bare, and the system's pip, if there is one, fills it.
    if said and (complaint(command + ["--without-pip"]) or pip_of(venv) is None):
        raise SetUpError(no_environment(venv, said))


def no_environment(venv, said):
    """Return why there is no environment: a missing package, or what venv itself said."""
    try:
        importlib.import_module("venv")
        importlib.import_module("ensurepip")
    except ImportError:
        return (
            "This Python cannot make virtual environments: a part of it is not installed. "
            "On Debian or Ubuntu: sudo apt install python%d.%d-venv, then run this again."
            % sys.version_info[:2]
        )
    return "Making the virtual environment %s failed: %s" % (venv, said)


def pip_of(venv):
    """Return the command of a pip that fills the environment, None where there is none."""
    python = python_of(venv)
    for command in ([python, "-m", "pip"], [sys.executable, "-m", "pip", "--python", python]):
        if complaint(command + ["--version"]) is None:
            return command
    return None


def install(venv, extras):
    """Install cmmatch from this folder with the extras, and stamp the environment."""
    if os.path.exists(stamp_of(venv)):
        os.remove(stamp_of(venv))
    pip = pip_of(venv)
    if pip is None:
        raise SetUpError("There is no pip for %s: delete that folder and run this again." % venv)
    options = ["--quiet", "--no-input", "--disable-pip-version-check"]
    # The folder is named by "." because its own name may hold anything.
    target = ".[%s]" % ",".join(extras) if extras else "."
    if run(pip + ["install"] + options + ["--editable", target], ROOT) != 0:
        raise SetUpError(
            "Installing cmmatch into %s failed; the lines above say why. The usual causes are no "
            "network, or a proxy that pip does not know (set HTTPS_PROXY)." % venv
        )
    with open(stamp_of(venv), "w") as file:
        json.dump({"made for": fingerprint(), "extras": extras}, file)


def complaint(command):
    """Run a command out of sight: None when it went well, else the last line it said."""
    try:
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True
        )
    except OSError as error:
        return str(error)
    said = child.communicate()[0].strip()
    return None if child.returncode == 0 else said.split("\n")[-1] or "no reason given"


def run(command, folder):
    """Run a command in sight and return its exit code; Ctrl-C reaches it too."""
    child = subprocess.Popen(command, cwd=folder)
    try:
        return child.wait()
    except KeyboardInterrupt:
        try:
            child.wait(timeout=SECONDS_TO_END)
        except (KeyboardInterrupt, subprocess.TimeoutExpired):
            child.kill()
            child.wait()
        raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
