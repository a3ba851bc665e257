"""The sample event: Smart Specialisation Conference in Latin America, 21 June 2022.

Titles, names, roles and times are those of the event's page; the descriptions are our own.
`audience.py` holds what a simulated audience asks there.
"""

from importlib.resources import files
from typing import Final

from streamhub.core.agenda import Agenda
from streamhub.formats.own import read_yaml

SLUG: Final = "s3-latam-2022"


def sample_bytes() -> bytes:
    """Return the agenda file as it was written, YAML."""
    return files(__name__).joinpath(f"{SLUG}.yaml").read_bytes()


def sample() -> Agenda:
    """Return the agenda of the sample event."""
    return read_yaml(sample_bytes()).agenda
