"""One running event: take commands, batch, decide, append, evolve, publish.

Here time, ids and secrets enter, and here nothing is known of sockets or requests: what hears of
changes is an `Audience` (`ports.py`). The journal is the truth; what is in memory is always a
prefix of it.
"""
