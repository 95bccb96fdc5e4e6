"""Set-up shared by all tests: how Hypothesis draws its examples."""

import pytest
from hypothesis import HealthCheck, settings

from cmmatch.assignment import solving

# The same examples at every run, and no limit in wall time: a slow machine changes no verdict.
settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
# New examples at every run, for hunting: python3 run.py test --hypothesis-profile explore
settings.register_profile(
    "explore",
    max_examples=1000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")


@pytest.fixture(autouse=True, scope="session")
def every_certificate_is_checked():
    """Recompute the bounds of every solve in the tests from its prices and the source."""
    solve = solving.Solving.result

    def checked(self):
        result = solve(self)
        proven = result.certificate.check(self.model.candidates.source)
        for stage in result.stages:
            assert proven.get(stage.name, stage.value) >= stage.value
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving.Solving, "result", checked)
        yield
