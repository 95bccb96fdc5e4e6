"""Limits are checked, and a deadline shares its time out."""

from fractions import Fraction

import numpy as np
import pytest

import cmmatch
from cmmatch.assignment import limits
from cmmatch.assignment.limits import Deadline, Limits
from cmmatch.errors import ModelError


class Clock:
    """Stands in for the time module, and moves only when it is told to."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    stopped = Clock()
    monkeypatch.setattr(limits, "time", stopped)
    return stopped


def test_limits_is_a_public_name():
    assert cmmatch.Limits is Limits


@pytest.mark.parametrize("seconds", [None, 0.5, 60, np.float32(2), np.int64(3), Fraction(1, 3)])
def test_any_finite_time_above_zero_is_a_limit(seconds):
    assert seconds == Limits(seconds=seconds).seconds


@pytest.mark.parametrize(
    "seconds",
    [
        0,
        -1.0,
        float("nan"),
        float("inf"),  # no limit is said by leaving it out
        True,  # a switch is no time
        "60",
        np.array([1.0, 2.0]),
    ],
)
def test_what_is_no_time_above_zero_is_refused(seconds):
    with pytest.raises(ModelError, match=r"finite number of seconds above 0\. It was given"):
        Limits(seconds=seconds)


@pytest.mark.parametrize("none", [None, Limits()])
def test_without_a_limit_there_is_no_deadline(none):
    assert Deadline.of(none) is None


def test_the_clock_runs_from_the_start_and_stops_at_zero(clock):
    deadline = Deadline.of(Limits(seconds=10))

    assert 10.0 == deadline.remaining()
    assert not deadline.expired

    clock.now += 4
    assert 6.0 == deadline.remaining()
    assert not deadline.expired

    clock.now += 6
    assert deadline.expired

    clock.now += 100
    assert 0.0 == deadline.remaining()
    assert deadline.expired


def test_parts_share_the_time_left_and_what_one_saves_the_later_ones_have(clock):
    whole = Deadline.of(Limits(seconds=12))
    assert 4.0 == whole.share(3).remaining()

    clock.now += 2  # the first part took two of its four seconds
    assert 5.0 == whole.share(2).remaining()

    clock.now += 5
    assert whole == whole.share(1)


def test_a_share_of_no_time_has_passed(clock):
    whole = Deadline.of(Limits(seconds=1))
    clock.now += 2

    assert whole.share(2).expired
