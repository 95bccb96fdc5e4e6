"""Workers: threads that share the cores."""

import threading
import time

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from cmmatch.compatibility.candidates import Candidates
from cmmatch.compatibility.tabular import MatrixSource
from cmmatch.compatibility.workers import cores, workers


def blas_threads():
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]


def test_matrix_products_use_one_thread_meanwhile_and_as_many_as_before_afterwards():
    with threadpool_limits(2, user_api="blas"):
        with workers(2):
            meanwhile = blas_threads()
        afterwards = blas_threads()

    assert meanwhile
    assert {1} == set(meanwhile)
    assert {2} == set(afterwards)


def test_there_are_as_many_workers_as_cores_unless_asked_otherwise():
    def busy(count):
        together = threading.Barrier(count, timeout=30)
        return lambda _: together.wait()

    with workers() as executor:
        assert cores() == len(set(executor.map(busy(cores()), range(cores()))))
    with workers(3) as executor:
        assert 3 == len(set(executor.map(busy(3), range(3))))


def test_what_has_not_begun_is_dropped_when_something_breaks_off():
    begun, numbers = threading.Event(), []

    def slowly(number):
        begun.set()
        time.sleep(0.02)
        numbers.append(number)

    def broken():
        with workers(1) as executor:
            for number in range(500):
                executor.submit(slowly, number)
            begun.wait(30)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()
    assert 500 > len(numbers)


def test_pairs_are_looked_at_by_the_workers_where_there_is_more_than_one_block():
    class Watched(MatrixSource):
        def block(self, rows):
            seen.add(threading.current_thread().name.split("_")[0])
            return super().block(rows)

    given = Candidates.from_matrix(np.random.default_rng(1).random((20, 9)).round(6)).source
    source = Watched(given.scores, given.mentee_ids, given.mentor_ids, given.resolution)

    seen = set()
    whole = Candidates.from_source(source)
    assert {"MainThread"} == seen

    seen = set()
    shared = Candidates.from_source(source, rows_at_once=3)
    assert {"cmmatch"} == seen
    for name in ("mentee", "mentor", "score"):
        assert np.array_equal(getattr(shared, name), getattr(whole, name))
