"""Agenda files: bytes ⇄ `core.agenda.Agenda`, without any I/O.

One file per format and one line in `registry.py`. Whatever is wrong with a file is told at
once, as a list of `Problem`s; reading ends in an `AgendaFile` or an `AgendaFileError`, in nothing
else.
"""

from streamhub.formats.problems import AgendaFile, AgendaFileError, Problem
from streamhub.formats.registry import EXPORTS, FORMATS, Export, Format, by_ending, by_media_type

__all__ = [
    "EXPORTS",
    "FORMATS",
    "AgendaFile",
    "AgendaFileError",
    "Export",
    "Format",
    "Problem",
    "by_ending",
    "by_media_type",
]
