"""All settings of a node: one model, read by `cli` and `app` only and handed down as values.

Each can be given as an option or as an environment variable `STREAMHUB_<NAME>`;
`docs/operations.md` names every one, or a test fails.
"""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a node needs to know before it starts."""

    model_config = SettingsConfigDict(env_prefix="STREAMHUB_", frozen=True)

    data: Path = Field(
        default=Path("data"), description="Directory that holds the journal and the node's key."
    )
    journal: Literal["sqlite", "memory"] = Field(
        default="sqlite", description="Engine of the journal; memory forgets everything at exit."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 takes one.")
    public_url: str | None = Field(
        default=None,
        description="Address under which people reach this node; links and QR codes use it.",
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
