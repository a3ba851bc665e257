"""From the bytes of any file to a `Reading`: which format they are, and what they say in it."""

from dataclasses import replace
from functools import reduce

from streamhub.core.said import Said
from streamhub.formats import limits
from streamhub.formats.draft import NO_CHOICES, Choices, Note, Reading
from streamhub.formats.problems import AgendaFile
from streamhub.formats.registry import IMPORTERS, Importer
from streamhub.formats.settle import settle
from streamhub.formats.source import Source


def sniff(source: Source) -> Importer:
    """Find out which format some bytes are, by content first and name second."""
    found = next((one for one in IMPORTERS if one.fits(source)), None)
    if found is None:
        first, *rest = (one.label for one in IMPORTERS)
        labels = reduce(lambda some, one: Said("{some}, {one}", some=some, one=one), rest, first)
        limits.refuse(
            Said("This is no agenda that streamhub can read."),
            Said("It reads {formats}.", formats=labels),
        )
    return found


def read_any(source: Source, choices: Choices = NO_CHOICES) -> Reading:
    """Read a file of any format; raises nothing but `AgendaFileError`."""
    importer = sniff(source)
    read = importer.read(source, choices)
    if isinstance(read, AgendaFile):
        notes = tuple(Note("warning", None, one.where, one.message) for one in read.notes)
        return Reading(
            agenda=read.agenda,
            preview=read.agenda,
            slug=choices.slug or read.slug,
            format=importer.name,
            notes=notes,
        )
    read.notes[:0] = source.notes
    return replace(settle(read, choices), format=importer.name)
