"""Socket.IO: connections, channels, the fan-out.

`connections.py` is what a message means, `audience.py` who hears of what, `crowd.py` how it gets to
ten thousand at once; `wire.py` and what it uses speak the protocol. The rules are in `core`.
"""
