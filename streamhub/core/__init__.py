"""The ground floor: what streamhub's words mean and how things behave.

Pure and synchronous. No I/O, no clock, no random, no asyncio, no logging: time and fresh ids come
in as arguments, facts and views go out as values. A linter contract keeps it so.
"""
