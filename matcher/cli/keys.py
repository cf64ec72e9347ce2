"""`matcher keys …` and `matcher purge`: who may call the service, and what it forgets."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli import streams
from matcher.cli.database import Database, now, opened, service_installed
from matcher.cli.help import Command, Group, examples
from matcher.cli.language import say
from matcher.cli.options import Lang, whole
from matcher.errors import InputError
from matcher.problems import unknown

if TYPE_CHECKING:
    from matcher.service.access.caller import Role
    from matcher.service.store.engine import Store

Name = Annotated[
    str, typer.Argument(metavar="NAME", help=say("给谁用，如 一镇服务台", "Whose key, town desk for example"))
]
Site = Annotated[
    str | None,
    typer.Option(
        "--site",
        metavar="ID",
        help=say(
            "站点编号：只能看到和修改该站点及其下级；不写则为全县",
            "Id of a site: the key sees and changes it and what is below; by default the whole county",
        ),
    ),
]
Id = Annotated[str, typer.Argument(metavar="ID", help=say("密钥编号（见 keys list）", "Id of the key (see keys list)"))]
After = Annotated[
    int,
    typer.Option(
        "--after",
        parser=whole(0),
        metavar=say("<序号>", "<number>"),
        help=say("只看此序号之后的记录", "Only lines after this number"),
    ),
]
Days = Annotated[
    int | None,
    typer.Option(
        "--days",
        parser=whole(1, 36_500),
        metavar=say("<天数>", "<days>"),
        help=say("保留最近多少天；不写则按 MATCHER_KEEP_DAYS", "Days to keep; by default MATCHER_KEEP_DAYS"),
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help=say("只说会清除多少，不做改动", "Only say how much would go, change nothing"))
]


def create(name: Name, site: Site = None, database: Database = None, lang: Lang = None) -> None:
    """`matcher keys create`."""
    with opened(database) as (store, _):
        from matcher.service.access.audit import Audit
        from matcher.service.access.caller import LOCAL
        from matcher.service.access.keys import Keys

        id, secret = Keys(store, now).create(name, _role(store, site), site)
        Audit(store, now).note(LOCAL, "key.create", id)
    streams.result(secret)
    streams.tell(
        say(
            f"已生成密钥 {id}。密钥原文只显示这一次，请妥善保存；调用时放在 Authorization: Bearer 之后。",
            f"Key {id} is made. It is shown this once only, keep it safe; callers send it as Authorization: Bearer.",
        )
    )


def list_(database: Database = None, lang: Lang = None) -> None:
    """`matcher keys list`."""
    with opened(database, there=True) as (store, _):
        from matcher.service.access.keys import Keys

        found = Keys(store, now).all()
    for key in found:
        used = say("从未使用", "never used") if key.last_used is None else f"{key.last_used:%Y-%m-%d %H:%MZ}"
        state = say("有效", "good") if key.revoked is None else say("已吊销", "revoked")
        streams.result("  ".join([key.id, key.role, key.site or "-", state, used, key.name]))
    if not found:
        streams.tell(say("还没有密钥。", "There are no keys yet."))


def revoke(id: Id, database: Database = None, lang: Lang = None) -> None:
    """`matcher keys revoke`."""
    with opened(database, there=True) as (store, _):
        from matcher.service.access.audit import Audit
        from matcher.service.access.caller import LOCAL
        from matcher.service.access.keys import Keys

        Keys(store, now).revoke(id)
        Audit(store, now).note(LOCAL, "key.revoke", id)
    streams.tell(say(f"密钥 {id} 已吊销。", f"Key {id} is revoked."))


def audit(after: After = 0, database: Database = None, lang: Lang = None) -> None:
    """`matcher keys audit`."""
    with opened(database, there=True) as (store, _):
        from matcher.service.access.audit import MOST_ENTRIES, Audit
        from matcher.service.access.caller import LOCAL

        lines = Audit(store, now).page(LOCAL, after, MOST_ENTRIES)
    for line in lines:
        who = f"{line.key or '-'} {line.caller}"
        streams.result(
            f"{line.number}  {line.time:%Y-%m-%d %H:%M:%SZ}  {line.action}  {line.subject}  {line.count}  {who}"
        )
    if len(lines) == MOST_ENTRIES:
        last = lines[-1].number
        streams.tell(say(f"后面还有：--after {last}", f"There is more: --after {last}"))


def phone_key(lang: Lang = None) -> None:
    """`matcher keys phone-key`."""
    with service_installed():
        from matcher.service.access.phones import new_phone_key
    streams.result(new_phone_key())
    streams.tell(
        say(
            "把它设为环境变量 MATCHER_PHONE_KEY，并在数据库之外另存一份：丢失后，已存的电话无法恢复。",
            "Set it as MATCHER_PHONE_KEY and keep a copy apart from the database: without it, phones are lost.",
        )
    )


def reseal(database: Database = None, lang: Lang = None) -> None:
    """`matcher keys reseal`."""
    with opened(database, there=True) as (store, settings):
        from matcher.service.access.phones import Phones
        from matcher.service.access.resealing import reseal_all

        count = reseal_all(store, Phones(settings.phone_key, settings.old_phone_keys))
    streams.tell(
        say(
            f"已用当前密钥重新加密 {count} 个电话。旧密钥只有此前提交的方案还要用，方案过期清除后可去掉。",
            f"{count} phones are sealed anew with the current key. Only plans submitted before still need the old one, "
            "until they are purged.",
        )
    )


def purge(days: Days = None, dry_run: DryRun = False, database: Database = None, lang: Lang = None) -> None:
    """`matcher purge`."""
    with opened(database, there=True) as (store, settings):
        from matcher.service.access import purge as purging
        from matcher.service.access.audit import Audit
        from matcher.service.access.caller import LOCAL
        from matcher.service.access.kinds import KINDS

        before = now() - timedelta(days=days or settings.keep_days)
        if dry_run:
            counts = purging.preview(store, KINDS, before)
        else:
            counts = purging.purge(store, Audit(store, now), KINDS, before, LOCAL)
    for kind, count in zip(KINDS, counts, strict=True):
        streams.result(say(f"{kind.zh}：{count}", f"{kind.en}: {count}"))
    day = f"{before:%Y-%m-%d}"
    streams.tell(
        say(
            f"以上为 {day} 之前、将会清除的数据，未做改动。",
            f"So much from before {day} would go; nothing was changed.",
        )
        if dry_run
        else say(f"已清除 {day} 之前的上述数据。", f"What is listed, from before {day}, is gone.")
    )


def _role(store: "Store", site: str | None) -> "Role":
    """The role of a key for a site: the site's tier, a grid cell counts as a village; the county's without a site.

    Raises InputError where there is no such site.
    """
    if site is None:
        return "county"
    from matcher.service.orders.county import County

    sites = County(store, now).known().sites
    if site not in sites:
        raise InputError("无法生成密钥", "the key cannot be made", [unknown(site, "站点", "site", "--site")])
    tier = sites[site].tier
    return "village" if tier == "grid" else tier


def register(app: typer.Typer) -> None:
    """Adds the commands of keys to the others."""
    group = typer.Typer(
        cls=Group,
        help=say("服务的密钥：生成、查看、吊销。", "Keys of the service: make, list, take back.")
        + "\n\n"
        + examples(say("matcher keys create 一镇服务台 --site t01", "matcher keys create 'town desk' --site t01")),
    )
    for name, run, zh, en, line in _COMMANDS:
        group.command(name, cls=Command, help=f"{say(zh, en)}\n\n{examples(line)}")(run)
    app.add_typer(group, name="keys")


_COMMANDS: list[tuple[str, Callable[..., Any], str, str, str]] = [
    (
        "create",
        create,
        "生成一个密钥，原文只显示一次；看到的范围由站点决定。",
        "Make a key, shown once; its site says what it sees.",
        say("matcher keys create 一镇服务台 --site t01", "matcher keys create 'town desk' --site t01"),
    ),
    ("list", list_, "列出所有密钥（不含原文）。", "List all keys, without their secrets.", "matcher keys list"),
    (
        "revoke",
        revoke,
        "吊销一个密钥，立即生效。",
        "Take a key back, at once.",
        "matcher keys revoke k-0123456789abcdef",
    ),
    (
        "audit",
        audit,
        "查看审计记录：谁在何时看过哪些电话，密钥的生成和吊销，数据的清除。",
        "Show the audit: who was shown which phones when, keys made and taken back, purges.",
        "matcher keys audit --after 1000",
    ),
    (
        "phone-key",
        phone_key,
        "生成加密电话用的密钥（MATCHER_PHONE_KEY）。",
        "Make the key that seals phones (MATCHER_PHONE_KEY).",
        "matcher keys phone-key",
    ),
    (
        "reseal",
        reseal,
        "更换 MATCHER_PHONE_KEY 之后，把已存的电话改用新密钥加密。",
        "After a change of MATCHER_PHONE_KEY: seal the phones kept with the new one.",
        "matcher keys reseal",
    ),
]
