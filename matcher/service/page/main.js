// The page: four steps, one shown at a time, and the language.
import { byId, goTo } from "./dom.js";
import * as intake from "./intake.js";
import * as result from "./result.js";
import * as running from "./running.js";
import { clearTrouble, repeatTrouble } from "./service.js";
import * as solve from "./solve.js";
import { state } from "./state.js";
import { changeLanguage, language, t } from "./words.js";

const STEPS = { intake, solve, result, running };
let step = "intake";

function go(name) {
  step = name;
  clearTrouble();
  render();
  if (name === "intake") intake.look();
  goTo(byId("main"));
  scrollTo(0, 0);
}

function possible(name) {
  return name === "intake" || (name === "solve" ? state.source !== null : state.plan !== null);
}

function render() {
  document.documentElement.lang = language() === "zh" ? "zh-CN" : "en";
  document.title = t("title");
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  byId("lang").textContent = t("other");
  byId("lang").lang = language() === "zh" ? "en" : "zh-CN";
  for (const button of byId("steps").querySelectorAll("button")) {
    button.disabled = !possible(button.dataset.step);
    if (button.dataset.step === step) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
  }
  for (const panel of document.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== step;
  STEPS[step].render();
}

byId("lang").addEventListener("click", () => {
  changeLanguage();
  render();
  repeatTrouble();
});
byId("steps").addEventListener("click", event => {
  const button = event.target.closest("button");
  if (button) go(button.dataset.step);
});
for (const part of Object.values(STEPS)) part.install(go);
render();
