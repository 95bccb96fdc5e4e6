"""Forms that no solver is done with for hours; run as a program, one of them meets Ctrl-C.

``python hard.py MixedInteger`` solves, and sends itself the signal of Ctrl-C meanwhile; on
KeyboardInterrupt it says "stopped" and ends with 130.
"""

import signal
import sys
import threading

import numpy as np

from cmmatch.assignment import backends
from cmmatch.assignment.form import Form, Rows, Target

PAIRS = 60
ROWS = 6


def market_split(*, pairs=PAIRS, soft=False):
    """Choose pairs so that six sums with random coefficients are hit exactly (market split).

    Where it is soft, extras say by how much each sum is missed, at a price.
    """
    rng = np.random.default_rng(1)
    weights = rng.integers(0, 100, (ROWS, pairs))
    half = weights.sum(axis=1) // 2
    extras = 2 * ROWS if soft else 0
    if soft:
        weights = np.hstack([weights, np.eye(ROWS, dtype=int), -np.eye(ROWS, dtype=int)])
    row, column = np.nonzero(weights)
    rows = Rows(
        tuple(f"market {k}" for k in range(ROWS)), row, column, weights[row, column], half, half
    )
    none, one = np.zeros(pairs, dtype=np.int64), np.ones(pairs, dtype=np.int64)
    form = Form(
        np.arange(pairs, dtype=np.int32),
        none.astype(np.int32),
        none,
        one,
        none[:1],
        np.array([pairs]),
        none.astype(np.bool_),
        rows,
        none[:extras],
        np.full(extras, half.max()),
        np.arange(pairs),
    )
    return form, Target(rng.integers(1, 1000, pairs), np.full(extras, -10_000))


def main():
    backend = getattr(backends, sys.argv[1])()
    # OR-Tools is imported by then: an import that Ctrl-C cuts short fails with errors of its own.
    backend.maximise(*market_split(pairs=2))
    form, target = market_split()
    # Long enough to be inside the solver by then.
    ctrl_c = threading.Timer(1.0, signal.raise_signal, (signal.SIGINT,))
    try:
        ctrl_c.start()
        backend.maximise(form, target)
    except KeyboardInterrupt:
        print("stopped")
        sys.exit(130)
    print("carried on")


if __name__ == "__main__":
    main()
