"""Socket.IO: connections, channels, the fan-out.

`wire.py` is the one typed wrapper round python-socketio and the only place that knows engineio's
and aiohttp's insides. `connections.py` is what a message means; the rules are in `core`.
"""
