"""The command line: exit codes, what it prints and where, what it leaves."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import cmmatch
from cmmatch.cli import run


@pytest.fixture
def infeasible(tmp_path):
    home = tmp_path / "infeasible"
    home.mkdir()
    (home / "mentors.csv").write_text("id,capacity,min_mentees\no,2,2\n", encoding="utf-8")
    (home / "mentees.csv").write_text("id\ne\n", encoding="utf-8")
    return home


def call(*words):
    return run([str(word) for word in words])


class TestMatch:
    def test_writes_the_results_and_says_where(self, folder, tmp_path, capsys):
        assert call("match", folder, "--out", tmp_path / "out") == 0

        said = capsys.readouterr()
        assert "Proven over all eligible pairs" in said.out
        assert "matching.csv, unmatched.csv, summary.json, report.html, manifest.json" in said.err
        assert "Hand out only what 'cmmatch shortlist' writes" in said.err
        assert len(list((tmp_path / "out").iterdir())) == 5

    def test_names_stand_with_the_ids_that_explain_asks_for(self, folder, tmp_path, capsys):
        assert call("match", folder, "--out", tmp_path / "out") == 0

        first = cmmatch.match(cmmatch.read_programme(folder)).pair_views[0]
        out = capsys.readouterr().out
        assert f"{first.mentee} ({first.mentee_id})" in out
        assert f"{first.mentor} ({first.mentor_id})" in out
        assert "confidence" in out

    def test_json_is_all_that_stands_on_standard_output(self, folder, tmp_path, capsys):
        assert call("match", folder, "--out", tmp_path / "out", "--json") == 0

        assert json.loads(capsys.readouterr().out)["termination"] == "optimal"

    def test_quiet_says_nothing(self, folder, tmp_path, capsys):
        assert call("match", folder, "--out", tmp_path / "out", "--quiet") == 0

        assert capsys.readouterr() == ("", "")

    def test_faults_and_no_matching_are_json_too(self, infeasible, tmp_path, capsys):
        (tmp_path / "faulty").mkdir()
        (tmp_path / "faulty" / "mentors.csv").write_text("id,capacity\no,x\n", encoding="utf-8")
        (tmp_path / "faulty" / "mentees.csv").write_text("id\ne\n", encoding="utf-8")

        assert call("match", tmp_path / "faulty", "--out", tmp_path / "out", "--json") == 3
        assert json.loads(capsys.readouterr().out)["faults"][0]["code"] == "capacity-not-whole"
        assert call("match", infeasible, "--out", tmp_path / "out", "--json") == 4
        assert json.loads(capsys.readouterr().out)["obstacles"]
        assert not (tmp_path / "out").exists()

    def test_notes_and_rules_that_were_not_checked_are_said(self, tmp_path, capsys):
        (tmp_path / "mentors.csv").write_text("id,manager_id\no,\np,boss\n", encoding="utf-8")
        (tmp_path / "mentees.csv").write_text("id\ne\n", encoding="utf-8")

        assert call("match", tmp_path, "--out", tmp_path / "out") == 0

        said = capsys.readouterr()
        assert "[manager-unknown]" in said.err
        assert "Hard rules not checked, since no answers are given: same team" in said.out
        assert (
            "Of all 2 pairs, 2 could not be checked for the own reporting line over 2 levels, "
            "2 of them eligible: 2 people have no manager_id, 1 has a manager" in said.out
        )

    def test_the_toml_may_be_named_instead_of_its_folder(self, folder, tmp_path):
        assert call("match", folder / "programme.toml", "--out", tmp_path / "out", "--quiet") == 0

    def test_another_seed_is_recorded(self, folder, tmp_path):
        assert call("match", folder, "--out", tmp_path / "out", "--seed", 99, "--quiet") == 0

        assert json.loads((tmp_path / "out" / "manifest.json").read_text())["seed"] == 99

    def test_faults_end_with_3_and_leave_nothing(self, folder, tmp_path, capsys):
        text = (folder / "mentors.csv").read_text(encoding="utf-8")
        (folder / "mentors.csv").write_text(text.replace("m-002", "m-001"), encoding="utf-8")

        assert call("match", folder, "--out", tmp_path / "out") == 3
        assert "[id-twice]" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()

    def test_no_feasible_matching_ends_with_4_and_names_who(self, infeasible, tmp_path, capsys):
        assert call("match", infeasible, "--out", tmp_path / "out") == 4
        assert "o must have at least 2" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()

    def test_an_out_folder_among_the_inputs_is_refused_with_2(self, folder, capsys):
        assert call("match", folder, "--out", folder) == 2
        assert "Error:" in capsys.readouterr().err

    @pytest.mark.parametrize(
        "words",
        [
            ["match"],  # nothing to match
            ["match", "nowhere", "--out", "x"],  # no such folder
            ["mtach"],  # no such command
            ["match", ".", "--out", "x", "--seed", "-1"],  # a seed below zero
        ],
    )
    def test_wrong_usage_ends_with_2(self, words):
        assert call(*words) == 2


class TestCheck:
    def test_prints_what_the_rules_leave(self, folder, capsys):
        assert call("check", folder) == 0

        out = capsys.readouterr().out
        for word in ("Places", "Pairs that may meet", "minimum_overlap", "own_line"):
            assert word in out

    def test_what_could_not_be_checked_says_which_pairs_it_counts(self, tmp_path, capsys):
        (tmp_path / "mentors.csv").write_text("id,manager_id,status\no,,\np,,left\n", "utf-8")
        (tmp_path / "mentees.csv").write_text("id,manager_id\ne,boss\n", encoding="utf-8")
        assert call("check", tmp_path) == 0

        out = capsys.readouterr().out
        (row,) = [line for line in out.splitlines() if line.startswith(" own_line")]
        assert "Eligible, not checked" in out
        assert row.split()[-2] == "1"
        assert "Of all 2 pairs, 2 could not be checked" in out
        assert "over 2 levels, 1 of them eligible" in out
        assert "1 mentee, 2 mentors" in out

    def test_lists_every_fault_and_ends_with_3(self, folder, tmp_path, capsys):
        text = (folder / "mentees.csv").read_text(encoding="utf-8")
        text = text.replace("Europe/Berlin", "Europe/Berln").replace("p-002,", "p-001,", 1)
        (folder / "mentees.csv").write_text(text, encoding="utf-8")

        assert call("check", folder, "--faults", tmp_path / "faults.csv") == 3
        err = capsys.readouterr().err
        assert "[id-twice]" in err
        assert "Europe/Berln" in err
        assert "id-twice" in (tmp_path / "faults.csv").read_text(encoding="utf-8-sig")

    def test_a_sheet_of_faults_replaces_nothing_but_its_like(self, folder, tmp_path, capsys):
        before = (folder / "mentors.csv").read_bytes()

        assert call("check", folder, "--faults", folder / "mentors.csv") == 2
        assert before == (folder / "mentors.csv").read_bytes()
        assert call("check", folder, "--faults", tmp_path / "faults.csv") == 0
        assert call("check", folder, "--faults", tmp_path / "faults.csv") == 0

    def test_json_holds_faults_and_figures(self, folder, capsys):
        assert call("check", folder, "--json") == 0

        told = json.loads(capsys.readouterr().out)
        assert told["ok"]
        assert told["figures"]["mentees"] == 30


class TestExplain:
    def test_from_the_results_folder(self, folder, tmp_path, capsys):
        call("match", folder, "--out", tmp_path / "out", "--quiet")

        assert call("explain", tmp_path / "out", "p-003") == 0
        assert "skills" in capsys.readouterr().out

    def test_why_not_a_certain_one(self, folder, tmp_path, capsys):
        call("match", folder, "--out", tmp_path / "out", "--quiet")

        assert call("explain", tmp_path / "out", "p-003", "--mentor", "m-001", "--json") == 0
        assert json.loads(capsys.readouterr().out)["pairs"][0]["mentor_id"] == "m-001"

    def test_an_unknown_id_ends_with_2(self, folder, tmp_path, capsys):
        call("match", folder, "--out", tmp_path / "out", "--quiet")

        assert call("explain", tmp_path / "out", "p-0003") == 2
        assert "Did you mean" in capsys.readouterr().err

    def test_a_name_is_answered_with_its_id(self, folder, tmp_path, capsys):
        call("match", folder, "--out", tmp_path / "out", "--quiet")
        _, name, *_ = (folder / "mentees.csv").read_text("utf-8-sig").splitlines()[3].split(",")

        assert call("explain", tmp_path / "out", name.upper()) == 2
        assert "It is a name; give the id instead: 'p-003'." in capsys.readouterr().err

    def test_a_moved_programme_is_asked_for_and_found_by_the_option(self, folder, tmp_path, capsys):
        call("match", folder, "--out", tmp_path / "out", "--quiet")
        folder.rename(tmp_path / "moved")

        assert call("explain", tmp_path / "out", "p-003") == 3
        assert "--programme" in capsys.readouterr().err
        assert call("explain", tmp_path / "out", "p-003", "--programme", tmp_path / "moved") == 0

    def test_a_folder_without_results_ends_with_3(self, folder, capsys):
        assert call("explain", folder, "p-003") == 3
        assert "results-missing" in capsys.readouterr().err


class TestNew:
    def test_a_new_programme_is_checked_and_matched_as_it_is(self, tmp_path, capsys):
        assert call("new", tmp_path / "mine") == 0
        assert call("check", tmp_path / "mine") == 0
        assert "note:" not in capsys.readouterr().err
        assert call("match", tmp_path / "mine", "--out", tmp_path / "out", "--quiet") == 0
        assert json.loads((tmp_path / "out" / "summary.json").read_text())["pairs"] == 2

    def test_a_folder_with_something_in_it_is_left_alone(self, folder):
        before = sorted(folder.iterdir())

        assert call("new", folder) == 2
        assert before == sorted(folder.iterdir())

    def test_the_starter_toml_holds_the_defaults(self, tmp_path):
        import tomllib

        from cmmatch.programme.config import Config

        call("new", tmp_path / "mine", "--quiet")
        given = tomllib.loads((tmp_path / "mine" / "programme.toml").read_text(encoding="utf-8"))
        read, default = Config.model_validate(given).model_dump(), Config().model_dump()
        for section in ("eligibility", "quality", "objectives", "experience", "privacy", "report"):
            assert default[section] == read[section]
            assert set(given[section]) == set(default[section])


class TestSchema:
    def test_lists_the_columns(self, capsys):
        assert call("schema") == 0
        assert "skills_wanted" in capsys.readouterr().out

    def test_says_who_is_shown_what(self, capsys):
        assert call("schema") == 0

        said = " ".join(capsys.readouterr().out.split())
        assert "On lists handed out: the name." in said
        assert "For those who run the programme are explain, report.html" in said

    def test_gives_the_json_schema_of_the_toml(self, capsys):
        assert call("schema", "--toml") == 0
        assert "eligibility" in json.loads(capsys.readouterr().out)["properties"]


class TestDemo:
    def test_fits_on_a_screen_and_leaves_a_folder_to_open(self, tmp_path, capsys):
        assert call("demo", "--out", tmp_path / "demo") == 0

        said = capsys.readouterr()
        assert (said.out + said.err).count("\n") <= 45
        assert (tmp_path / "demo" / "results" / "report.html").exists()
        assert (tmp_path / "demo" / "programme" / "mentors.csv").exists()

    def test_a_second_run_replaces_the_first(self, tmp_path):
        assert call("demo", "--out", tmp_path / "demo", "--quiet") == 0
        first = (tmp_path / "demo" / "results" / "matching.csv").read_bytes()

        assert call("demo", "--out", tmp_path / "demo", "--quiet") == 0
        assert first == (tmp_path / "demo" / "results" / "matching.csv").read_bytes()

    def test_tables_of_somebody_else_are_left_alone(self, tmp_path, capsys):
        own = tmp_path / "demo" / "programme" / "mentees.csv"
        own.parent.mkdir(parents=True)
        own.write_text("id\nmine\n", encoding="utf-8")

        assert call("demo", "--out", tmp_path / "demo") == 2
        assert own.read_text(encoding="utf-8") == "id\nmine\n"
        assert "is not from this demo" in capsys.readouterr().err


TERMINATED_WHILE_WRITING = """
import os, signal, sys
from cmmatch.cli import main
put, seen = os.replace, []
def replace(one, other):
    put(one, other)
    seen.append(other)
    if len(seen) == 2:
        os.kill(os.getpid(), signal.SIGTERM)
os.replace = replace
sys.argv = ["cmmatch", "match", *sys.argv[1:], "--quiet"]
main()
"""


def test_a_run_that_is_terminated_while_writing_leaves_what_was_there(folder, tmp_path):
    out = tmp_path / "out"
    assert call("match", folder, "--out", out, "--quiet") == 0
    before = {each.name: each.read_bytes() for each in out.iterdir()}
    words = [sys.executable, "-c", TERMINATED_WHILE_WRITING, folder, "--out", out, "--seed", "5"]

    assert subprocess.run(words, check=False, capture_output=True).returncode == 130
    assert before == {each.name: each.read_bytes() for each in out.iterdir()}


def test_an_internal_error_ends_with_1(monkeypatch, folder, capsys):
    from cmmatch import api

    def broken(*_, **__):
        message = "a bug of ours"
        raise RuntimeError(message)

    monkeypatch.setattr(api, "check", broken)

    assert call("check", folder) == 1
    assert "a bug of ours" in capsys.readouterr().err


def test_ctrl_c_ends_with_130(monkeypatch, folder):
    from cmmatch import api

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(api, "check", interrupted)

    assert call("check", folder) == 130


def test_the_module_can_be_run_and_help_imports_nothing_heavy():
    code = (
        "import sys; from cmmatch.cli import run; run(['--help']); "
        "print([m for m in ('pandas', 'ortools', 'scipy', 'numpy', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip().endswith("[]")


def test_a_reader_that_has_had_enough_is_no_error(folder):
    command = f"{sys.executable} -m cmmatch schema | head -n 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert done.stderr == ""


CLOSED_BEFORE = {
    "the first line": """
import os, sys
from cmmatch.cli import main
CLOSE()
main()
""",
    "the table": """
import os, sys
from cmmatch.cli import main
module = sys.modules["cmmatch.cli.match"]
draw = module.table
def table(*rows, **more):
    CLOSE()
    draw(*rows, **more)
module.table = table
main()
""",
}
CLOSE = "end, start = os.pipe(); os.close(end); os.dup2(start, 1)"


@pytest.mark.parametrize("when", CLOSED_BEFORE)
def test_results_are_written_and_all_is_well_though_nobody_reads_on(folder, tmp_path, when):
    code = CLOSED_BEFORE[when].replace("CLOSE()", CLOSE)
    words = [sys.executable, "-c", code, "match", folder, "--out", tmp_path / "out"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stderr)
    assert 5 == len(list((tmp_path / "out").iterdir()))


REAL = Path(os.environ.get("CMMATCH_SHARED", Path(__file__).resolve().parents[3] / "shared"))
DEVELOPERS = REAL / "data" / "developers_2025"


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    home = tmp_path_factory.mktemp("developers")
    toml = Path(__file__).resolve().parents[1] / "data" / "developers_2025" / "programme.toml"
    for each in (DEVELOPERS / "mentors.csv", DEVELOPERS / "mentees.csv", toml):
        shutil.copy(each, home)
    return home


@pytest.mark.skipif(not DEVELOPERS.is_dir(), reason="the survey data is not beside the checkout")
class TestRealPeople:
    def test_match_runs_and_is_proven(self, real, tmp_path, capsys):
        assert call("match", real, "--out", tmp_path / "out", "--json") == 0

        figures = json.loads(capsys.readouterr().out)
        assert figures["termination"] == "optimal"
        assert (figures["mentees"], figures["mentors"], figures["places"]) == (267, 135, 204)
        alone = figures["without_partner"] + figures["not_taking_part"]
        assert figures["mentees_matched"] + alone == 267
        assert set(figures["components_without_answers"]) == {
            "preferences", "working_style", "learning_orientation", "identity",
        }  # fmt: skip

    def test_its_answer_agrees_with_scipy_on_expanded_places(self, real):
        result = cmmatch.match(cmmatch.read_programme(real))
        assert scipy_optimum(result) == tuple(stage.value for stage in result.result.stages)


def scipy_optimum(result):
    """Pairs and total score by an assignment over single places, in exact integers below 2**53."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    kept, places = result.candidates, result.programme.places
    worth = np.zeros(kept.shape)
    bonus = float(kept.score.max() + 1) * min(kept.shape[0], int(places.sum()))
    worth[kept.mentee, kept.mentor] = kept.score + bonus
    columns = np.repeat(np.arange(kept.shape[1]), places)
    row, column = linear_sum_assignment(worth[:, columns], maximize=True)
    made = kept.index(row, columns[column])
    return int((made >= 0).sum()), int(kept.score[made[made >= 0]].sum())


@pytest.mark.parametrize("words", [["match", "--out", "out"], ["check"]])
def test_every_fault_is_shown_and_nothing_speaks_of_attributes(tmp_path, capsys, words):
    rows = "".join(f"A{k},x\n" for k in range(30))
    (tmp_path / "mentors.csv").write_text(f"id,capacity\n{rows}", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text("id\nE1\n", encoding="utf-8")
    command, *rest = words

    assert (
        call(command, tmp_path, *(tmp_path / each if each == "out" else each for each in rest)) == 3
    )
    said = capsys.readouterr().err
    assert 30 == said.count("[capacity-not-whole]")
    assert "attribute" not in said
    assert "30 faults" in said


def test_control_characters_of_a_name_do_not_reach_the_terminal(tmp_path, capsys):
    name = "Ann\x1b[31m\u202eLee\x9b"
    (tmp_path / "mentors.csv").write_text(f"id,name\nA1,{name}\n", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text(f"id,name\nE1,{name}\n", encoding="utf-8")
    out = tmp_path / "out"

    assert call("match", tmp_path, "--out", out) == 0
    assert call("explain", out, "E1") == 0
    assert call("explain", out, "E1", "--json") == 0
    said = capsys.readouterr()
    assert "Ann\\x1b[31m\\u202eLee\\x9b" in said.out
    assert set() == {*"\x1b\u202e\x9b"} & set(said.out.split("{")[0] + said.err)
    assert set() == {*"\x1b\x9b"} & set(said.out)
    assert name in (out / "matching.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("name", ["mentors.csv", "mentees.csv", "programme.toml", "pairs.xlsx"])
def test_a_folder_in_the_place_of_a_file_ends_with_3(tmp_path, capsys, name):
    for kind in ("mentors", "mentees"):
        (tmp_path / f"{kind}.csv").write_text("id\nA1\n", encoding="utf-8")
    (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / name).mkdir()

    assert call("check", tmp_path) == 3
    assert call("match", tmp_path, "--out", tmp_path / "out") == 3
    assert "[file-unreadable]" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_table_in_the_place_of_its_folder_ends_with_3(folder, capsys):
    assert call("check", folder / "mentors.csv") == 3
    assert f"Give the folder that holds it: '{folder}'" in capsys.readouterr().err
