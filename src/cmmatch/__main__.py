"""``python -m cmmatch``."""

from cmmatch.cli import main

main()
