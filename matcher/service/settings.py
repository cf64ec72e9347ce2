"""What the service can be told: by variables `MATCHER_…`, or by the options of `matcher serve`."""

import ipaddress
import json
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from matcher.errors import InputError
from matcher.service.orders.model import REPLY_MINUTES, PriorAsks, ReplyMinutes, Rules
from matcher.shape import shape_problems


def _listed(value: Any) -> Any:
    """Words between commas as a list."""
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


def _parsed(value: Any) -> Any:
    """A JSON text as its value; what is none stays as it is, and is no object."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


class Settings(BaseSettings):
    """All settings of the service; each is read from `MATCHER_` and its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="MATCHER_", frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True
    )

    database: str = Field(default="sqlite:///matcher.db", repr=False)
    """URL of the database: `sqlite:///FILE` or `postgresql://…`."""
    host: str = "127.0.0.1"
    """Address to listen on; one that is not this machine's own loopback asks every caller for a key."""
    port: int = Field(default=8000, ge=0, le=65535)
    """Port to listen on; 0 takes a free one."""
    phone_key: str | None = Field(default=None, repr=False)
    """Key that seals phones at rest, 32 bytes in base64; without one no phone is kept."""
    old_phone_keys: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = Field(default=(), repr=False)
    """Keys used before, between commas; they open what they sealed."""
    solvers: int = Field(default=1, ge=0, le=64)
    """Plans solved at the same time; 0: none here, another process on the same database does it."""
    solve_seconds: float = Field(default=300, gt=0, le=86_400)
    """Most seconds of one solve, and what a plan gets that asks for nothing; a comparison of scenarios shares them."""
    solve_memory: int = Field(default=2048, ge=256, le=1_000_000)
    """Most megabytes of one solve, and of each process that answers questions."""
    scenarios: int = Field(default=100, ge=1, le=10_000)
    """Most plans of one comparison: scenarios times samples, besides the batch as it is."""
    answer_seconds: float = Field(default=60, gt=0, le=3600)
    """Most seconds of an answer that is waited for: check, recommendations, redispatch, explanations, import."""
    keep_days: int = Field(default=365, ge=1, le=36_500)
    """Days after which what is done is purged."""
    reply_minutes: Annotated[ReplyMinutes, NoDecode, BeforeValidator(_parsed)] = REPLY_MINUTES
    """Minutes to answer an offer by the order's priority, as `{"urgent": 20}`; those left out stay as they are."""
    call_standby: bool = True
    """Whether the next backup of the plan is asked when somebody is lost."""
    prior_asks: PriorAsks = 4
    """How many asks the prior of a volunteer's acceptance is worth."""
    body_mb: float = Field(default=128, gt=0, le=1024)
    """Most megabytes of a body."""
    body_seconds: float = Field(default=60, gt=0, le=3600)
    """Most seconds a caller may take to send a body."""
    rows: int = Field(default=2_000_000, ge=1)
    """Most objects and lists in a body of JSON; a volunteer or request has about ten."""
    depth: int = Field(default=32, ge=4, le=100)
    """Most objects and lists in each other in a body of JSON."""
    rate: float = Field(default=300, gt=0)
    """Requests a second of one key (of one address where there is no key), over some time."""
    burst: int = Field(default=600, ge=1)
    """Requests one key may have at once before `rate` holds it back."""
    stop_seconds: float = Field(default=20, gt=0, le=600)
    """Most seconds a stop waits for answers under way, and for solves to be given back."""

    @property
    def rules(self) -> Rules:
        """The centre's choices about its loop."""
        return Rules(reply_minutes=self.reply_minutes, call_standby=self.call_standby, prior_asks=self.prior_asks)

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the address."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def load_settings(**given: Any) -> Settings:
    """The settings of the environment, with those given in their place. Raises InputError that names the variables."""
    try:
        return Settings(**given)
    except ValidationError as error:
        problems = [replace(found, where=_variable(found.where)) for found in shape_problems(Settings, error)]
        raise InputError("服务的设置有误", "the settings of the service are wrong", problems) from None


def _variable(where: str) -> str:
    """The variable of a pointer to a setting, with the rest of the way inside it."""
    name, inside, way = where.removeprefix("/").partition("/")
    return f"MATCHER_{name.upper()}{inside}{way}"
