"""The settings. Nothing else reads the environment or `.env`; `.env.example` describes them to users."""

import re
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, overload
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_SNOWFLAKE = re.compile(r"\d{15,22}")
# user[:password]@ hosts /name ?options; libpq allows several hosts. A bare % is what it refuses most often.
_POSTGRES = re.compile(
    r"postgres(?:ql)?://(?:(?:[^\s%@/?#]|%[0-9A-Fa-f]{2})*@)?(?:[\w.,\[\]:-]|%[0-9A-Fa-f]{2})*(?:/(?:[^\s%?#]|%[0-9A-Fa-f]{2})*)?"
    r"(?:\?(?:[^\s%#]|%[0-9A-Fa-f]{2})*)?"
)
_TOKEN = re.compile(r"[\w-]{15,}\.[\w-]+\.[\w-]{10,}", re.ASCII)


class SettingsError(Exception):
    """A setting is missing or malformed; the text is one line that names it and shows no secret."""


class StorageSettings(BaseSettings):
    """What it takes to work on the database alone (`migrate`)."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", frozen=True, case_sensitive=False, hide_input_in_errors=True
    )

    environment: Literal["development", "production"] = "production"
    """Production unless said otherwise: whoever forgets it gets the strict one."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    data_dir: Path = Path(".data")
    """Where the embedded database lives."""
    database_url: SecretStr | None = None
    """None: the embedded database, under data_dir."""
    database_pool_max: int = Field(default=10, ge=1, le=100)
    """Connections."""

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _POSTGRES.fullmatch(value.get_secret_value()):
            raise ValueError(
                "is not an address like postgresql://user:password@host:5432/name (in a password, signs other than "
                "letters and digits are safe as %XX)"
            )
        return value


class Settings(StorageSettings):
    """All settings: what it takes to run the bot."""

    discord_token: SecretStr
    discord_api_url: str = "https://discord.com/api/v10"
    """Without a slash at the end."""
    guild_ids: Annotated[tuple[int, ...], NoDecode] = ()
    """Where the commands are registered; empty: everywhere."""
    clock_file: Path | None = None
    """The file by which the local Discord moves the bot's clock; never in production."""

    @field_validator("discord_token")
    @classmethod
    def _is_token(cls, value: SecretStr) -> SecretStr:
        if not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("is not a bot token: three parts joined by dots, as the Developer Portal shows it")
        return value

    @field_validator("discord_api_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("is not an address like https://discord.com/api/v10")
        if parts.scheme == "http" and not _is_loopback(parts.hostname):
            raise ValueError("must be https: the bot's token would travel readable")
        return value.rstrip("/")

    @field_validator("guild_ids", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        for part in parts:
            if not _SNOWFLAKE.fullmatch(part):
                raise ValueError("must be server ids of 15 to 22 digits, separated by commas")
        return tuple(int(part) for part in parts)

    @field_validator("clock_file")
    @classmethod
    def _not_in_production(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is not None and info.data.get("environment") == "production":
            raise ValueError("is not allowed in production: it moves the bot's clock")
        return value

    @classmethod
    def variables(cls) -> frozenset[str]:
        """Return the names of all environment variables."""
        return frozenset(name.upper() for name in cls.model_fields)


S = TypeVar("S", bound=StorageSettings)


@overload
def load(*, env_file: Path | None = Path(".env")) -> Settings: ...
@overload
def load(kind: type[S], *, env_file: Path | None = Path(".env")) -> S: ...
def load(kind: type[StorageSettings] = Settings, *, env_file: Path | None = Path(".env")) -> StorageSettings:
    """Read the settings from the environment, then from `env_file` if there is one.

    Raises SettingsError for a value that is missing or malformed, and for a name in the file that is nearly ours.
    """
    try:
        if env_file is not None and env_file.is_file():
            _refuse_typos(env_file)
        return kind(_env_file=env_file)  # type: ignore[call-arg]
    except ValidationError as error:
        raise SettingsError("; ".join(map(_complaint, error.errors(include_input=False)))) from None
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{env_file} cannot be read") from None


def _refuse_typos(env_file: Path) -> None:
    known = Settings.variables()
    for name in dotenv_values(env_file, interpolate=False):
        near = get_close_matches(name.upper(), known, n=1, cutoff=0.8)
        if near and name.upper() not in known:
            raise SettingsError(f"{name} in {env_file} is no setting; {near[0]} is meant?")


def _complaint(error: Any) -> str:
    name = str(error["loc"][0]).upper()
    if error["type"] == "missing":
        return f"{name} is missing: set it in the environment or in .env (see .env.example)"
    if error["type"] == "value_error":
        return f"{name} {error['ctx']['error']}"
    return f"{name}: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
