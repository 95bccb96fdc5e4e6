"""Min-cost flow that can be stopped: in this process when it is short, else in a child process.

OR-Tools' flow solver knows no time limit and holds the interpreter until it is done, so that
neither a deadline nor Ctrl-C is heard meanwhile. What may take long is therefore solved in a child
process: to stop it is to end the child.

1. The child is started when it is first needed, kept for the next flow, and ended with us. A second
   thread that asks meanwhile has another child for that time.
2. A thread of its own writes the network and reads the flows; the caller only waits, and hears.
3. A child that was stopped, or died, is never used again: the next flow starts a new one.
4. After a fork the new process drops its parent's children: their pipes are closed, nothing else.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from cmmatch.assignment.backends import flow_worker
from cmmatch.assignment.backends.flow_worker import OPTIMAL, Network, optimum, receive, send
from cmmatch.assignment.limits import OutOfTime
from cmmatch.errors import ModelError, SolverFailed

if TYPE_CHECKING:
    from io import RawIOBase

    from numpy.typing import NDArray

    from cmmatch.assignment.limits import Deadline

__all__ = ["min_cost_flow", "solve_flow"]

COST_RANGE = 2**62
ARC_RANGE = 2**30
IN_PROCESS_ARCS = 10_000
"""Below this the hardest networks tried (long chains of people with few eligible partners) take
about a second, so that Ctrl-C is heard soon; ten times as many arcs can take minutes."""
PIPE_BYTES = 2**20
PIECE = 0.2
"""Seconds of one wait; on Windows a wait does not hear Ctrl-C before it ends."""
PATIENCE = 5.0
"""Seconds for a thread to notice that its child has ended."""


def solve_flow(
    tail: NDArray[np.integer],
    head: NDArray[np.integer],
    capacity: NDArray[np.int64],
    cost: NDArray[np.int64],
    supply: NDArray[np.int64],
    *,
    deadline: Deadline | None,
) -> NDArray[np.int64] | None:
    """Solve a min-cost flow that is balanced; ``None`` if it has no flow.

    The flows are the same bytes wherever they are found.

    Parameters
    ----------
    tail, head : int, shape (A,)
        Nodes of each arc, from 0 to V - 1.
    capacity, cost : int64, shape (A,)
        Most flow of each arc, >= 0, and the cost of one unit of it.
    supply : int64, shape (V,)
        Flow that enters at each node, negative where it leaves; the sum is 0.
    deadline : Deadline or None
        When to stop; ``None`` for as long as it takes.

    Returns
    -------
    int64, shape (A,), or None
        Flow of each arc.

    Raises
    ------
    OutOfTime
        The deadline passed first.
    ModelError
        Costs or the number of arcs are beyond the solver's integers.
    SolverFailed
        The child process could not be started, or ended before it answered.
    """
    network = _checked(tail, head, capacity, cost, supply)
    here = deadline is None and len(network.tail) < IN_PROCESS_ARCS
    status, flows = optimum(network) if here else min_cost_flow(network, deadline)
    if status == "BAD_COST_RANGE":
        raise ModelError(_too_large(network))
    if status == "INFEASIBLE":
        return None
    if status != OPTIMAL:
        message = f"min-cost flow answered {status} for a balanced network"
        raise RuntimeError(message)
    return flows


def min_cost_flow(network: Network, deadline: Deadline | None) -> tuple[str, NDArray[np.int64]]:
    """Ask a child process for an optimum, and end the child when the caller must not wait on.

    Returns
    -------
    status : str
        The solver's, e.g. "OPTIMAL" or "UNBALANCED".
    flows : int64, shape (A,)
        Empty unless the status is OPTIMAL.

    Raises
    ------
    OutOfTime
        The deadline passed first.
    SolverFailed
        The child could not be started, or ended before it answered.
    """
    if deadline is not None and deadline.expired:
        raise OutOfTime
    child = _lend()
    try:
        answer = child.ask(network, deadline)
    except BaseException:
        child.end()
        raise
    _give_back(child)
    return answer


def _checked(
    tail: NDArray[np.integer],
    head: NDArray[np.integer],
    capacity: NDArray[np.int64],
    cost: NDArray[np.int64],
    supply: NDArray[np.int64],
) -> Network:
    """Convert the arrays of a network, and refuse what the solver would not survive."""
    nodes = len(supply)
    if {len(tail)} != {len(head), len(capacity), len(cost)}:
        lengths = ", ".join(str(len(each)) for each in (tail, head, capacity, cost))
        message = f"tail, head, capacity and cost must be of one length; they have {lengths}"
        raise RuntimeError(message)
    if len(tail) + nodes >= ARC_RANGE:
        message = (
            f"{len(tail)} pairs are too many for one flow (its limit is {ARC_RANGE - nodes}); "
            "keep fewer candidates of each mentee."
        )
        raise ModelError(message)
    for name, ends in (("tail", tail), ("head", head)):
        if len(ends) and not (ends.min() >= 0 and ends.max() < nodes):
            found = f"{ends.min()} to {ends.max()}"
            message = f"{name} must hold nodes from 0 to {nodes - 1}; it holds {found}"
            raise RuntimeError(message)
    network = Network(
        np.ascontiguousarray(tail, dtype=np.int32),
        np.ascontiguousarray(head, dtype=np.int32),
        np.ascontiguousarray(capacity, dtype=np.int64),
        np.ascontiguousarray(cost, dtype=np.int64),
        np.ascontiguousarray(supply, dtype=np.int64),
    )
    if _largest(network) * (nodes + 1) >= COST_RANGE:
        raise ModelError(_too_large(network))
    return network


def _largest(network: Network) -> int:
    """Return the largest size of a cost; the size of the least int64 is no int64."""
    return max(int(network.cost.max(initial=0)), -int(network.cost.min(initial=0)))


def _too_large(network: Network) -> str:
    return (
        f"Scores up to {_largest(network)} units are too large for {len(network.supply)} people; "
        "coarsen them."
    )


class _Child:
    """One process of ours that answers one network at a time."""

    def __init__(self) -> None:
        if getattr(sys, "frozen", False) or not sys.executable:
            # Starting a frozen program's "interpreter" would start the program again.
            message = (
                "A time limit, or a model this large, needs a Python interpreter for a second "
                "process, and this program was packed without one. Run it with Python itself."
            )
            raise SolverFailed(message)
        try:
            self._process = subprocess.Popen(
                _command(),
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=Path(flow_worker.__file__).parent,  # no folder of the user's is kept busy
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            message = f"A process for the flow solver could not be started: {error}."
            raise SolverFailed(message) from error
        self._exchange: _Exchange | None = None
        for pipe in self._pipes:
            _widen(pipe)
        _living.add(self)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, network: Network, deadline: Deadline | None) -> tuple[str, NDArray[np.int64]]:
        """Return the answer to one network; whatever is raised, the child must be ended."""
        self._exchange = exchange = _Exchange(*self._pipes, network)
        exchange.start()
        while not exchange.over.wait(_piece(deadline)):
            if deadline is not None and deadline.expired:
                raise OutOfTime
        if exchange.answer is None:
            raise self._failure(exchange.fault) from exchange.fault
        self._exchange = None  # an idle child keeps no arrays
        return exchange.answer

    def end(self) -> None:
        """Kill the process and close its pipes."""
        _living.discard(self)
        self._process.kill()
        self._process.wait()
        if self._exchange is not None and self._exchange.is_alive():
            self._exchange.join(PATIENCE)
        for pipe in self._pipes:
            pipe.close()

    def drop(self) -> None:
        """Close our copies of the pipes of a process that our parent has started."""
        self._process.returncode = 0  # not ours to wait for
        for pipe in self._pipes:
            pipe.close()

    @property
    def _pipes(self) -> tuple[RawIOBase, RawIOBase]:
        return cast("RawIOBase", self._process.stdin), cast("RawIOBase", self._process.stdout)

    def _failure(self, fault: Exception | None) -> Exception:
        """Say why there is no answer: the child has ended, or the fault is on our side."""
        if fault is not None and not isinstance(fault, OSError | EOFError):
            return fault
        try:
            code = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            how = "closed its pipes"
        else:
            how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return SolverFailed(
            f"The process of the flow solver {how} before it answered. Most often memory ran out: "
            "keep fewer candidates of each mentee, or use a machine with more memory."
        )


class _Exchange(threading.Thread):
    """Writes one network, then reads its answer."""

    def __init__(self, questions: RawIOBase, answers: RawIOBase, network: Network) -> None:
        super().__init__(name="cmmatch flow", daemon=True)
        self.over = threading.Event()
        self.answer: tuple[str, NDArray[np.int64]] | None = None
        self.fault: Exception | None = None
        self._questions, self._answers, self._network = questions, answers, network

    def run(self) -> None:
        try:
            sizes = np.array([len(self._network.tail), len(self._network.supply)], "i8")
            for part in (sizes, *self._network):
                send(self._questions, part)
            letters, arcs = receive(self._answers, 2, "i8")
            status = receive(self._answers, letters, "u1").tobytes().decode("ascii")
            self.answer = status, receive(self._answers, arcs, "i8")
        except Exception as fault:
            self.fault = fault
        finally:
            self.over.set()


def _command() -> list[str]:
    """Return how the child is started: without the user's start-up files, paths and scripts."""
    import ortools

    homes = dict.fromkeys(str(Path(each.__path__[0]).parent.absolute()) for each in (np, ortools))
    return [sys.executable, "-S", "-P", str(Path(flow_worker.__file__).absolute()), *homes]


def _widen(pipe: RawIOBase) -> None:
    """Let a pipe hold more at a time, where the system can and may; large networks go faster."""
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _piece(deadline: Deadline | None) -> float:
    return PIECE if deadline is None else min(PIECE, deadline.remaining())


_living: set[_Child] = set()
_idle: list[_Child] = []


def _lend() -> _Child:
    """Take the idle child if it still lives, or start one."""
    while True:
        try:
            child = _idle.pop()
        except IndexError:
            return _Child()
        if child.alive:
            return child
        child.end()


def _give_back(child: _Child) -> None:
    """Keep a child that has answered; one is enough."""
    if _idle:
        child.end()
    else:
        _idle.append(child)


@atexit.register
def _end_all() -> None:
    _idle.clear()
    for child in tuple(_living):
        child.end()


def _drop_all() -> None:
    _idle.clear()
    for child in _living:
        child.drop()
    _living.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_drop_all)
