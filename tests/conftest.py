"""Set-up shared by all tests: how Hypothesis draws its examples."""

from hypothesis import HealthCheck, settings

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
