"""Min-cost flow in a child process: the same flows, stopped when it must be, and nothing left."""

import inspect
import io
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from cmmatch.assignment.backends import child, flow_worker
from cmmatch.assignment.backends.child import min_cost_flow, solve_flow
from cmmatch.assignment.backends.flow_worker import Network, optimum
from cmmatch.assignment.limits import Deadline, OutOfTime
from cmmatch.errors import ModelError, SolverFailed

ONE_ARC = ([0], [1], [1], [5], [1, -1])  # tail, head, capacity, cost, supply
UNBALANCED = ([0], [1], [1], [5], [1, 0])
INFEASIBLE = ([0], [1], [1], [5], [2, -2])
BAD_COST_RANGE = ([0], [1], [1], [2**60], [1, -1])
FAILURES = {
    "UNBALANCED": UNBALANCED,
    "INFEASIBLE": INFEASIBLE,
    "BAD_COST_RANGE": BAD_COST_RANGE,
}
WAIT = 60


def long_network():
    """A flow along a chain of 40,000 nodes with short jumps: minutes for the solver."""
    import numpy as np

    rng = np.random.default_rng(0)
    n = 40_000
    tail = np.concatenate([np.repeat(np.arange(n), 4), np.arange(n - 1)])
    head = np.concatenate([(tail[: 4 * n] + rng.integers(1, 5, 4 * n)) % n, np.arange(1, n)])
    capacity = np.concatenate([rng.integers(1, 1000, 4 * n), np.full(n - 1, 10**6)])
    cost = np.concatenate([rng.integers(0, 10**6, 4 * n), np.full(n - 1, 10**7)])
    supply = np.zeros(n, np.int64)
    supply[[0, -1]] = 2000, -2000
    return tail, head, capacity, cost, supply


def network(arrays):
    tail, head, *rest = (np.array(each, dtype=np.int64) for each in arrays)
    return Network(tail.astype(np.int32), head.astype(np.int32), *rest)


def random_network(seed, mentees=12, mentors=5, *, share=0.6):
    """Mentees, mentors, a sink and an unmatched node, as the flow backend builds them."""
    rng = np.random.default_rng(seed)
    i, j = np.nonzero(rng.random((mentees, mentors)) < share)
    sink, unmatched = mentees + mentors, mentees + mentors + 1
    tail = np.concatenate([i, np.arange(mentees), mentees + np.arange(mentors), [unmatched]])
    head = np.concatenate([mentees + j, np.full(mentees, unmatched), np.full(mentors + 1, sink)])
    capacity = np.concatenate(
        [np.ones(len(i) + mentees), rng.integers(0, 4, mentors), [mentees]]
    ).astype(np.int64)
    # Few distinct costs make ties common.
    cost = np.concatenate([rng.integers(-3, 3, len(i)), np.zeros(mentees + mentors + 1, np.int64)])
    supply = np.concatenate([np.ones(mentees), np.zeros(mentors), [-mentees, 0]]).astype(np.int64)
    return network((tail, head, capacity, cost, supply))


def warm():
    """Make sure that a child waits, and return its process."""
    min_cost_flow(network(ONE_ARC), None)
    return child._idle[0]._process


def ended(process):
    return process.returncode is not None


def start(script, *, options=(), **settings):
    """Start a script of a user in a Python of its own."""
    head = inspect.getsource(long_network) + (
        "from cmmatch.assignment.backends import child\n"
        "from cmmatch.assignment.backends.child import solve_flow\n"
        f"one_arc = {ONE_ARC}\n"
    )
    return subprocess.Popen(
        [sys.executable, *options, "-c", head + script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **settings,
    )


def finish(process):
    """Wait until the script *and its child* are gone: both hold standard error open."""
    out, err = process.communicate(timeout=WAIT)
    return out.split("\n")[:-1], err


WARM = """
import numpy as np
one_arc = [np.array(each) for each in one_arc]
child.min_cost_flow(child._checked(*one_arc), None)
pid = child._idle[0].pid
"""


# The same answer


@pytest.mark.parametrize("seed", range(20))
def test_the_flows_are_the_same_bytes_in_process_and_in_the_child(seed):
    given = random_network(seed)

    here, there = optimum(given), min_cost_flow(given, None)

    assert "OPTIMAL" == here[0] == there[0]
    assert here[1].dtype == there[1].dtype == np.int64
    assert here[1].tobytes() == there[1].tobytes()
    assert here[1].any()


def test_a_network_larger_than_the_pipes_passes_through_them():
    given = random_network(1, 3000, 200, share=0.5)
    assert sum(each.nbytes for each in given) > 4 * child.PIPE_BYTES

    here, there = optimum(given), min_cost_flow(given, None)

    assert here[1].tobytes() == there[1].tobytes()


@pytest.mark.parametrize("deadline", [None, Deadline.after(3600)])
def test_a_network_without_arcs_has_no_flows(deadline):
    none = np.empty(0, np.int64)

    assert [] == solve_flow(none, none, none, none, np.zeros(3), deadline=deadline).tolist()


def test_a_small_network_without_a_deadline_is_solved_here(monkeypatch):
    monkeypatch.setattr(child, "min_cost_flow", lambda *given: pytest.fail("not here"))

    assert [1] == solve_flow(*network(ONE_ARC), deadline=None).tolist()


def test_a_large_network_and_one_with_a_deadline_are_solved_in_the_child(monkeypatch):
    monkeypatch.setattr(child, "optimum", lambda given: pytest.fail("solved here"))
    assert [1] == solve_flow(*network(ONE_ARC), deadline=Deadline.after(3600)).tolist()

    monkeypatch.setattr(child, "IN_PROCESS_ARCS", 1)
    assert [1] == solve_flow(*network(ONE_ARC), deadline=None).tolist()


# What the solver refuses, and what it would not survive


@pytest.mark.parametrize("status", FAILURES)
def test_without_an_optimum_no_flow_is_read_and_the_status_is_told(status):
    given = network(FAILURES[status])

    for answered, flows in (optimum(given), min_cost_flow(given, None)):
        assert status == answered
        assert 0 == len(flows)


@pytest.mark.parametrize("deadline", [None, Deadline.after(3600)])
def test_an_unbalanced_network_is_an_error_of_ours(deadline):
    with pytest.raises(RuntimeError, match="min-cost flow answered UNBALANCED"):
        solve_flow(*network(FAILURES["UNBALANCED"]), deadline=deadline)


@pytest.mark.parametrize("deadline", [None, Deadline.after(3600)])
def test_a_network_that_has_no_flow_has_none(deadline):
    assert solve_flow(*network(FAILURES["INFEASIBLE"]), deadline=deadline) is None


@pytest.mark.parametrize("deadline", [None, Deadline.after(3600)])
def test_costs_that_the_solver_refuses_are_scores_that_are_too_large(deadline):
    with pytest.raises(ModelError, match=f"Scores up to {2**60} units are too large for 2 people"):
        solve_flow(*network(BAD_COST_RANGE), deadline=deadline)


@pytest.mark.parametrize("cost", [2**62 // 3 + 1, -(2**62) // 3 - 1, 2**63 - 1, -(2**63)])
def test_costs_beyond_the_range_are_refused_before_the_solver_sees_them(cost, monkeypatch):
    monkeypatch.setattr(child, "optimum", lambda given: pytest.fail("the solver saw it"))
    tail, head, capacity, _, supply = network(ONE_ARC)

    with pytest.raises(ModelError, match=f"Scores up to {abs(cost)} units are too large"):
        solve_flow(tail, head, capacity, np.array([cost]), supply, deadline=None)


@pytest.mark.parametrize(
    ("tail", "head"),
    [
        (-1, 1),  # the solver would write before its arrays
        (0, 2),  # a node beyond the supplies
        (2**32, 1),  # would be node 0 in 32 bits
    ],
)
def test_nodes_that_are_not_there_are_refused(tail, head):
    _, _, capacity, cost, supply = network(ONE_ARC)

    with pytest.raises(RuntimeError, match="must hold nodes from 0 to 1; it holds"):
        solve_flow(np.array([tail]), np.array([head]), capacity, cost, supply, deadline=None)


def test_arrays_of_different_lengths_are_refused():
    tail, head, _, cost, supply = network(ONE_ARC)

    with pytest.raises(RuntimeError, match="must be of one length; they have 1, 1, 2, 1"):
        solve_flow(tail, head, np.array([1, 1]), cost, supply, deadline=None)


def test_more_arcs_than_the_solver_can_number_are_refused():
    many = np.broadcast_to(np.int64(0), 2**30)  # takes no memory

    with pytest.raises(ModelError, match="too many for one flow"):
        solve_flow(many, many, many, many, np.zeros(2, np.int64), deadline=None)


# One child, that is kept


def test_the_child_is_kept_for_the_next_flow():
    first, second = warm(), warm()

    assert first is second
    assert not ended(first)


def test_threads_that_ask_at_once_have_their_own_answers_and_one_child_is_kept():
    given = [random_network(seed, 300, 60) for seed in range(4)]
    found = {}

    def ask(k):
        found[k] = min_cost_flow(given[k], None)[1].tobytes()

    threads = [threading.Thread(target=ask, args=(k,)) for k in range(len(given))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)

    assert {k: optimum(each)[1].tobytes() for k, each in enumerate(given)} == found
    assert 1 == len(child._idle) == len(child._living)


def test_the_child_leaves_ctrl_c_to_us():
    kept = warm()
    kept.send_signal(signal.SIGINT)

    for _ in range(3):
        assert warm() is kept


def test_an_idle_child_holds_no_arrays():
    warm()

    assert child._idle[0]._exchange is None


def test_a_child_that_was_killed_while_idle_is_replaced():
    killed = warm()
    killed.kill()
    killed.wait()

    assert warm() is not killed


# Stopping


def test_a_deadline_ends_the_child_and_the_next_flow_has_a_new_one():
    working = warm()

    with pytest.raises(OutOfTime):
        solve_flow(*long_network(), deadline=Deadline.after(0.2))

    assert ended(working)
    assert working.stdin.closed
    assert working.stdout.closed
    assert not child._living
    assert warm() is not working


def test_when_the_deadline_has_passed_no_child_is_asked(monkeypatch):
    monkeypatch.setattr(child, "_lend", lambda: pytest.fail("asked"))

    with pytest.raises(OutOfTime):
        solve_flow(*network(ONE_ARC), deadline=Deadline.after(-1))


def test_a_child_that_is_killed_at_work_is_a_clear_error_and_not_a_hang():
    working = warm()
    killer = threading.Timer(0.3, working.kill)
    killer.start()

    with pytest.raises(SolverFailed, match=r"was killed by signal 9 before it answered\. Most"):
        solve_flow(*long_network(), deadline=after_all())

    killer.join()
    assert ended(working)
    assert [1] == solve_flow(*network(ONE_ARC), deadline=after_all()).tolist()


def after_all():
    return Deadline.after(3600)


def test_ctrl_c_in_a_long_flow_is_heard_and_leaves_no_process():
    script = WARM + (
        "import os\n"
        "try:\n"
        "    print(pid, flush=True)\n"
        "    solve_flow(*long_network(), deadline=None)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', child._living)\n"
        "print(*child.min_cost_flow(child._checked(*one_arc), None)[1])\n"
    )
    # As a terminal does it: the signal goes to every process of the group.
    process = start(script, start_new_session=True)
    pid = int(process.stdout.readline())
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    out, err = finish(process)

    assert ["interrupted set()", "1"] == out
    assert "" == err
    assert 0 == process.returncode
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize(
    "then",
    [
        "time.sleep(600)",  # the child is idle
        "solve_flow(*long_network(), deadline=Deadline.after(600))",  # it holds its interpreter
    ],
)
def test_a_parent_that_is_killed_leaves_no_child(then):
    script = WARM + (
        "import time\nfrom cmmatch.assignment.limits import Deadline\nprint(pid, flush=True)\n"
    )
    process = start(script + then)
    assert int(process.stdout.readline())
    time.sleep(0.7)
    process.kill()

    # Standard error ends when the last process that holds it has ended.
    assert ([], "") == finish(process)


def test_a_user_s_script_without_a_guard_runs_once_and_so_does_a_start_up_file(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("print('the start-up file runs')\n")
    script = tmp_path / "programme.py"
    script.write_text(
        "print('the script runs')\n"
        "import numpy as np\n"
        "from cmmatch.assignment.backends.child import solve_flow\n"
        "from cmmatch.assignment.limits import Deadline\n"
        f"arrays = [np.array(each) for each in {ONE_ARC}]\n"
        "print(*solve_flow(*arrays, deadline=Deadline.after(3600)))\n"
    )
    paths = os.pathsep.join([str(tmp_path), *sys.path])
    done = subprocess.run(
        [sys.executable, str(script)],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": paths},
        timeout=WAIT,
    )

    assert "the start-up file runs\nthe script runs\n1\n" == done.stdout


def test_the_child_ends_with_us_and_nothing_is_said_of_it():
    out, err = finish(start(WARM + "print(pid)\n", options=("-W", "error")))

    assert 1 == len(out)
    assert "" == err
    with pytest.raises(ProcessLookupError):
        os.kill(int(out[0]), 0)


def test_after_a_fork_each_process_has_a_child_of_its_own():
    script = WARM + (
        "import os, sys\n"
        "inherited = child._idle[0]\n"
        "twin = os.fork()\n"
        "flows = child.min_cost_flow(child._checked(*one_arc), None)[1]\n"
        "closed = inherited._process.stdin.closed\n"
        "if not twin:\n"
        "    print(*flows, child._idle[0].pid != pid, closed, flush=True)\n"
        "    sys.exit()\n"
        "os.waitpid(twin, 0)\n"
        "flows = child.min_cost_flow(child._checked(*one_arc), None)[1]\n"
        "print(*flows, child._idle[0].pid == pid, closed)\n"
    )
    # Newer Pythons warn of any fork while there are threads, as those of NumPy are.
    options = ("-W", "error", "-W", "ignore::DeprecationWarning")
    out, err = finish(start(script, options=options))

    assert ["1 True True", "1 True False"] == out
    assert "" == err


def test_a_fork_that_lives_on_does_not_keep_its_parent_s_child():
    script = WARM + (
        "import os, time\n"
        "twin = os.fork()\n"
        "if not twin:\n"
        "    os.close(1), os.close(2), time.sleep(600)\n"
        "print(twin, flush=True)\n"
        "time.sleep(600)\n"
    )
    process = start(script)
    twin = int(process.stdout.readline())
    process.kill()

    try:
        assert [] == finish(process)[0]
    finally:
        os.kill(twin, signal.SIGKILL)


# How the child is started


def test_the_child_imports_nothing_but_numpy_and_ortools():
    python, *rest = child._command()
    question = b"".join(part.tobytes() for part in (np.array([1, 2], np.int64), *network(ONE_ARC)))
    process = subprocess.Popen(
        [python, "-X", "importtime", *rest],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdin.write(question)
    process.stdin.flush()
    assert b"OPTIMAL" == process.stdout.read(16 + 7 + 8)[16:-8]
    _, said = process.communicate(timeout=WAIT)

    imported = {line.split("|")[2].split(".")[0].strip() for line in said.decode().splitlines()}
    others = imported - set(sys.stdlib_module_names)
    # The standard module 'copy' tries 'org' of another Python.
    assert {"numpy", "ortools"} == others - {"imported package", "org"}


def test_what_the_solver_prints_gets_not_among_the_answers(tmp_path, monkeypatch, capfd):
    program = tmp_path / "loud.py"
    program.write_text(
        f"import os, sys\nsys.path.insert(0, {str(Path(flow_worker.__file__).parent)!r})\n"
        "import flow_worker\nquiet = flow_worker.optimum\n"
        "def loud(network):\n    os.write(1, b'noise')\n    return quiet(network)\n"
        "flow_worker.optimum = loud\nflow_worker.main()\n"
    )
    python, *options, _, home = child._command()
    monkeypatch.setattr(child, "_command", lambda: [python, *options, str(program), home])
    child._end_all()

    assert [1] == solve_flow(*network(ONE_ARC), deadline=after_all()).tolist()
    child._end_all()

    assert "noise" == capfd.readouterr().err


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys; sys.exit(3)", "ended with exit code 3 before"),
        ("import os, time; os.close(0); os.close(1); time.sleep(600)", "closed its pipes before"),
    ],
)
def test_a_child_that_gives_no_answer_is_a_clear_error(program, said, monkeypatch):
    monkeypatch.setattr(child, "_command", lambda: [sys.executable, "-c", program])
    monkeypatch.setattr(child, "PATIENCE", 1.0)
    child._end_all()

    with pytest.raises(SolverFailed, match=said):
        solve_flow(*network(ONE_ARC), deadline=after_all())

    assert not child._living


def test_a_child_that_cannot_be_started_is_a_clear_error(monkeypatch, tmp_path):
    child._end_all()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

    with pytest.raises(SolverFailed, match="could not be started"):
        solve_flow(*network(ONE_ARC), deadline=after_all())


def test_a_packed_program_is_not_started_again(monkeypatch):
    child._end_all()
    monkeypatch.setattr(sys, "frozen", True, raising=False)

    with pytest.raises(SolverFailed, match="packed without one"):
        solve_flow(*network(ONE_ARC), deadline=after_all())


def test_a_fault_on_our_side_is_raised_as_it_is(monkeypatch):
    def no_memory(*given):
        raise MemoryError

    monkeypatch.setattr(child, "receive", no_memory)

    with pytest.raises(MemoryError):
        solve_flow(*network(ONE_ARC), deadline=after_all())

    assert not child._living


# The program of the child, in this process


@pytest.fixture
def pipes():
    """Both ends of the questions and of the answers, without buffers."""
    files = [
        io.FileIO(end, mode) for _ in range(2) for end, mode in zip(os.pipe(), "rw", strict=True)
    ]
    yield files
    for each in files:
        each.close()


def test_the_worker_answers_until_its_input_closes(pipes):
    questions, asking, answers, answering = pipes
    worker = threading.Thread(target=flow_worker.serve, args=(questions, answering))
    worker.start()
    for arrays in (ONE_ARC, INFEASIBLE, ONE_ARC):
        given = network(arrays)
        exchange = child._Exchange(asking, answers, given)
        exchange.run()

        assert optimum(given)[0] == exchange.answer[0]
        assert optimum(given)[1].tolist() == exchange.answer[1].tolist()
    asking.close()
    worker.join(WAIT)

    assert not worker.is_alive()


def test_the_worker_solves_nothing_for_a_parent_that_is_gone(pipes, monkeypatch):
    questions, asking, _, answering = pipes
    monkeypatch.setattr(flow_worker, "optimum", lambda given: pytest.fail("solved"))
    for part in (np.array([1, 2], np.int64), *network(ONE_ARC)):
        flow_worker.send(asking, part)
    asking.close()

    assert flow_worker.serve(questions, answering) is None


def test_the_worker_ends_when_nobody_reads_its_answer(pipes):
    questions, asking, answers, answering = pipes
    for part in (np.array([1, 2], np.int64), *network(ONE_ARC)):
        flow_worker.send(asking, part)
    answers.close()

    assert flow_worker.serve(questions, answering) is None
