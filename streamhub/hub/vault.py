"""Where the key of all nodes is kept: what a backup holds of it, and a restore puts back."""

import os
from pathlib import Path
from typing import Protocol

from streamhub.hub.secrets import KEY_BYTES, Keyring


class Vault(Protocol):
    """One place for the key."""

    async def read(self) -> bytes | None:
        """Return the key, None where there is none yet."""
        ...

    async def make(self) -> bytes:
        """Return the key, made now where there was none."""
        ...

    async def replace(self, key: bytes) -> None:
        """Keep `key` in place of what is there, if anything is.

        Raises `OSError` where it is not for this program to replace.
        """
        ...


class FileVault:
    """The key in a file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def read(self) -> bytes | None:
        """See `Vault.read`."""
        return await self.make() if self._path.exists() else None

    async def make(self) -> bytes:
        """See `Vault.make`."""
        Keyring.load(self._path)
        return self._path.read_bytes()

    async def replace(self, key: bytes) -> None:
        """See `Vault.replace`; the old one is there until the new one is."""
        fresh = self._path.with_name(self._path.name + ".new")
        fresh.unlink(missing_ok=True)
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as out:
            out.write(key[:KEY_BYTES])
            out.flush()
            os.fsync(file)
        fresh.replace(self._path)


class GivenVault:
    """A key from the settings, which is kept by whoever keeps those."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    async def read(self) -> bytes:
        """See `Vault.read`."""
        return self._key

    async def make(self) -> bytes:
        """See `Vault.make`."""
        return self._key

    async def replace(self, key: bytes) -> None:
        """See `Vault.replace`: it refuses."""
        if key != self._key:
            raise OSError(
                "The key here is given by STREAMHUB_KEY and is not replaced from here: set it to"
                " the backup's, which is in its second line, and restart every node."
            )
