"""Settings from the environment. Production unless something says otherwise."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Environment(StrEnum):
    """Where the process believes it runs."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    TEST = "test"


class Settings(BaseSettings):
    """Every setting, its variable and its default; docs/settings.md has one line for each."""

    model_config = SettingsConfigDict(
        populate_by_name=True, extra="ignore", hide_input_in_errors=True
    )

    env: Environment = Field(Environment.PRODUCTION, alias="RQ_ENV")
    host: str = Field("127.0.0.1", alias="HOST")
    port: int = Field(8000, alias="PORT", ge=0, le=65535)
    database_url: str | None = Field(None, alias="DATABASE_URL")
    migration_database_url: str | None = Field(None, alias="MIGRATION_DATABASE_URL")
    redis_url: str | None = Field(None, alias="REDIS_URL")
    data_dir: Path = Field(ROOT / ".data", alias="RQ_DATA_DIR")
    cities_dir: Path = Field(ROOT / "cities", alias="RQ_CITIES_DIR")
    signing_keys_file: Path | None = Field(None, alias="RQ_SIGNING_KEYS_FILE")
    code_secret: SecretStr | None = Field(None, alias="RQ_CODE_SECRET")
    codes_per_address: int = Field(60, alias="RQ_CODES_PER_ADDRESS", ge=1)
    demo: bool = Field(False, alias="RQ_DEMO")
    print_codes: bool = Field(False, alias="RQ_PRINT_CODES")
    dev_services_url: str | None = Field(None, alias="RQ_DEV_SERVICES_URL")
    registry_url: str | None = Field(None, alias="RQ_REGISTRY_URL")
    registry_token: SecretStr | None = Field(None, alias="RQ_REGISTRY_TOKEN")
    public_url: str | None = Field(None, alias="RQ_PUBLIC_URL")
    sms_url: str | None = Field(None, alias="RQ_SMS_URL")
    sms_token: SecretStr | None = Field(None, alias="RQ_SMS_TOKEN")
    source_tokens: SecretStr | None = Field(None, alias="RQ_SOURCE_TOKENS")
    outbound_hosts: Annotated[tuple[str, ...], NoDecode] = Field((), alias="RQ_OUTBOUND_HOSTS")
    metrics_token: SecretStr | None = Field(None, alias="RQ_METRICS_TOKEN")
    forwarded_allow_ips: str = Field("127.0.0.1", alias="RQ_FORWARDED_ALLOW_IPS")
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field((), alias="RQ_ALLOWED_ORIGINS")
    introspection: bool = Field(False, alias="RQ_INTROSPECTION")
    answer_cache: bool = Field(True, alias="RQ_ANSWER_CACHE")
    requests_per_minute: int = Field(1_200, alias="RQ_REQUESTS_PER_MINUTE", ge=6)
    requests_per_minute_per_address: int = Field(
        6_000, alias="RQ_REQUESTS_PER_MINUTE_PER_ADDRESS", ge=6
    )
    upload_dir: Path | None = Field(None, alias="RQ_UPLOAD_DIR")
    upload_max_bytes: int = Field(2 * 1024**3, alias="RQ_UPLOAD_MAX_BYTES", ge=1)
    client_dir: Path = Field(ROOT / "mini_app_client/dist/build/h5", alias="RQ_CLIENT_DIR")

    @property
    def is_production(self) -> bool:
        """Whether every development convenience is off."""
        return self.env is Environment.PRODUCTION

    @property
    def is_test(self) -> bool:
        """Whether what is kept may be lost with the machine's power."""
        return self.env is Environment.TEST

    @field_validator("outbound_hosts", "allowed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @model_validator(mode="after")
    def _production_refuses_conveniences(self) -> "Settings":
        if self.is_production:
            if self.demo or self.print_codes or self.dev_services_url:
                raise ValueError(
                    "RQ_DEMO, RQ_PRINT_CODES and RQ_DEV_SERVICES_URL are refused in production"
                )
            missing = [
                name
                for name, value in (
                    ("DATABASE_URL", self.database_url),
                    ("RQ_SIGNING_KEYS_FILE", self.signing_keys_file),
                    ("RQ_CODE_SECRET", self.code_secret),
                )
                if value is None
            ]
            if missing:
                raise ValueError(f"production needs {', '.join(missing)}")
            if self.code_secret and len(self.code_secret.get_secret_value()) < 32:
                raise ValueError("RQ_CODE_SECRET needs 32 characters or more")
        return self


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
