"""Faults that are seen only once rules and weights are known, each in a folder of its own.

They lie beside those of ``tests/programme/test_loading.py``, with ``expected_by_check.txt``.
"""

from pathlib import Path

import pytest

from cmmatch import api
from cmmatch.errors import InputFaults
from cmmatch.programme.loading import load

FOLDERS = Path(__file__).parents[1] / "data" / "faults"
EVERYTHING = "everything"
LATE = sorted(file.parent.name for file in FOLDERS.glob("*/expected_by_check.txt"))
NOTED = {"identity-not-counted"}
"""Late codes of what does not stop a run."""
APART = {"objective-without-groups", "objective-without-ranks"}
"""Late codes that need the lack of something that another code needs."""
EARLY = sorted(file.parent.name for file in FOLDERS.glob("*/expected.txt"))


def told(case):
    report = api.check(FOLDERS / case)
    return [f"{each.severity.value}: {each}" for each in (*report.faults, *report.notes)]


def test_the_late_codes_are_these():
    assert [
        "identity-not-counted",
        "objective-without-groups",
        "objective-without-ranks",
        "required-pair-refused",
        "rule-contradiction",
        "rule-unknown",
        "weight-unknown",
    ] == LATE


@pytest.mark.parametrize("case", LATE)
def test_each_late_fault_is_told_in_full_words(case):
    expected = (FOLDERS / case / "expected_by_check.txt").read_text(encoding="utf-8").splitlines()

    assert expected == told(case)
    assert any(line.endswith(f"[{case}]") for line in expected)


@pytest.mark.parametrize("case", sorted(NOTED))
def test_a_late_note_stops_nothing(case):
    assert api.check(FOLDERS / case).ok
    assert len(api.read_programme(FOLDERS / case).mentees) == 1


@pytest.mark.parametrize("case", sorted(set(LATE) - NOTED))
def test_a_late_fault_stops_a_run_as_any_other(case):
    with pytest.raises(InputFaults, match=case):
        api.read_programme(FOLDERS / case)


@pytest.mark.parametrize("case", EARLY)
def test_check_tells_all_that_reading_finds(case):
    expected = (FOLDERS / case / "expected.txt").read_text(encoding="utf-8").splitlines()

    assert set(expected) <= set(told(case))


def test_everything_wrong_at_once_has_the_late_faults_too():
    report = api.check(FOLDERS / EVERYTHING)
    early = {each.code for each in load(FOLDERS / EVERYTHING).faults}

    assert set(LATE) - APART == {each.code for each in (*report.faults, *report.notes)} - early
