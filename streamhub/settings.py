"""All settings of a node: one model, read by `cli` and `app` only and handed down as values.

Each can be given as an option or as an environment variable `STREAMHUB_<NAME>`;
`docs/operations.md` names every one, or a test fails.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

if TYPE_CHECKING:
    from streamhub.realtime.limits import Limits
    from streamhub.redis_link import Place


class Settings(BaseSettings):
    """What a node needs to know before it starts."""

    model_config = SettingsConfigDict(env_prefix="STREAMHUB_", frozen=True)

    data: Path = Field(
        default=Path("data"), description="Directory that holds the journal and the node's key."
    )
    journal: str = Field(
        default="sqlite",
        description="sqlite, an address such as redis://host:6379/0, or memory, which forgets.",
    )
    node: str | None = Field(
        default=None, max_length=64, description="Name of this node among several; random if unset."
    )
    key: SecretStr | None = Field(
        default=None,
        description="The key of all nodes in 64 hex digits, where it is not to be kept for them.",
    )
    redis_username: str | None = Field(default=None, description="ACL user at Redis.")
    redis_password: SecretStr | None = Field(default=None, description="Password at Redis.")
    redis_sentinel_password: SecretStr | None = Field(
        default=None, description="Password at the sentinels."
    )
    redis_ca: Path | None = Field(
        default=None, description="PEM file of the authorities that sign Redis's certificate."
    )
    redis_cert: Path | None = Field(default=None, description="PEM file of our own certificate.")
    redis_cert_key: Path | None = Field(default=None, description="PEM file of its key.")
    redis_replicas: int = Field(
        default=0, ge=0, le=16, description="Replicas that must hold what is acknowledged."
    )
    redis_unsafe: bool = Field(
        default=False, description="Use a Redis that may lose what was acknowledged."
    )
    redis_prefix: str = Field(
        default="streamhub",
        pattern=r"^[a-z0-9-]{1,32}$",
        description="First part of every key in Redis: one for each installation.",
    )
    drain_notice_s: float | None = Field(
        default=None,
        ge=0,
        description="Seconds between being told to stop and the first goodbye, in which a proxy"
        " notices; 1.5 with Redis, else 0.",
    )
    drain_s: float = Field(
        default=5.0, ge=0, description="Seconds over which the goodbyes are spread at most."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 takes one.")
    workers: int = Field(
        default=1,
        ge=0,
        le=256,
        description="Processes that serve on the port, with Redis; 0 or auto is one for each core.",
    )
    worker_ports: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="First of the ports at which each of several workers is reached by itself.",
    )
    public_url: str | None = Field(
        default=None,
        description="Address under which people reach this node; links and QR codes use it.",
    )
    behind_proxy: bool = Field(
        default=False,
        description="Whether a proxy of ours sets X-Forwarded-For, which tells who asks.",
    )
    origins: tuple[str, ...] = Field(
        default=(), description="Further origins whose pages may connect, as a JSON list."
    )
    log: Literal["auto", "console", "json"] = Field(
        default="auto", description="Log format; auto is console on a terminal, JSON elsewhere."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least level that is logged."
    )
    locale: str = Field(
        default="en", description="Language of pages where a reader's own is not there."
    )
    fetch_private: bool = Field(
        default=False,
        description="Fetch agendas from closed networks, too, and not from public addresses only.",
    )

    watch_streams: bool = Field(
        default=False, description="Look at the playlists of rooms and tell how the streams do."
    )
    watch_private_streams: bool = Field(
        default=False, description="Look at playlists on private addresses, too."
    )

    limit_connections: int = Field(
        default=50_000, ge=1, description="Live connections of a node at most."
    )
    limit_per_address: int = Field(
        default=20_000,
        ge=1,
        description="Live connections from one network address, which a hall may share.",
    )
    limit_hello_s: float = Field(
        default=10.0, gt=0, description="Seconds within which a request and a hello must come."
    )
    limit_unread_s: float = Field(
        default=10.0,
        gt=0,
        description="Seconds in which a peer must read something of what waits for it.",
    )
    limit_ping_s: int = Field(
        default=20,
        ge=2,
        le=120,
        description="Seconds between two pings; unanswered, a peer is gone.",
    )
    limit_messages: int = Field(
        default=2_000, ge=100, description="Packets that a peer may send between two pings."
    )

    limit_questions: int = Field(
        default=120, ge=1, description="Questions that one network address may send at once."
    )
    limit_questions_per_s: float = Field(
        default=2.0, gt=0, description="Questions a second from one network address after those."
    )

    limit_newcomers: int = Field(
        default=1_000,
        ge=1,
        description="New participants from one network who owe nothing; a hall shares one.",
    )
    newcomer_work: int = Field(
        default=131_072,
        ge=0,
        le=4_194_304,
        description="Hashes that the device of each further one computes, and more the more there"
        " are; 0 for none.",
    )

    @field_validator("journal")
    @classmethod
    def _is_engine(cls, value: str) -> str:
        if value not in {"sqlite", "memory"}:
            from streamhub.redis_link import Place, RedisLink

            RedisLink(Place(url=value))
        return value

    @field_validator("workers", mode="before")
    @classmethod
    def _is_count(cls, value: object) -> object:
        return 0 if value == "auto" else value

    @field_validator("key")
    @classmethod
    def _is_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch("[0-9a-fA-F]{64}", value.get_secret_value()):
            raise ValueError("must be 64 hex digits, as `openssl rand -hex 32` prints them")
        return value

    @property
    def limits(self) -> "Limits":
        """What one peer, and all of them, may take."""
        from streamhub.realtime.limits import Limits

        return Limits(
            connections=self.limit_connections,
            per_address=self.limit_per_address,
            hello_s=self.limit_hello_s,
            unread_s=self.limit_unread_s,
            ping_s=self.limit_ping_s,
            messages=self.limit_messages,
            questions=self.limit_questions,
            questions_per_s=self.limit_questions_per_s,
        )

    @property
    def local_host(self) -> str:
        """The host under which this machine reaches what listens on `host`."""
        any_of_ours = self.host in {"0.0.0.0", "::", ""}  # noqa: S104 - read, not bound
        return "127.0.0.1" if any_of_ours else self.host

    @property
    def redis(self) -> "Place | None":
        """Where Redis is, if it is the journal's engine."""
        if self.journal in {"sqlite", "memory"}:
            return None
        from streamhub.redis_link import Place

        return Place(
            url=self.journal,
            username=self.redis_username,
            password=_told(self.redis_password),
            ca=self.redis_ca,
            cert=self.redis_cert,
            cert_key=self.redis_cert_key,
            sentinel_password=_told(self.redis_sentinel_password),
            replicas=self.redis_replicas,
            unsafe=self.redis_unsafe,
        )

    @field_validator("public_url")
    @classmethod
    def _is_origin(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
            raise ValueError(
                "must be a scheme and a host such as https://live.example.org, with no path"
            )
        return f"{parts.scheme}://{parts.netloc}"


def _told(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
