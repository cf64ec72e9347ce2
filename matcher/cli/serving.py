"""The command that serves the API: serve."""

import logging
import signal
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli import on_ctrl_c, streams
from matcher.cli.database import now, opened
from matcher.cli.failures import DONE
from matcher.cli.language import say
from matcher.cli.options import Lang, whole
from matcher.errors import MatcherError

if TYPE_CHECKING:
    from matcher.service.settings import Settings
    from matcher.service.store.engine import Store

WAITING = 1024
"""Most connections that wait to be taken."""


def serve(
    host: Annotated[
        str | None,
        typer.Option(
            "--host",
            help=say(
                "在哪个地址上提供服务；默认 127.0.0.1，只限本机；其他地址要求先有密钥",
                "Address to listen on; by default 127.0.0.1, this machine alone; others ask for a key first",
            ),
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port", parser=whole(0, 65535), metavar=say("<端口>", "<port>"), help=say("端口，默认 8000", "Port, 8000")
        ),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            metavar="URL",
            help=say(
                "数据库：sqlite:///文件 或 postgresql://…；默认当前文件夹的 matcher.db",
                "sqlite:///FILE or postgresql://…; by default matcher.db in this folder",
            ),
        ),
    ] = None,
    lang: Lang = None,
) -> int:
    """`matcher serve`."""
    with opened(database, host=host, port=port) as (store, settings):
        _require_keys(store, settings)
    with _listening(settings) as listener:
        _run(settings, listener)
    return DONE


def _require_keys(store: "Store", settings: "Settings") -> None:
    """Raises MatcherError where others could reach the service and nobody has a key."""
    from matcher.service.access.keys import Keys

    if settings.loopback or any(key.revoked is None for key in Keys(store, now).all()):
        return
    raise MatcherError(
        f"{settings.host} 不只限本机，而数据库里还没有可用的密钥；请先生成一个：matcher keys create",
        f"{settings.host} is not this machine alone, and there is no valid key; make one first: matcher keys create",
    )


def _run(settings: "Settings", listener: socket.socket) -> None:
    """Serves until Ctrl-C or a signal to end; answers under way are finished, solves given back."""
    import uvicorn

    from matcher.service.http.app import create_app
    from matcher.service.http.logs import Lines, json_log

    logging.basicConfig(level=logging.INFO, handlers=[Lines(json_log())], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = uvicorn.Config(
        create_app(settings),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=round(settings.stop_seconds),
    )
    server = uvicorn.Server(config)

    def stop() -> None:
        server.should_exit = True

    signal.signal(signal.SIGTERM, lambda number, frame: stop())
    with on_ctrl_c(stop):
        _announce(settings, listener.getsockname()[1])
        server.run(sockets=[listener])


def _listening(settings: "Settings") -> socket.socket:
    """The address taken, so that callers wait from here on and are not turned away."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=WAITING)
        # Named as TCP's: else asyncio leaves Nagle's algorithm on, and each answer takes 40 ms more.
        return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, listener.detach())
    except OSError as error:
        address = f"{settings.host}:{settings.port}"
        raise MatcherError(
            f"无法使用 {address}（{error.strerror}）；端口被占用时请换一个 --port",
            f"cannot listen on {address} ({error.strerror}); if the port is taken, use another --port",
        ) from None


def _announce(settings: "Settings", port: int) -> None:
    """Says where the service is, and who may call it."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    streams.result(
        say(f"服务地址：http://{host}:{port}（Ctrl-C 停止）", f"Serving at http://{host}:{port} (Ctrl-C stops)")
    )
    if settings.loopback:
        streams.tell(
            say(
                "只限本机访问；在有密钥之前不要求密钥。",
                "Only this machine can reach it; as long as there is no key, none is asked for.",
            )
        )
