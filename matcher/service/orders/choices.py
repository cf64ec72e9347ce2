"""The centre's choices about its loop, from the environment."""

from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from matcher.errors import InputError, Problem
from matcher.service.orders.model import Rules

EXAMPLE = 'MATCHER_REPLY_MINUTES={"urgent": 20}, MATCHER_CALL_STANDBY=false, MATCHER_PRIOR_ASKS=4'


class _Environment(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="MATCHER_", extra="ignore")

    reply_minutes: dict[str, float] | None = None
    call_standby: bool | None = None
    prior_asks: float | None = None


def load_rules() -> Rules:
    """The rules of `MATCHER_REPLY_MINUTES`, `MATCHER_CALL_STANDBY` and `MATCHER_PRIOR_ASKS`; raises InputError."""
    try:
        given: dict[str, Any] = _Environment().model_dump(exclude_none=True)
        return Rules.model_validate(given)
    except (ValidationError, SettingsError):
        words = f"应形如 {EXAMPLE}", f"expected something like {EXAMPLE}"
        problem = Problem("bad_choice", "MATCHER_REPLY_MINUTES", None, *words)
        raise InputError("派单规则的设置有误", "the settings of the loop are wrong", [problem]) from None
