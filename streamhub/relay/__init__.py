"""What nodes tell one another in passing: who is connected, which screens wait to be paired.

None of it is a fact of an event, none is ever journaled, and all of it may get lost without harm.
`base.py` says what a relay is; each way to do it has a file named after it. Take the names from
here and the ways from their files, so that nobody loads a database that is not used.
"""

from streamhub.relay.base import Away, Hear, Relay

__all__ = ["Away", "Hear", "Relay"]
