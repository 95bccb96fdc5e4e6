"""Who solves what: each backend and each need, asserted both where it solves and where not."""

import re
from pathlib import Path

import pytest

from cmmatch.assignment.backends import BUILT_IN, choose
from cmmatch.assignment.form import Need
from cmmatch.errors import UnsupportedModel
from cmmatch.testing import tiny_form
from cmmatch.testing.backend import check_answer

ROOT = Path(__file__).resolve().parents[2]
TABLE = {
    # min-cost flow, MIP, CP-SAT
    Need.DEGREES: (True, True, True),
    Need.MINIMUM: (True, True, True),
    Need.REQUIRED: (True, True, True),
    Need.STEPS: (True, True, True),
    Need.ROWS: (False, True, True),
    Need.EXACT: (True, False, True),
}
NAMES = ("OR-Tools min-cost flow", "OR-Tools MathOpt (HiGHS)", "OR-Tools CP-SAT")
CELLS = [
    pytest.param(backend, need, TABLE[need][k], id=f"{backend.name}-{need.name}")
    for k, backend in enumerate(BUILT_IN)
    for need in Need
]


def forms_that_need(need, *, count=24):
    """Forms that ask for one need, beside degrees, and for no other."""
    found = []
    for seed in range(20_000, 21_000):
        form, target = tiny_form(seed, {need})
        if form.needs | target.needs == {Need.DEGREES, need}:
            found.append((form, target))
        if len(found) == count:
            return found
    raise AssertionError(need)


def test_the_table_speaks_of_every_backend_and_every_need():
    assert NAMES == tuple(backend.name for backend in BUILT_IN)
    assert list(Need) == list(TABLE)


@pytest.mark.parametrize(("backend", "need", "solves"), CELLS)
def test_a_backend_solves_what_it_honours_and_is_refused_by_name_else(backend, need, solves):
    feasible = 0
    for number, (form, target) in enumerate(forms_that_need(need)):
        if solves:
            assert backend is choose(form, target, (backend,))
            answer = backend.maximise(form, target)
            feasible += check_answer(answer, form, target, where=f"{need.name} {number}")
            continue
        with pytest.raises(UnsupportedModel) as refused:
            choose(form, target, (backend,))
        assert f"{backend.name} lacks: {need.value}" in str(refused.value)

    assert (feasible >= 4) is solves


@pytest.mark.parametrize(
    ("needs", "name"),
    [
        ({Need.MINIMUM, Need.REQUIRED, Need.STEPS, Need.EXACT}, NAMES[0]),
        ({Need.ROWS, Need.STEPS, Need.MINIMUM, Need.REQUIRED}, NAMES[1]),
        ({Need.ROWS, Need.EXACT}, NAMES[2]),
    ],
)
def test_the_first_that_honours_everything_is_chosen(needs, name):
    met = set()
    for seed in range(30_000, 30_400):
        form, target = tiny_form(seed, needs)
        if form.needs | target.needs == {Need.DEGREES, *needs}:
            met.add(choose(form, target).name)

    assert {name} == met


def test_the_page_for_authors_shows_the_same_table():
    page = (ROOT / "docs" / "add_a_constraint.md").read_text(encoding="utf-8")
    told = re.findall(
        r"^\| (.+?) \| (yes|refused) \| (yes|refused) \| (yes|refused) \|$", page, re.M
    )

    assert [(need.value, *solves) for need, solves in TABLE.items()] == [
        (need, *(cell == "yes" for cell in cells)) for need, *cells in told
    ]
