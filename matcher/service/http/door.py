"""Who comes in: callers with a key, or anybody on this machine as long as there is no key at all."""

import math
import time
from contextlib import suppress

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from matcher.errors import InputError, MatcherError
from matcher.service.access.caller import LOCAL, Caller
from matcher.service.http.problems import RefusalError, answer
from matcher.service.http.rates import Rates
from matcher.service.http.services import Services
from matcher.service.settings import is_loopback

GUARDED = ("/v1", "/metrics")
"""What lies behind the door. The page, health and the description of the API lie before it: they tell of nobody."""


class Door:
    """Middleware: finds out who calls, and how often."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app, self._services = app, services
        self._rates = Rates(services.settings.rate, services.settings.burst, time.monotonic)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _guarded(scope["path"]):
            try:
                scope["state"]["caller"] = await self._let_in(scope)
            except MatcherError as error:
                await answer(error, scope)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _let_in(self, scope: Scope) -> Caller:
        headers = Headers(scope=scope)
        address = (scope.get("client") or ("",))[0]
        try:
            caller = await to_thread.run_sync(self._caller, headers)
        except RefusalError:
            self._count(address)
            raise
        self._count(caller.key or address)
        return caller

    def _caller(self, headers: Headers) -> Caller:
        secret = _secret(headers.get("authorization", ""))
        if secret is None:
            if self._services.settings.loopback and not self._services.keys.all():
                return _on_this_machine(headers.get("host", ""))
            raise _no_key("请带上密钥：Authorization: Bearer …", "expected a key: Authorization: Bearer …")
        try:
            caller = self._services.keys.caller(secret, self._services.county.parents())
        except InputError:
            raise RefusalError(
                "密钥所属的站点已不存在，请重新生成密钥",
                "the site of this key is there no more, a new key is needed",
                "forbidden",
            ) from None
        if caller is None:
            raise _no_key("密钥无效或已收回", "the key is not known or was taken back")
        return caller

    def _count(self, name: str) -> None:
        wait = self._rates.take(name)
        if wait:
            settings = self._services.settings
            raise RefusalError(
                f"每秒不得超过 {settings.rate:g} 次（一次最多连发 {settings.burst} 次）",
                f"expected at most {settings.rate:g} requests a second ({settings.burst} at once)",
                "too_many",
                {"Retry-After": str(math.ceil(wait))},
            )


def _guarded(path: str) -> bool:
    return any(path == start or path.startswith(f"{start}/") for start in GUARDED)


def _secret(authorization: str) -> str | None:
    scheme, _, secret = authorization.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def _on_this_machine(host: str) -> Caller:
    """The caller without a key, if the request names this machine: a page from elsewhere that reaches it does not."""
    name = host
    with suppress(ValueError):
        name = host if host.endswith("]") else host[: host.rindex(":")]
    if not is_loopback(name):
        raise RefusalError(
            "没有密钥时只能用 127.0.0.1 或 localhost 访问",
            "without a key the service is reached as 127.0.0.1 or localhost only",
            "forbidden",
        )
    return LOCAL


def _no_key(zh: str, en: str) -> RefusalError:
    return RefusalError(zh, en, "no_key", {"WWW-Authenticate": 'Bearer realm="matcher"'})
