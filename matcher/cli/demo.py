"""`matcher demo`: a county day, dispatched end to end."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli import streams
from matcher.cli.language import current, say
from matcher.cli.options import Gap, Lang, MemoryCap, Seconds, Work, whole
from matcher.errors import MatcherError

DEMO_WORK = 40_000_000
"""Units of work where no limit is given: the demo ends within a minute."""

NUMBER = say("<整数>", "<int>")
Out = Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help=say("写到哪个文件夹", "Folder to write to"))]
Volunteers = Annotated[
    int, typer.Option(parser=whole(1, 200_000), metavar=NUMBER, help=say("志愿者人数", "Number of volunteers"))
]
Requests = Annotated[
    int, typer.Option(parser=whole(1, 20_000), metavar=NUMBER, help=say("需求件数", "Number of requests"))
]
DataSeed = Annotated[
    int,
    typer.Option("--seed", parser=whole(0), metavar=NUMBER, help=say("虚构数据的种子", "Seed of the data")),
]


def demo(
    out: Out = Path("matcher-demo"),
    volunteers: Volunteers = 3000,
    requests: Requests = 300,
    seed: DataSeed = 1,
    seconds: Seconds = None,
    work: Work = None,
    gap: Gap = 0.0,
    memory: MemoryCap = None,
    lang: Lang = None,
) -> int:
    """`matcher demo`."""
    from matcher.cli.solving import show, solve
    from matcher.demo import county_day
    from matcher.exports.geojson import write_geojson
    from matcher.exports.map import write_map
    from matcher.exports.xlsx import write_xlsx
    from matcher.reading import to_json

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MatcherError(f"无法建立文件夹 {out}", f"Cannot make the folder {out}") from error
    streams.check_target(out / "plan.xlsx")
    batch = county_day(volunteers, requests, seed)
    streams.save(out / "batch.json", to_json(batch))
    if seconds is None and work is None:
        work = DEMO_WORK
    plan, code = solve(batch, seconds=seconds, work=work, gap=gap, seed=0, memory=memory)
    streams.save(out / "plan.json", to_json(plan))
    write_xlsx(batch, plan, out / "plan.xlsx", lang=current())
    write_geojson(batch, plan, out / "plan.geojson")
    write_map(batch, plan, out / "map.html", lang=current())
    for name in ("plan.xlsx", "plan.geojson", "map.html"):
        streams.written(out / name)
    show(batch, plan)
    streams.tell(
        say(f"用浏览器打开 {out / 'map.html'} 看地图。", f"Open {out / 'map.html'} in a browser to see the map.")
    )
    return code
