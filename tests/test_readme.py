"""What the README says is what happens."""

import re
from pathlib import Path

from cmmatch.cli import run

TEXT = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


def blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", TEXT, flags=re.DOTALL)


def test_the_demo_prints_what_the_readme_shows(tmp_path, capsys):
    run(["demo", "--out", str(tmp_path / "demo")])
    printed = capsys.readouterr().out.splitlines()
    (shown,) = blocks("text demo")

    position = 0
    for line in shown.splitlines():
        if line != "...":
            assert line in printed[position:], line
            position = printed.index(line, position) + 1


def test_the_python_blocks_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), names)

    assert len(names["result"].pairs) == 3
    assert "optimal over all eligible pairs" in capsys.readouterr().out


def test_the_commands_run_in_their_order(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    commands = [line for line in blocks("sh")[1].splitlines() if line.startswith("cmmatch ")]
    assert len(commands) == 10
    for command in commands:
        words = command.split("#")[0].split()[1:]
        assert run(words) == 0, command
        capsys.readouterr()


def test_a_fault_reads_as_shown(tmp_path, capsys):
    run(["new", str(tmp_path / "mine"), "--quiet"])
    path = tmp_path / "mine" / "mentors.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace(",12,1,", ",12,2.5,"), encoding="utf-8"
    )
    assert run(["check", str(tmp_path / "mine")]) == 3
    (shown,) = blocks("text fault")

    assert shown.strip() in capsys.readouterr().err
