"""``cmmatch compare``: the screen, JSON, a CSV file and exit codes."""

import json

import pytest

from cmmatch.cli import run


@pytest.fixture
def results(folder, tmp_path, capsys):
    """The same programme under two seeds and two sets of weights."""
    run(["match", str(folder), "--out", str(tmp_path / "a"), "--quiet"])
    with (folder / "programme.toml").open("a", encoding="utf-8") as toml:
        toml.write("\n[experience]\nband = [1.0, 2.0]\n")
    run(["match", str(folder), "--out", str(tmp_path / "b"), "--quiet", "--seed", "5"])
    capsys.readouterr()
    return str(tmp_path / "a"), str(tmp_path / "b")


def test_the_screen_says_what_differs_within_80_letters(results, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = run(["compare", "a", "b"])
    printed = capsys.readouterr().out

    assert 0 == code
    assert max(map(len, printed.splitlines())) <= 80
    assert "experience.band" in printed
    assert "programme.seed" in printed
    assert " kept, " in printed


def test_json_holds_every_mentee(results, capsys):
    code = run(["compare", *results, "--json"])
    found = json.loads(capsys.readouterr().out)

    assert 0 == code
    assert found["pairs"]["kept"] + found["pairs"]["changed"] > 0
    assert not found["scores_on_one_scale"]
    assert "experience.band" in found["not_on_one_scale"]
    assert {"same", "changed"} & {each["kind"] for each in found["mentees"]}


def test_out_writes_a_row_for_every_mentee(results, capsys, tmp_path):
    path = tmp_path / "changes.csv"
    code = run(["compare", *results, "--out", str(path), "--quiet"])
    captured = capsys.readouterr()

    assert 0 == code
    assert ("", "") == (captured.out, captured.err)
    heading = path.read_text(encoding="utf-8-sig").splitlines()[0]
    assert '"mentee_id","mentee","kind"' == ",".join(heading.split(",")[:3])


def test_out_among_the_results_ends_with_2(results, capsys):
    code = run(["compare", *results, "--out", f"{results[0]}/matching.csv"])

    assert 2 == code
    assert "must not lie among the inputs" in capsys.readouterr().err


def test_a_folder_without_results_ends_with_3_and_is_named(results, folder, capsys):
    code = run(["compare", results[0], str(folder), "--json"])
    captured = capsys.readouterr()

    assert 3 == code
    assert "must hold the results" in captured.err
    (fault,) = json.loads(captured.out)["faults"]
    assert ("results-missing", str(folder)) == (fault["code"], fault["value"])


@pytest.mark.parametrize("arguments", [[], ["nowhere", "nowhere"]])
def test_a_folder_that_is_not_there_ends_with_2(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert 2 == run(["compare", *arguments])
    capsys.readouterr()


def test_what_would_command_the_terminal_is_made_visible(folder, tmp_path, capsys):
    path = folder / "programme.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('name = "', 'name = "\\u001b[31m', 1), encoding="utf-8")
    run(["match", str(folder), "--out", str(tmp_path / "a"), "--quiet"])
    capsys.readouterr()
    code = run(["compare", str(tmp_path / "a"), str(tmp_path / "a")])
    printed = capsys.readouterr().out

    assert 0 == code
    assert "\\x1b[31m" in printed
    assert "\x1b" not in printed
