"use strict";
const SVG = "http://www.w3.org/2000/svg";
const WORDS = {
  zh: { title: "派单一张图", lang: "English", other: "切换到英文 English", legend: "图例", tours: "显示出行路线", nomap: "这批数据没有坐标，只列出需求。",
    map: "地图", keys: "需求分布图：方向键移动，回车查看", list: "需求清单", filter: "筛选", search: "搜索需求或村名", more: "显示更多",
    zoomIn: "放大", zoomOut: "缩小", zoomAll: "显示全县", served: "已满足", partly: "部分满足", unserved: "未安排", all: "全部",
    open: "未满足", places: "名额", county: "县中心", town: "乡镇", village: "村（社区）", home: "出发地", count: n => `共 ${n} 项需求`,
    people: "派出志愿者", visits: "服务人次", missing: n => `缺 ${n} 人`, start: "可开始时间", estimated: "位置按站点估计", close: "关闭",
    who: "派谁去", why: "为什么没有安排满", leave: t => `${t} 离家`, noReason: "没有记录原因", plane: "网格平面图" },
  en: { title: "Dispatch at a glance", lang: "中文", other: "Switch to Chinese 中文", legend: "Legend", tours: "Show tours", nomap: "No coordinates in this batch: the list only.",
    map: "Map", keys: "Requests: arrow keys to move, Enter to open", list: "Requests", filter: "Filter", search: "Search request or village", more: "Show more",
    zoomIn: "Zoom in", zoomOut: "Zoom out", zoomAll: "Whole county", served: "served", partly: "partly served", unserved: "unserved", all: "all",
    open: "not full", places: "places", county: "county centre", town: "town", village: "village", home: "home", count: n => `${n} requests`,
    people: "volunteers sent", visits: "visits", missing: n => `${n} missing`, start: "may start", estimated: "place estimated from the site", close: "Close",
    who: "Who goes", why: "Why places stay empty", leave: t => `leave home ${t}`, noReason: "no reason recorded", plane: "plane of cells" },
};
const data = JSON.parse(document.getElementById("data").textContent);
const byId = id => document.getElementById(id);
const svg = byId("svg");
let lang = data.lang, chosen = null, shown = 60, filter = { status: "all", priority: null, text: "" };
const t = key => WORDS[lang][key];
const pair = both => both[lang === "zh" ? 0 : 1];

function make(tag, parent, attributes = {}, text) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  if (parent) parent.append(node);
  return node;
}
function draw(tag, parent, attributes = {}, text) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  parent.append(node);
  return node;
}

/* ---- data as the page uses it ---- */
const STATES = ["served", "partly", "unserved"];
const requests = data.requests.map((request, index) => ({ ...request, index, gaps: [], tours: [] }));
for (const [index, role, missing, zh, en] of data.gaps) requests[index].gaps.push({ role, missing, why: [zh, en] });
data.tours.forEach(([, served], tour) => served.forEach(index => requests[index].tours.push(tour)));
const sorted = [...requests].sort((a, b) =>
  STATES.indexOf(b.status) - STATES.indexOf(a.status) || a.priority - b.priority || a.index - b.index);
const visitCount = requests.reduce((sum, request) => sum + request.visits.length, 0);

/* ---- the map: a world in metres under a view (scale k, offset x, y) ---- */
const hasMap = requests.some(request => request.at);
const view = { k: 1, x: 0, y: 0 };
const world = draw("g", svg);
const siteLayer = draw("g", svg), homeLayer = draw("g", svg), markLayer = draw("g", svg), labelLayer = draw("g", svg);
const ground = draw("g", world), links = draw("path", world, { class: "road" });
const tourPaths = data.tours.map(([points]) => draw("path", world, { class: "tour", d: points.length > 1 ? "M" + points.map(p => p.join(" ")).join("L") : "" }));
const TIERS = ["county", "town", "village", "grid"];
const sites = data.sites.map(([x, y, tier, name, parent]) => ({ x, y, tier, name, parent }));
drawGround();
sites.sort((a, b) => TIERS.indexOf(a.tier) - TIERS.indexOf(b.tier));
for (const site of sites) {
  if (site.tier === "county") site.node = draw("path", siteLayer, { class: "county", d: star(9) });
  else if (site.tier === "town") site.node = draw("rect", siteLayer, { class: "town", x: -4, y: -4, width: 8, height: 8 });
  else site.node = draw("circle", siteLayer, { class: "village", r: 1.8 });
  draw("title", site.node, {}, site.name);
  site.label = draw("text", labelLayer, { class: TIERS.indexOf(site.tier) < 2 ? "label" : "label v" }, site.name);
}
function drawGround() {
  const spread = key => Math.max(...sites.map(site => site[key])) - Math.min(...sites.map(site => site[key]));
  const r = 1.4 * Math.sqrt(spread("x") * spread("y") / sites.length) || 1;
  for (const layer of [draw("g", ground, { class: "shore" }), draw("g", ground, { class: "land" })]) {
    for (const site of sites) draw("circle", layer, { cx: site.x, cy: site.y, r });
  }
  const up = site => sites[site.parent];
  links.setAttribute("d", sites.filter(site => up(site)?.tier === "town").map(site => `M${site.x} ${site.y}L${up(site).x} ${up(site).y}`).join(""));
}
function star(r) {
  return "M" + Array.from({ length: 10 }, (_, i) => {
    const s = i % 2 ? r * 0.45 : r, a = Math.PI * (i / 5 - 0.5);
    return `${(s * Math.cos(a)).toFixed(1)} ${(s * Math.sin(a)).toFixed(1)}`;
  }).join("L") + "Z";
}
const RADII = [8, 7, 6, 6];
function symbol(parent, status, r) {
  draw("circle", parent, { r });
  if (status === "partly") draw("path", parent, { class: "half", d: `M0 ${-r}A${r} ${r} 0 0 0 0 ${r}Z` });
  if (status === "unserved") draw("path", parent, { class: "cross", d: `M${-r / 2.4} ${-r / 2.4}L${r / 2.4} ${r / 2.4}M${r / 2.4} ${-r / 2.4}L${-r / 2.4} ${r / 2.4}` });
}
const atSamePlace = new Map();
for (const request of [...sorted].reverse()) {
  if (!request.at) continue;
  const key = request.at.join(), n = atSamePlace.get(key) || 0;
  atSamePlace.set(key, n + 1);
  request.offset = [9 * Math.sqrt(n) * Math.cos(n * 2.4), 9 * Math.sqrt(n) * Math.sin(n * 2.4)];
  const r = RADII[request.priority];
  const mark = draw("g", markLayer, { class: `mark p${request.priority} ${request.status}`, role: "button", tabindex: -1 });
  draw("circle", mark, { r: r + 4, class: "ring", style: "fill:none" });
  symbol(mark, request.status, r);
  request.title_ = draw("title", mark);
  mark.addEventListener("click", () => { if (!moved) choose(request.index, true); });
  request.mark = mark;
}
const marked = requests.filter(request => request.mark);
if (marked.length) marked[0].mark.setAttribute("tabindex", 0);

function screen(point) { return [point[0] * view.k + view.x, point[1] * view.k + view.y]; }
let queued = false;
function refresh() { if (!queued) { queued = true; requestAnimationFrame(() => { queued = false; place(); }); } }
function place() {
  const size = Math.min(1.35, Math.max(0.8, 0.8 * Math.sqrt(view.k / fitted)));
  world.setAttribute("transform", `matrix(${view.k} 0 0 ${view.k} ${view.x} ${view.y})`);
  for (const request of marked) {
    const [x, y] = screen(request.at);
    request.xy = [x + size * request.offset[0], y + size * request.offset[1]];
    request.mark.setAttribute("transform", `translate(${request.xy[0].toFixed(1)} ${request.xy[1].toFixed(1)}) scale(${size.toFixed(2)})`);
  }
  for (const home of homeLayer.children) home.setAttribute("transform", `translate(${screen(home.at).join(" ")})`);
  placeLabels();
  placeScale();
}
function placeLabels() {
  const width = svg.clientWidth, height = svg.clientHeight, taken = [];
  const detailed = view.k > 3.2 * fitted;
  for (const site of sites) {
    const [x, y] = screen([site.x, site.y]);
    const inside = x > -20 && y > -10 && x < width + 10 && y < height + 10;
    site.node.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    site.node.style.display = inside ? "" : "none";
    const long = [...site.name].reduce((sum, c) => sum + (c > "\u2e80" ? 12.5 : 7), 4);
    const spots = inside && (detailed || TIERS.indexOf(site.tier) < 2) ? [[8, 4], [-4 - long, 4], [-long / 2, -10], [-long / 2, 18]] : [];
    const spot = spots.find(([dx, dy]) => {
      const box = [x + dx - 2, y + dy - 13, x + dx + long, y + dy + 4];
      const free = !taken.some(b => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3]);
      if (free) taken.push(box);
      return free;
    });
    site.label.style.display = spot ? "" : "none";
    if (spot) site.label.setAttribute("transform", `translate(${(x + spot[0]).toFixed(1)} ${(y + spot[1]).toFixed(1)})`);
  }
}
function placeScale() {
  const wanted = 110 / view.k, power = 10 ** Math.floor(Math.log10(wanted));
  const metres = [5, 2, 1].map(n => n * power).find(n => n <= wanted);
  byId("scale").style.width = `${metres * view.k}px`;
  byId("scale").firstElementChild.textContent = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
}
let fitted = 1, touched = false;
function fit() {
  const points = [...marked.map(request => request.at), ...sites.map(site => [site.x, site.y])];
  const xs = points.map(p => p[0]), ys = points.map(p => p[1]);
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const w = svg.clientWidth, h = svg.clientHeight;
  view.k = fitted = Math.min((w - 110) / Math.max(1, x1 - x0), (h - 90) / Math.max(1, y1 - y0));
  view.x = w / 2 - (x0 + x1) / 2 * view.k;
  view.y = h / 2 - (y0 + y1) / 2 * view.k;
  refresh();
}
function zoom(factor, cx = svg.clientWidth / 2, cy = svg.clientHeight / 2) {
  const k = Math.min(Math.max(view.k * factor, fitted * 0.5), Math.max(fitted * 80, 0.2));
  view.x = cx - (cx - view.x) * k / view.k;
  view.y = cy - (cy - view.y) * k / view.k;
  view.k = k;
  touched = true;
  refresh();
}
const pointers = new Map();
let moved = false;
svg.addEventListener("pointerdown", event => { pointers.set(event.pointerId, [event.clientX, event.clientY]); if (pointers.size === 1) moved = false; });
window.addEventListener("pointermove", event => {
  const last = pointers.get(event.pointerId);
  if (!last) return;
  const now = [event.clientX, event.clientY], box = svg.getBoundingClientRect();
  if (Math.hypot(now[0] - last[0], now[1] - last[1]) < 3 && !moved) return;
  moved = touched = true;
  svg.classList.add("drag");
  if (pointers.size === 2) {
    const other = [...pointers].find(([id]) => id !== event.pointerId)[1];
    const gap = p => Math.hypot(p[0] - other[0], p[1] - other[1]);
    zoom(gap(now) / Math.max(1, gap(last)), (now[0] + other[0]) / 2 - box.left, (now[1] + other[1]) / 2 - box.top);
  } else { view.x += now[0] - last[0]; view.y += now[1] - last[1]; refresh(); }
  pointers.set(event.pointerId, now);
});
for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, event => { pointers.delete(event.pointerId); svg.classList.remove("drag"); });
svg.addEventListener("wheel", event => {
  event.preventDefault();
  const box = svg.getBoundingClientRect();
  zoom(Math.exp(-event.deltaY * 0.0016), event.clientX - box.left, event.clientY - box.top);
}, { passive: false });
byId("in").onclick = () => zoom(1.5);
byId("out").onclick = () => zoom(1 / 1.5);
byId("all").onclick = () => { touched = false; fit(); };
byId("tours").onchange = event => svg.classList.toggle("notours", !event.target.checked);
const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
svg.addEventListener("keydown", event => {
  const here = marked.find(request => request.mark === event.target);
  if (event.key === "+" || event.key === "=") zoom(1.5);
  else if (event.key === "-") zoom(1 / 1.5);
  else if (here && (event.key === "Enter" || event.key === " ")) choose(here.index, true);
  else if (here && ARROWS[event.key]) step(here, ARROWS[event.key]);
  else return;
  event.preventDefault();
});
function step(here, [dx, dy]) {
  let best = null, least = Infinity;
  for (const other of marked) {
    if (other === here || other.mark.classList.contains("dim")) continue;
    const x = other.xy[0] - here.xy[0], y = other.xy[1] - here.xy[1], ahead = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
    if (ahead > 0.01 && ahead + 2 * aside < least) { least = ahead + 2 * aside; best = other; }
  }
  if (best) { rove(best); best.mark.focus(); }
}
function rove(request) {
  for (const other of marked) other.mark.setAttribute("tabindex", other === request ? 0 : -1);
}

/* ---- choosing a request ---- */
function choose(index, scroll) {
  const old = requests[chosen];
  if (old) { old.mark?.classList.remove("on"); old.tours.forEach(tour => tourPaths[tour].classList.remove("on")); }
  chosen = index;
  homeLayer.replaceChildren();
  const request = requests[index];
  svg.classList.toggle("chosen", Boolean(request));
  if (request) {
    request.mark?.classList.add("on");
    if (request.mark) { markLayer.append(request.mark); rove(request); }
    for (const tour of request.tours) {
      tourPaths[tour].classList.add("on");
      const start = data.tours[tour][0][0];
      if (start) draw("circle", homeLayer, { class: "home", r: 4.5 }).at = start;
    }
    refresh();
  }
  showDetails();
  for (const button of byId("list").querySelectorAll("button")) button.setAttribute("aria-current", button.index === index);
  if (request && scroll) { byId("details").focus({ preventScroll: true }); byId("details").scrollIntoView({ block: "nearest" }); }
}
byId("details").addEventListener("keydown", event => { if (event.key === "Escape") byId("details").querySelector(".close").click(); });
function centre(request) {
  if (!request.mark) return;
  const [x, y] = screen(request.at), w = svg.clientWidth, h = svg.clientHeight;
  if (x < 60 || y < 60 || x > w - 60 || y > h - 60) { view.x += w / 2 - x; view.y += h / 2 - y; refresh(); }
}
function badge(parent, request) { make("span", parent, { class: `badge p${request.priority}` }, pair(data.priorities[request.priority])); }
function showDetails() {
  const box = byId("details"), request = requests[chosen];
  box.hidden = !request;
  box.replaceChildren();
  if (!request) return;
  const close = make("button", box, { type: "button", class: "close", "aria-label": t("close") }, "×");
  close.onclick = () => { choose(null); (request.mark || byId("search")).focus({ preventScroll: true }); };
  make("h2", box, {}, request.title);
  const line = make("div", box);
  badge(line, request);
  make("span", line, {}, `${t(request.status)} · ${t("places")} ${request.filled}/${request.places}`);
  make("span", box, { class: "meta" }, request.site + (request.estimated ? ` · ${t("estimated")}` : ""));
  make("span", box, { class: "meta" }, `${t("start")}: ${request.when}`);
  if (request.visits.length) make("h3", box, {}, t("who"));
  for (const [time, role, who, team, leave] of request.visits) {
    const visit = make("div", box, { class: "visit" });
    make("strong", visit, {}, `${time} ${who}`);
    make("span", visit, { class: "meta" }, [role, team, leave && t("leave")(leave)].filter(Boolean).join(" · "));
  }
  if (request.gaps.length) make("h3", box, {}, t("why"));
  for (const gap of request.gaps) {
    const part = make("div", box, { class: "visit" });
    make("strong", part, {}, `${gap.role} ${t("missing")(gap.missing)}`);
    const reasons = pair(gap.why);
    for (const reason of reasons.length ? reasons : [t("noReason")]) make("span", part, { class: "why" }, reason);
  }
}

/* ---- the list ---- */
function fits(request) {
  const { status, priority, text } = filter;
  return (status === "all" || (status === "open" ? request.status !== "served" : request.status === status)) &&
    (priority === null || request.priority === priority) && (!text || (request.title + " " + request.site).toLowerCase().includes(text));
}
function showList() {
  const found = sorted.filter(fits), list = byId("list");
  for (const request of marked) request.mark.classList.add("dim");
  for (const request of found) request.mark?.classList.remove("dim");
  byId("count").textContent = t("count")(found.length);
  list.replaceChildren();
  for (const request of found.slice(0, shown)) {
    const button = make("button", make("li", list), { type: "button", "aria-current": request.index === chosen });
    button.index = request.index;
    make("span", button, { class: `state ${request.status}` }, `${t(request.status)} ${request.filled}/${request.places}`);
    badge(button, request);
    make("span", button, { class: "name" }, request.title);
    make("span", button, { class: "meta" }, [request.site, request.visits[0]?.[0] || request.when].filter(Boolean).join(" · "));
    for (const gap of request.gaps.slice(0, 3)) {
      make("span", button, { class: "why" }, `${gap.role} ${t("missing")(gap.missing)}${pair(gap.why)[0] ? " · " + pair(gap.why)[0] : ""}`);
    }
    button.onclick = () => { choose(request.index, true); centre(request); };
  }
  byId("more").hidden = found.length <= shown;
}
byId("more").onclick = () => { shown += 200; showList(); };
byId("search").oninput = event => { filter.text = event.target.value.trim().toLowerCase(); shown = 60; showList(); };
function showFilters() {
  const box = byId("filters");
  box.replaceChildren();
  const add = (label, pressed, press) => {
    make("button", box, { type: "button", "aria-pressed": pressed }, label).onclick = event => {
      const place = [...box.children].indexOf(event.currentTarget);
      press(); shown = 60; showFilters(); showList(); box.children[place].focus();
    };
  };
  const counts = status => requests.filter(r => status === "all" || (status === "open" ? r.status !== "served" : r.status === status)).length;
  for (const status of ["all", "open", "unserved"]) add(`${t(status)} ${counts(status)}`, filter.status === status, () => { filter.status = status; });
  data.priorities.forEach((words, p) => {
    if (data.served[p][0]) add(pair(words), filter.priority === p, () => { filter.priority = filter.priority === p ? null : p; });
  });
}

/* ---- words ---- */
function showWords() {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  document.title = `${t("title")} ${pair(data.days)}`;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  byId("search").placeholder = t("search");
  byId("days").textContent = `${pair(data.days)} · ${data.batch}${data.plane ? " · " + t("plane") : ""}`;
  byId("proof").textContent = `${pair(data.proof)[0]} ${pair(data.sent)}`;
  byId("lang").textContent = t("lang");
  byId("lang").setAttribute("aria-label", t("other"));
  const cards = byId("cards");
  cards.replaceChildren();
  data.served.forEach(([all, full], p) => {
    if (!all) return;
    const card = make("li", cards, { class: `p${p}` });
    make("small", card, {}, pair(data.coverage[p]));
    make("span", make("b", card, {}, `${full}`), {}, ` / ${all}`);
  });
  const card = make("li", cards);
  make("small", card, {}, t("visits"));
  make("b", card, {}, visitCount);
  const keys = byId("keys");
  keys.replaceChildren();
  const key = (cls, paint, text) => {
    const item = make("li", keys);
    const icon = draw("svg", item, { viewBox: "-10 -10 20 20", "aria-hidden": "true" });
    paint(draw("g", icon, { class: cls }));
    make("span", item, {}, text);
  };
  data.priorities.forEach((words, p) => { if (data.served[p][0]) key(`mark served p${p}`, g => symbol(g, "served", RADII[p]), pair(words)); });
  key("mark partly p2", g => symbol(g, "partly", 6), t("partly"));
  key("mark unserved p2", g => symbol(g, "unserved", 6), t("unserved"));
  key("", g => draw("rect", g, { class: "town", x: -4, y: -4, width: 8, height: 8 }), t("town"));
  for (const request of marked) {
    const text = `${request.title}（${pair(data.priorities[request.priority])}，${t(request.status)} ${request.filled}/${request.places}）`;
    request.title_.textContent = text;
    request.mark.setAttribute("aria-label", text);
  }
  showFilters();
  showList();
  showDetails();
}
byId("lang").onclick = () => { lang = lang === "zh" ? "en" : "zh"; showWords(); };
showWords();
if (hasMap) {
  fit();
  new ResizeObserver(() => { if (!touched) fit(); }).observe(svg);
} else {
  for (const id of ["svg", "legend", "scale"]) byId(id).style.display = "none";
  document.querySelector(".zoom").hidden = true;
  byId("nomap").hidden = false;
}
if (innerWidth <= 820) byId("legend").open = false;
