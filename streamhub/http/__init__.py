"""aiohttp: pages, API, cookies, errors, health and metrics.

Requests come in here and answers go out; what a command does is in `hub` and `core`, how a page is
written is in `render.py` and `web/`. Sockets are in `realtime`.
"""
