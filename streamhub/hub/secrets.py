"""Tokens: how somebody proves to be a participant, the holder of a link, or a display.

A node has one key. Link tokens are derived from it and the link's id, so that an answer can be
given again without keeping the token anywhere; only its hash is in the journal. Participants'
tokens carry their random id, signed; before one is valid there may be work to do (`q_…`). A
display's secret is random and known to the device alone.
"""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final

ID_BYTES: Final = 10
KEY_BYTES: Final = 32
TOKEN_BYTES: Final = 16
"""128 bits: what a token must be guessed from."""
WORK_DIGITS: Final = 12


def fresh_id() -> str:
    """Return an id that nothing has yet: 16 lower-case letters and digits."""
    return base64.b32encode(secrets.token_bytes(ID_BYTES)).decode().lower()


def fresh_tag() -> bytes:
    """Return a random name for a journal entry."""
    return secrets.token_bytes(8)


def fresh_secret() -> str:
    """Return a display's secret: 128 random bits."""
    return "d_" + _text(secrets.token_bytes(TOKEN_BYTES))


def hash_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Keyring:
    """Makes and checks tokens with the node's key (32 bytes)."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def load(cls, path: Path) -> "Keyring":
        """Read the key from `path`, or make one there that only its owner can read."""
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            key = secrets.token_bytes(KEY_BYTES)
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(file, "wb") as out:
                out.write(key)
        if len(key) != KEY_BYTES:
            raise OSError(
                f"{path} holds {len(key)} bytes, not the {KEY_BYTES} of a key. Restore it from a "
                "backup: with another key, participants are strangers and links cannot be printed."
            )
        return cls(key)

    def _mac(self, *parts: str) -> bytes:
        message = "\0".join(parts).encode(errors="replace")
        return hmac.new(self._key, message, hashlib.sha256).digest()

    def link_token(self, event: str, link: str) -> str:
        """Return the token of a role link."""
        return "l_" + _text(self._mac("link", event, link)[:TOKEN_BYTES])

    def participant_token(self, participant: str) -> str:
        """Return what a participant proves to be `participant` with."""
        mac = _text(self._mac("participant", participant)[:TOKEN_BYTES])
        return f"p_{participant}.{mac}"

    def owing_token(self, participant: str, work: int) -> str:
        """Return what `participant` proves to be who they are with until their work is done."""
        mac = _text(self._mac("owing", participant, str(work))[:TOKEN_BYTES])
        return f"q_{participant}.{work}.{mac}"

    def owing_of(self, token: str) -> tuple[str, int] | None:
        """Return the participant of such a token, and the work; None where it is no such token."""
        name, _, rest = token.removeprefix("q_").partition(".")
        work = rest.partition(".")[0]
        if not (work.isascii() and work.isdecimal() and len(work) <= WORK_DIGITS):
            return None
        ours = self.owing_token(name, int(work))
        same = hmac.compare_digest(ours.encode(errors="replace"), token.encode(errors="replace"))
        return (name, int(work)) if same else None

    def participant_of(self, token: str) -> str | None:
        """Return the participant of a token; None where it was not made with this key."""
        name = token.removeprefix("p_").partition(".")[0]
        ours = self.participant_token(name)
        same = hmac.compare_digest(ours.encode(), token.encode(errors="replace"))
        return name if same else None
