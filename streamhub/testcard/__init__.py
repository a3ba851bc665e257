"""The demonstration's own live stream: a test picture with a running clock, in plain Python.

Nothing here films, encodes in the background or keeps files: what a stream shows is a function of
the time, and a segment is made when it is asked for. Only `streamhub demo` serves it.
"""
