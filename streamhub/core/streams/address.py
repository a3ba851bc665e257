"""Addresses of streams: which may be given to pages, and of what kind they are."""

import re
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, urlsplit

ADDRESS_MOST: Final = 2000
_CHARACTERS: Final = re.compile(r"[\x21-\x7e]+")
"""What an address may hold: what is not ASCII comes percent-encoded, as browsers copy it."""
_UNFIT: Final = re.compile(r"[\"'<>\\^`{|}]")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_YOUTUBE: Final = frozenset({"youtube.com", "youtube-nocookie.com", "youtu.be"})
_VIMEO: Final = frozenset({"vimeo.com"})


class SourceKind(StrEnum):
    """How an address is watched: in the page's player, embedded from elsewhere, or by a link."""

    HLS = "hls"
    FILE = "file"
    YOUTUBE = "youtube"
    VIMEO = "vimeo"
    LINK = "link"


def is_address(text: str) -> bool:
    """Tell whether pages may open `text`: https, a path on the same host, or http on this machine.

    Whoever sees the page sees its addresses, so none may hold a name and password.
    """
    if len(text) > ADDRESS_MOST or not _CHARACTERS.fullmatch(text) or _UNFIT.search(text):
        return False
    if text.startswith("/"):
        return not text.startswith("//")
    parts = _parts(text)
    if parts is None or not parts.hostname or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def told(text: str) -> SourceKind:
    """Return the kind that an address tells by itself."""
    parts = _parts(text)
    if parts is None:
        return SourceKind.LINK
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("player.")
    if host in _YOUTUBE:
        return SourceKind.YOUTUBE
    if host in _VIMEO:
        return SourceKind.VIMEO
    path = parts.path.lower()
    if path.endswith(".m3u8"):
        return SourceKind.HLS
    return SourceKind.FILE if path.endswith((".mp4", ".webm")) else SourceKind.LINK


def kind_of(text: str, wish: SourceKind | None) -> SourceKind:
    """Return the kind of an address: as it was wished for, else as it tells."""
    return told(text) if wish is None else wish


def _parts(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        _ = parts.port  # read only now, and perhaps not a number
    except ValueError:
        return None
    return parts
