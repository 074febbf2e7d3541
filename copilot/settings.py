"""Every knob, in one frozen class, read once from the environment and `.env`."""

from __future__ import annotations

import getpass
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PLANNER = "wellspring-planner"


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container without a user database
        return "unknown"


@dataclass(frozen=True)
class Served:
    """A model and where it is served; None is OpenAI's own address."""

    model: str
    base_url: str | None
    api_key: SecretStr | None
    price_input: float | None
    price_output: float | None


class Settings(BaseSettings):
    """Settings of one process; `WELLSPRING_<NAME>` in the environment overrides a default."""

    model_config = SettingsConfigDict(
        env_prefix="WELLSPRING_", env_file=".env", extra="ignore", frozen=True, validate_by_name=True
    )

    home: Path = Path(".wellspring")
    """Where workspaces live."""
    workspace: str = "demo"
    role: Literal["viewer", "operator", "reviewer", "admin"] = "operator"
    """Of whoever uses this process; people who sign in have their own (copilot/team.py). A viewer sees no row
    that was set aside and exports nothing; an operator exports customer numbers and proposes lessons; a reviewer
    decides on lessons too; an admin may do all that and export personal data."""
    user: str = Field(default_factory=_login)
    """Who uses this process, as the history of decisions names them; the login name by default."""
    four_eyes: bool = True
    """Whether a campaign is approved only by somebody who wrote nothing of it."""

    api_key: SecretStr | None = Field(None, validation_alias=AliasChoices("OPENAI_API_KEY", "WELLSPRING_API_KEY"))
    base_url: str | None = Field(None, validation_alias=AliasChoices("OPENAI_BASE_URL", "WELLSPRING_BASE_URL"))
    model: str = "gpt-5-mini"
    temperature: float | None = None
    """None leaves the server's default, which reasoning models insist on."""
    streaming: bool = True
    """Whether answers may stream; a server that refuses it is asked for whole ones anyway."""
    tool_calls: Literal["auto", "text"] = "auto"
    """"text" for a server that takes tools and ignores them; one that refuses them is noticed."""
    context_tokens: int = Field(32_000, ge=4_000)
    """What the model can read at once; a longer conversation is read as a record of its earlier part."""
    model_2: str = ""
    """Model that answers when the first one fails; "" for none."""
    base_url_2: str | None = None
    """Where it is served; None is where the first one is, with the same key."""
    api_key_2: SecretStr | None = None
    fallback: Literal["planner", "none"] = "planner"
    """Who answers when no language model does."""

    first_token_seconds: float = 20
    turn_seconds: float = 90
    idle_seconds: float = 15
    """Longest silence inside a stream."""
    retry_after_seconds: float = 10
    """Longest wait a server may ask for."""
    model_calls: int = 6
    """Model calls a turn at most."""

    turn_tokens: int | None = Field(None, gt=0)
    """Tokens that a turn's model calls may use; no call begins beyond it."""
    price_input: float | None = Field(None, ge=0)
    """Money a million tokens sent to the model; costs are counted where both prices are set."""
    price_output: float | None = Field(None, ge=0)
    """Money a million tokens that the model wrote."""
    price_input_2: float | None = Field(None, ge=0)
    price_output_2: float | None = Field(None, ge=0)
    """The second model's prices; None takes the first one's."""
    price_currency: str = "USD"
    turn_cost: float | None = Field(None, gt=0)
    """Money that a turn's model calls may cost."""
    day_cost: float | None = Field(None, gt=0)
    """Money that a day's model calls may cost, all threads of the workspace together."""

    embedding_model: str = ""
    """Model of an OpenAI-compatible embeddings endpoint; "" uses the built-in encoder."""
    embedding_base_url: str = ""
    """Where that model is served; "" asks where the language model is."""
    embedding_api_key: SecretStr | None = None
    """None sends the language model's key."""
    embedding_batch: int = Field(64, ge=1, le=2048)
    """Texts a request."""
    rerank_url: str = ""
    """Whole address of a rerank endpoint in the form that Cohere, Jina and vLLM share; "" reranks nothing."""
    rerank_model: str = ""
    rerank_api_key: SecretStr | None = None
    chroma_url: str = ""
    """A Chroma server for vectors; "" keeps them beside the index, which one process at a time may write."""

    trace_days: int = Field(30, ge=0)
    """How long the story of every answer is kept on this machine; 0 keeps none."""
    trace_bodies: bool = True
    """Whether stories hold texts (masked); else only hashes and timings."""
    otel_endpoint: str = ""
    """Address of an OpenTelemetry collector (OTLP over gRPC) that stories are sent to; "" sends none."""

    currency: str = "CNY"
    brand: str = ""
    """Brand that signs drafts; a workspace's profile may name its own."""
    query_seconds: float = 10
    row_cap: int = 10_000
    engine_url: SecretStr | None = None
    """Warehouse that a workspace with an engine.yaml is answered from, such as postgresql://reader@host/brand."""
    engine_refresh_seconds: float = Field(3600, gt=0)
    """How long what was found there (first and last day, filled columns, tier rules) holds."""

    @field_validator("workspace")
    @classmethod
    def _plain_name(cls, name: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9_\-]{1,64}", name):
            raise ValueError("a workspace name has 1-64 letters, digits, '-' or '_'")
        return name

    @model_validator(mode="after")
    def _costs_need_prices(self) -> Settings:
        if (self.turn_cost or self.day_cost) and (self.price_input is None or self.price_output is None):
            raise ValueError("a limit on cost needs WELLSPRING_PRICE_INPUT and WELLSPRING_PRICE_OUTPUT")
        return self

    @property
    def directory(self) -> Path:
        """The workspace's own directory: data/, index/, store/ and settings."""
        return self.home / self.workspace

    @property
    def first(self) -> Served:
        return Served(self.model, self.base_url, self.api_key, self.price_input, self.price_output)

    @property
    def second(self) -> Served | None:
        """The model that answers when the first one fails; a key goes to no address but its own."""
        if not self.model_2:
            return None
        elsewhere = self.base_url_2 is not None and self.base_url_2 != self.base_url
        key = self.api_key_2 or (None if elsewhere else self.api_key)
        prices = [first if own is None else own for own, first in (
            (self.price_input_2, self.price_input), (self.price_output_2, self.price_output))]  # fmt: skip
        return Served(self.model_2, self.base_url_2 or self.base_url, key, *prices)

    @property
    def language_model(self) -> bool:
        """Whether a language model is configured; a local server needs only its address."""
        return bool(self.base_url) or bool(self.api_key and self.api_key.get_secret_value())
