"""Faults and the list of them."""

import pytest

from cmmatch.errors import InputFaults
from cmmatch.programme.faults import SETTINGS, Fault, FaultList


def add(faults, table="mentors.csv", row=2, column="id", value="x", note=False):
    faults.add(
        "some-code",
        table=table,
        row=row,
        column=column,
        value=value,
        problem="It must hold.",
        remedy="Do this.",
        note=note,
    )


def test_a_fault_reads_as_where_what_and_what_to_do():
    faults = FaultList()
    add(faults)

    assert ["mentors.csv, row 2, column 'id': It must hold. Given: 'x'. Do this. [some-code]"] == [
        str(fault) for fault in faults
    ]


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ("programme.toml", "programme.toml, line 2, setting 'id'"),
        (SETTINGS, "settings, line 2, setting 'id'"),
    ],
)
def test_a_fault_of_the_settings_points_at_a_line_and_a_setting(table, where):
    faults = FaultList()
    add(faults, table)

    assert where == next(iter(faults)).where


def test_row_0_of_a_frame_is_a_row():
    faults = FaultList()
    add(faults, "mentors", row=0)

    assert "mentors, row 0, column 'id'" == next(iter(faults)).where


def test_faults_come_by_table_then_the_whole_table_then_row_and_column():
    faults = FaultList()
    add(faults, row=3)
    add(faults, row=2, column="name")
    add(faults, row=2)
    add(faults, row=None)
    add(faults, table="mentees.csv", row=9)

    assert [
        ("mentees.csv", 9, "id"),
        ("mentors.csv", None, "id"),
        ("mentors.csv", 2, "id"),
        ("mentors.csv", 2, "name"),
        ("mentors.csv", 3, "id"),
    ] == [(fault.table, fault.row, fault.column) for fault in faults]


def test_the_same_fault_in_another_row_is_another_fault():
    faults = FaultList()
    add(faults, row=2)
    add(faults, row=3)

    assert len(set(faults)) == 2


def test_notes_never_stop_a_run():
    faults = FaultList()
    add(faults, note=True)
    faults.raise_if_any()

    assert () == faults.faults
    assert len(faults.notes) == 1


def test_all_faults_are_raised_together_and_ten_are_shown():
    faults = FaultList()
    for row in range(2, 14):
        add(faults, row=row)
    add(faults, note=True)
    with pytest.raises(InputFaults) as raised:
        faults.raise_if_any()

    assert len(raised.value.faults) == 12
    assert all(isinstance(fault, Fault) for fault in raised.value.faults)
    lines = str(raised.value).splitlines()
    assert "12 faults in the input:" == lines[0]
    assert "  ... and 2 more (see the attribute 'faults')." == lines[-1]
    assert len(lines) == 12
