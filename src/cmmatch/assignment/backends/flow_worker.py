"""The call of OR-Tools min-cost flow, and a process that does nothing but answer such calls.

The process runs this file by its path, not as a module of the package: it sees the standard
library, NumPy and OR-Tools, and imports nothing of ours and nothing of the user's.

On its input, over and over, in the bytes of this machine: the counts of arcs and nodes (int64),
then tail and head (int32), capacity and cost (int64) by arc, supply (int64) by node. On its output:
the lengths of the status and of the flows (int64), the status in ASCII, the flows (int64) by arc.
It reads a whole network before it answers, so neither side ever waits for the other in a circle.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import RawIOBase

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Network", "optimum", "receive", "send", "serve"]

OPTIMAL = "OPTIMAL"


class Network(NamedTuple):
    """Arcs and nodes of one min-cost flow; contiguous arrays."""

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    capacity: NDArray[np.int64]
    cost: NDArray[np.int64]
    supply: NDArray[np.int64]


def optimum(network: Network) -> tuple[str, NDArray[np.int64]]:
    """Return the solver's status, and the flows by arc, empty unless the status is OPTIMAL."""
    import numpy as np
    from ortools.graph.python import min_cost_flow

    solver = min_cost_flow.SimpleMinCostFlow()
    index = solver.add_arcs_with_capacity_and_unit_cost(
        network.tail, network.head, network.capacity, network.cost
    )
    solver.set_nodes_supplies(np.arange(len(network.supply), dtype=np.int32), network.supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        # Reading a flow now would end the process, not raise.
        return str(status).rpartition(".")[2], np.empty(0, np.int64)
    return OPTIMAL, np.ascontiguousarray(solver.flows(index), dtype=np.int64)


def send(stream: RawIOBase, array: NDArray[Any]) -> None:
    """Write all bytes of a contiguous array; a pipe takes a part at a time."""
    rest = array.view("u1").data
    while len(rest):
        rest = rest[stream.write(rest) or 0 :]


def receive(stream: RawIOBase, length: int, kind: str) -> NDArray[Any]:
    """Read an array of a known length and type.

    Raises
    ------
    EOFError
        The other end has closed.
    """
    import numpy as np

    array = np.empty(length, kind)
    rest = array.view("u1").data
    while len(rest):
        count = stream.readinto(rest)
        if not count:
            raise EOFError
        rest = rest[count:]
    return array


def serve(questions: RawIOBase, answers: RawIOBase) -> None:
    """Answer networks until the other end closes."""
    import numpy as np

    while True:
        try:
            arcs, nodes = receive(questions, 2, "i8")
            network = Network(
                tail=receive(questions, arcs, "i4"),
                head=receive(questions, arcs, "i4"),
                capacity=receive(questions, arcs, "i8"),
                cost=receive(questions, arcs, "i8"),
                supply=receive(questions, nodes, "i8"),
            )
            with _ended_with(questions):
                status, flows = optimum(network)
            name = np.frombuffer(status.encode("ascii"), "u1")
            for part in (np.array([len(name), len(flows)], "i8"), name, flows):
                send(answers, part)
        except (EOFError, BrokenPipeError):
            return


@contextmanager
def _ended_with(questions: RawIOBase) -> Iterator[None]:
    """Let the system end this process as soon as the other end closes.

    While the solver holds the interpreter no line of Python runs here, so that a parent that was
    killed would be outlived until the flow is done. Where the system cannot do it (it is Linux
    that sends a signal when a pipe closes), that is what happens.

    Raises
    ------
    EOFError
        The other end has closed before.
    """
    if sys.platform != "linux":
        yield
        return
    import fcntl
    import select

    pipe = questions.fileno()
    flags = fcntl.fcntl(pipe, fcntl.F_GETFL)
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETFL, flags | os.O_ASYNC)
    state = select.poll()
    state.register(pipe, 0)
    if state.poll(0):
        raise EOFError
    yield
    # The next network must not end us.
    fcntl.fcntl(pipe, fcntl.F_SETFL, flags)


def main() -> None:
    """Serve the pipes that this process was started with."""
    # Ctrl-C goes to every process of a terminal; our parent decides what it means for us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        signal.signal(signal.SIGIO, signal.SIG_DFL)
    sys.path += sys.argv[1:]
    # What the solver may print must not get among the answers.
    answers = os.dup(1)
    os.dup2(2, 1)
    with open(0, "rb", buffering=0, closefd=False) as questions, open(answers, "wb", 0) as sink:
        serve(questions, sink)


if __name__ == "__main__":
    main()
