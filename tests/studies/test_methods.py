"""The page on methods tells what the code gives, and the study writes what the page shows."""

import re
from pathlib import Path

import pytest
from studies.__main__ import main
from studies.methods import as_markdown, small, table_of

from cmmatch.analysis.methods import HEADS, METHODS
from studies import methods

PAGE = Path(__file__).resolve().parents[2] / "docs" / "methods.md"


def tables(text):
    """Tables of a page that have the heads of the comparison, as rows of cells."""
    found = []
    for block in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in block.splitlines()]
        if rows[0] == ["method", *HEADS]:
            found.append(rows[2:])
    return found


def test_the_page_has_every_method_and_every_figure():
    real, made_up = tables(PAGE.read_text(encoding="utf-8"))

    assert list(METHODS.values()) == [row[0] for row in real] == [row[0] for row in made_up]
    assert {len(HEADS) + 1} == {len(row) for row in [*real, *made_up]}
    assert "proven" in {row[-2] for row in real}


def test_the_table_of_the_made_up_programme_is_what_the_code_gives():
    _, made_up = tables(PAGE.read_text(encoding="utf-8"))
    (again,) = tables(as_markdown(table_of(small())))

    assert [row[:-1] for row in made_up] == [row[:-1] for row in again]


def test_the_study_writes_tables_with_their_origin(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(methods, "developers", lambda: tmp_path / "nowhere")
    monkeypatch.setattr(methods, "SMALL", {"mentees": 12, "mentors": 5, "seed": 3})

    assert 0 == main(["methods", "--out", str(tmp_path)])

    text = (tmp_path / "methods.md").read_text(encoding="utf-8")
    lines = (tmp_path / "methods.csv").read_text(encoding="utf-8").splitlines()
    assert list(METHODS.values()) == [row[0] for row in tables(text)[0]]
    assert 1 + len(METHODS) == len(lines)
    assert "command: python3 run.py studies methods --out" in text
    assert "developers_2025 is left out" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["methods", "--data", str(tmp_path / "nowhere")])

    assert "--data must name a folder" in capsys.readouterr().err
