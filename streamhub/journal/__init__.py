"""Facts to disk: the `Journal` protocol and the engines that keep its promises.

`base.py` says what a journal is, `chain.py` holds the rule of the chain, each engine has a file
named after it. Take the names from here and the engines from their files, so that nobody loads a
database that is not used. Nothing here knows what a body means.
"""

from streamhub.journal.base import (
    PAGE,
    Entry,
    Exists,
    Forked,
    Full,
    Head,
    InUse,
    Journal,
    JournalError,
    Lost,
    Snapshot,
    Unavailable,
)
from streamhub.journal.chain import check_chain

__all__ = [
    "PAGE",
    "Entry",
    "Exists",
    "Forked",
    "Full",
    "Head",
    "InUse",
    "Journal",
    "JournalError",
    "Lost",
    "Snapshot",
    "Unavailable",
    "check_chain",
]
