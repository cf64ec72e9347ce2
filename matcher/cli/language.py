"""The language the user is spoken to in. It is chosen before the commands are built, because help needs it."""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Literal

Lang = Literal["zh", "en"]

WINDOWS_CHINESE = 0x04

_current: Lang = "en"


def choose(args: Sequence[str]) -> None:
    """Takes the language of `--lang`, else of MATCHER_LANG, else of the system."""
    global _current
    _current = _said(args) or _as_lang(os.environ.get("MATCHER_LANG", "")) or of_system(os.environ)


def current() -> Lang:
    """The language in force."""
    return _current


def say(zh: str, en: str) -> str:
    """The one of two texts that is in the language in force."""
    return zh if _current == "zh" else en


def of_system(environ: Mapping[str, str]) -> Lang:
    """Chinese if the locale or the user interface of Windows is, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "zh" if environ[name].lower().startswith("zh") else "en"
    if sys.platform == "win32":
        import ctypes

        return "zh" if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == WINDOWS_CHINESE else "en"
    return "en"


def _said(args: Sequence[str]) -> Lang | None:
    for number, arg in enumerate(args):
        if arg == "--lang" or arg.startswith("--lang="):
            return _as_lang(arg.partition("=")[2] or "".join(args[number + 1 : number + 2]))
    return None


def _as_lang(text: str) -> Lang | None:
    return "zh" if text == "zh" else "en" if text == "en" else None
