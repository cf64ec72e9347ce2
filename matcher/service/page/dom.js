// Small helpers that build parts of the page; texts are never read as markup.
import { t } from "./words.js";

export const byId = id => document.getElementById(id);

/** An element with attributes (functions become listeners) and children, which may be texts. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}

const PAGE = 40;

/** A table of rows `{ cells, tone }` under a caption; of many rows the first are shown, with a button for more. */
export function table(caption, heads, rows) {
  const body = make("tbody");
  const whole = make("div", { class: "tablebox" }, make("table", {},
    make("caption", {}, caption),
    make("thead", {}, make("tr", {}, ...heads.map(head => make("th", { scope: "col" }, head)))), body));
  let shown = 0;
  const more = make("button", { type: "button", class: "more", click: show });
  function show() {
    for (const { cells, tone } of rows.slice(shown, shown + PAGE)) {
      body.append(make("tr", { class: tone }, ...cells.map((cell, at) =>
        make(at ? "td" : "th", { scope: at ? null : "row", "data-head": heads[at] }, ...[cell].flat()))));
    }
    shown = Math.min(rows.length, shown + PAGE);
    if (shown < rows.length) more.textContent = t("more", Math.min(PAGE, rows.length - shown));
    else more.remove();
  }
  whole.append(more);
  show();
  return whole;
}

/** Lines under each other. */
export const lines = texts => texts.map(text => make("span", { class: "line" }, text));

/** Tells a reader of the screen where to go on. */
export function goTo(node) {
  node.focus({ preventScroll: true });
  node.scrollIntoView({ block: "nearest" });
}

/** Hands a file to the browser's downloads. */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
