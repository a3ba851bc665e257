"""Agenda files: bytes ⇄ `core.agenda.Agenda`, without any I/O.

One file per format and one line in `registry.py`. Whatever is wrong with a file is told at
once, as a list of `Problem`s; reading ends in an `AgendaFile` or an `AgendaFileError`, in nothing
else.
"""

from streamhub.formats.problems import AgendaFile, AgendaFileError, Problem
from streamhub.formats.registry import FORMATS, Format, by_ending, by_media_type

__all__ = [
    "FORMATS",
    "AgendaFile",
    "AgendaFileError",
    "Format",
    "Problem",
    "by_ending",
    "by_media_type",
]
