"""How hard Hypothesis looks: the same examples each time in CI, other ones on a desk."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "desk", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "ci", settings.get_profile("desk"), derandomize=True, print_blob=True, database=None
)
settings.register_profile("long", settings.get_profile("desk"), max_examples=1000)
usual = "ci" if "CI" in os.environ else "desk"
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", usual))
