"""streamhub runs the live side of a hybrid conference.

The floors of the house, top to bottom (imports point down only; `docs/architecture.md`):
cli, app, realtime and http, hub, journal and formats and protocol, core.
"""

__version__ = "0.1.0"
