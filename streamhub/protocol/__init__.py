"""The wire's models: what is said, in which shape, and how it is read.

No I/O and no rules: rules are in `core`, sockets in `realtime`, requests in `http`. The TypeScript
types that pages use are generated from here (`typescript.py`).
"""
