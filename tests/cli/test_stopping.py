"""Ctrl-C and time limits on the command line, each in the middle of work that is long for sure."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cmmatch.cli import run

ROOT = Path(__file__).resolve().parents[2]
WAIT = 120
NAMES = {"matching.csv", "unmatched.csv", "summary.json", "report.html", "manifest.json"}

IN_GENERAL = """
import os, signal, sys, threading
sys.path.insert(0, sys.argv.pop(1))
def ctrl_c(after=0.0):
    threading.Timer(after, signal.raise_signal, (signal.SIGINT,)).start()
"""

WHILE_SCORING = """
import contextlib
from cmmatch.cli import main
@contextlib.contextmanager
def progress_bar(*, quiet):
    yield lambda phase, *_: phase == "score" and signal.raise_signal(signal.SIGINT)
sys.modules["cmmatch.cli.match"].progress_bar = progress_bar
"""

LONG_FLOW = """
from cmmatch.assignment.backends import child, network
from tests.assignment.test_child import long_network
from cmmatch.cli import main
solve_flow, run, seen = network.solve_flow, child._Exchange.run, []
def flow(*arrays, deadline):
    seen.append(arrays)
    return solve_flow(*(arrays if len(seen) < FIRST else long_network()), deadline=deadline)
def exchange(self):
    if len(seen) >= FIRST:
        print(*(each.pid for each in child._living), flush=True)
        if PRESSED:
            ctrl_c(after=0.5)
    run(self)
network.solve_flow, child._Exchange.run = flow, exchange
"""

LONG_MIP = """
from cmmatch.assignment.backends import MixedInteger
from tests.assignment.hard import market_split
from cmmatch.cli import main
maximise, hard = MixedInteger.maximise, market_split()
def long(self, form, target, *, deadline=None):
    ctrl_c(after=1.0)
    return maximise(self, *hard)
MixedInteger.maximise = long
"""

AT_MOST = '[[limits]]\nname = "Few"\nmax = 7\n'
AT_LEAST = '[[limits]]\nname = "Across"\ndiffer = "department"\nmin = 1\nprice = 1\n' + (
    '[[limits]]\nname = "Nobody"\nsame = "department"\nmin_share = 0.8\n'
)


def stopped(script, folder, out, *options, quiet=True):
    """Run ``cmmatch match`` in a process of its own; return exit code, output, messages."""
    start = "\nsys.argv[0] = 'cmmatch'\nmain()\n"
    words = ["match", folder, "--out", out, *options, *(["--quiet"] if quiet else [])]
    done = subprocess.run(
        [sys.executable, "-c", IN_GENERAL + script + start, str(ROOT), *map(str, words)],
        capture_output=True,
        text=True,
        timeout=WAIT,
        check=False,
    )

    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def limited(folder, limits):
    path = folder / "programme.toml"
    path.write_text(path.read_text(encoding="utf-8") + limits, encoding="utf-8")
    return folder


def summary(out):
    assert {each.name for each in out.iterdir()} == NAMES
    return json.loads((out / "summary.json").read_text(encoding="utf-8"))


def proven(figures):
    return [each["proven"] for each in figures["objectives"]]


def flow(first, *, pressed=True):
    return f"FIRST, PRESSED = {first}, {pressed}\n" + LONG_FLOW


def test_ctrl_c_while_scoring_writes_nothing(folder, tmp_path):
    code, out, err = stopped(WHILE_SCORING, folder, tmp_path / "out")

    assert (130, "", "Interrupted; nothing was written.") == (code, out, err.strip())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("first", [1, 2])
def test_ctrl_c_in_a_flow_writes_the_best_so_far_and_leaves_no_process(first, folder, tmp_path):
    code, out, err = stopped(flow(first), folder, tmp_path / "out")
    figures = summary(tmp_path / "out")

    assert (5, "") == (code, err)
    assert ("feasible", "interrupted") == (figures["termination"], figures["stopped"])
    assert False in proven(figures)
    assert (first == 1) == (figures["backend"] == "a quick choice by score")
    pids = [int(each) for each in out.split()]
    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_ctrl_c_in_a_mip_writes_what_there_is(folder, tmp_path):
    code, _, err = stopped(LONG_MIP, limited(folder, AT_MOST), tmp_path / "out")
    figures = summary(tmp_path / "out")

    assert (5, "") == (code, err)
    assert "interrupted" == figures["stopped"]
    assert 7 == figures["pairs"]


def test_ctrl_c_before_there_is_any_matching_writes_nothing(folder, tmp_path):
    code, out, err = stopped(LONG_MIP, limited(folder, AT_LEAST), tmp_path / "out")

    assert (130, "", "Interrupted; nothing was written.") == (code, out, err.strip())
    assert not (tmp_path / "out").exists()


def test_after_a_time_limit_the_screen_says_what_is_not_known(folder, tmp_path):
    script = flow(2, pressed=False)
    code, out, err = stopped(script, folder, tmp_path / "out", "--time-limit", "4", quiet=False)

    assert 5 == code
    assert "Stopped (time limit of 4 s): not proven best over all eligible pairs." in out
    assert "Written to" in err
    assert "time limit of 4 s" == summary(tmp_path / "out")["stopped"]
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Stopped (time limit of 4 s): not proven best" in report


def test_a_time_limit_without_any_matching_does_not_say_that_there_is_none(folder, tmp_path):
    script = flow(1, pressed=False)
    limited(folder, AT_LEAST)
    code, _, err = stopped(script, folder, tmp_path / "out", "--time-limit", "2")

    assert 130 == code
    assert "Stopped (time limit of 2 s) before any matching was found" in err
    assert "No matching keeps" not in err
    assert not (tmp_path / "out").exists()


def test_a_time_limit_that_is_not_reached_changes_nothing(folder, tmp_path):
    for name, more in (("a", []), ("b", ["--time-limit", "3600"])):
        assert 0 == run(["match", str(folder), "--out", str(tmp_path / name), "--quiet", *more])

    assert summary(tmp_path / "a")["stopped"] is None
    for name in NAMES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon"])
def test_what_is_no_time_is_a_wrong_use(seconds, folder, tmp_path, capsys):
    words = ["match", str(folder), "--out", str(tmp_path / "out"), "--time-limit", seconds]

    assert 2 == run(words)
    assert "--time-limit" in capsys.readouterr().err


def test_explain_claims_no_proof_of_a_result_that_has_none(folder, tmp_path, capsys):
    assert 5 == stopped(flow(2), folder, tmp_path / "out")[0]
    told = ""
    with open(tmp_path / "out" / "matching.csv", encoding="utf-8-sig", newline="") as table:
        mentees = [row["mentee_id"] for row in csv.DictReader(table)]
    for mentee in mentees:
        assert 0 == run(["explain", str(tmp_path / "out"), mentee])
        told += " ".join(capsys.readouterr().out.split())

    assert "Whether an exchange improves the matching as a whole is not proven." in told
    assert "that is proven" not in told
