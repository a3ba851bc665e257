"""Messages whose shape alone does not say enough."""

import pytest
from pydantic import ValidationError

from streamhub.protocol.messages import TimeRequest


@pytest.mark.parametrize("t0", [float("nan"), float("inf"), float("-inf"), "now", None, [1]])
def test_time_request_takes_a_finite_number_only(t0: object) -> None:
    with pytest.raises(ValidationError):
        TimeRequest.model_validate({"t0": t0})
    assert TimeRequest.model_validate({"t0": 1.5}).t0 == 1.5
