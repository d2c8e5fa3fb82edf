// Builds the page from the report: a list of models, findings, repairs to compare, graphs, tables.
"use strict";

(() => {
  const report = JSON.parse(document.getElementById("report").textContent);
  const main = document.getElementById("main");
  const narrow = window.matchMedia("(max-width: 60rem)");
  const waiting = [];
  const FEW = 12; // models of a report that are drawn at once: the others when they come into sight

  /** Make an element; `content` is text, elements or a list of both, never HTML. */
  function make(name, properties = {}, ...content) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (key in made && key !== "list") made[key] = value;
      else made.setAttribute(key, value);
    }
    made.append(...content.flat().filter((one) => one !== null && one !== ""));
    return made;
  }

  const STATUS = { ok: "no findings", note: "note", warning: "warning", error: "error", fixed: "fixed", fixable: "would be fixed" };
  const badge = (status, text) => make("span", { className: `badge ${status}` }, text || STATUS[status]);

  // --- text ------------------------------------------------------------------------------------

  /** Text with `names` in backticks as code. */
  function inline(text) {
    return text.split("`").map((part, number) => (number % 2 ? make("code", {}, part) : part));
  }

  /** The documentation of a code: paragraphs, lists, programs. */
  function prose(text) {
    return text.split(/\n\n+/).flatMap((block) => {
      if (block.startsWith("    ")) return [make("pre", {}, block.replace(/^ {4}/gm, ""))];
      const points = block.split(/\n(?=- )/);
      const listed = points.filter((point) => point.startsWith("- "));
      const plain = points.filter((point) => !point.startsWith("- "));
      const joined = (point) => inline(point.replace(/\s*\n\s*/g, " "));
      return [
        ...plain.map((point) => make("p", {}, joined(point))),
        ...(listed.length ? [make("ul", {}, listed.map((point) => make("li", {}, joined(point.slice(2)))))] : []),
      ];
    });
  }

  function diff(text) {
    const kinds = [["+++", "file"], ["---", "file"], ["@@", "hunk"], ["+", "plus"], ["-", "minus"]];
    const lines = text.replace(/\n$/, "").split("\n").map((line) => {
      const kind = kinds.find(([start]) => line.startsWith(start));
      return make("span", { className: kind ? kind[1] : "" }, `${line}\n`);
    });
    return make("pre", { className: "diff", tabIndex: 0, "aria-label": "Diff" }, lines);
  }

  function source(lines) {
    if (!lines.length) return null;
    const rows = lines.map((line) => {
      const code = make("td", { className: "code" });
      const [start, length] = line.mark || [0, 0];
      code.append(line.text.slice(0, start));
      if (line.mark) code.append(make("mark", {}, line.text.slice(start, start + length)));
      code.append(line.text.slice(start + length));
      return make("tr", { className: line.mark ? "at" : "" },
        make("th", { scope: "row" }, String(line.line)), code, make("td", { className: "shape" }, line.shape));
    });
    const head = make("thead", { className: "spoken" }, make("tr", {},
      ["Line", "Source", "Output shape"].map((text) => make("th", { scope: "col" }, text))));
    return make("div", { className: "source", tabIndex: 0, role: "region", "aria-label": "Source" },
      make("table", {}, head, make("tbody", {}, rows)));
  }

  // --- findings --------------------------------------------------------------------------------

  function finding(found) {
    const says = found.keras ? make("p", { className: "says" }, make("b", {}, "Keras says "), `“… ${found.keras} …”`) : null;
    return make("article", { className: `finding ${found.severity}` },
      make("header", {}, badge(found.severity), make("code", { className: "number" }, found.code),
        make("span", { className: "place" }, found.place)),
      make("p", { className: "message" }, inline(found.message)),
      source(found.source), says,
      make("details", { className: "explain" },
        make("summary", {}, `What ${found.code} means`), prose(report.codes[found.code] || "")));
  }

  // --- repairs ---------------------------------------------------------------------------------

  function panel(repair, id, tab) {
    const facts = [
      ["Output shape", (repair.outputs || []).join(", ")],
      ["Parameters", repair.params || ""],
      ["Safety", repair.safety || ""],
    ].filter(([, value]) => value);
    return make("div", { className: "panel", id, role: "tabpanel", "aria-labelledby": tab, tabIndex: 0 },
      make("p", { className: "paper" }, repair.label),
      make("p", { className: "edit" }, repair.text),
      repair.outcome ? make("p", { className: "outcome" }, `→ ${repair.outcome}`) : null,
      repair.why && repair.diff ? make("p", { className: "why" }, `Because ${repair.why}.`) : null,
      repair.warnings.map((warning) => make("p", { className: "but" }, `But ${warning}.`)),
      facts.length ? make("dl", { className: "facts small" }, facts.map(([name, value]) =>
        make("div", {}, make("dt", {}, name), make("dd", {}, value)))) : null,
      repair.diff ? diff(repair.diff) : null);
  }

  /** The repairs of a model as tabs; `choose(repair)` is called when another one is shown. */
  function repairs(model, id, choose) {
    if (!model.repairs.length) return [];
    const list = make("div", { className: "tabs", role: "tablist", "aria-label": "Repairs" });
    const panels = [];
    const select = (number, focus) => {
      [...list.children].forEach((tab, other) => {
        tab.setAttribute("aria-selected", String(other === number));
        tab.tabIndex = other === number ? 0 : -1;
        panels[other].hidden = other !== number;
      });
      if (focus) list.children[number].focus();
      choose(model.repairs[number], number);
    };
    model.repairs.forEach((repair, number) => {
      const [tab, shown] = [`${id}-tab${number}`, `${id}-panel${number}`];
      const button = make("button", { type: "button", role: "tab", id: tab, "aria-controls": shown },
        make("b", { className: repair.applied ? "applied" : "" }, repair.label), make("span", {}, repair.text));
      button.addEventListener("click", () => select(number, true));
      list.append(button);
      panels.push(panel(repair, shown, tab));
    });
    list.addEventListener("keydown", (event) => {
      const last = model.repairs.length - 1;
      const at = [...list.children].indexOf(document.activeElement);
      const steps = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last };
      if (at < 0 || !(event.key in steps)) return;
      event.preventDefault();
      select((steps[event.key] + last + 1) % (last + 1), true);
    });
    select(0, false);
    const title = model.repairs.length === 1 ? "Repair" : `Repairs to compare (${model.repairs.length})`;
    return [make("section", { className: "repairs", "aria-label": "Repairs" }, make("h3", {}, title), list, panels)];
  }

  // --- graphs ----------------------------------------------------------------------------------

  const HINT = "Arrow keys go from layer to layer, Enter opens and closes a block.";

  function pane(title, id) {
    const frame = make("div", { className: "pane" });
    const status = make("p", { className: "status", "aria-live": "polite" }, HINT);
    const view = new kfixGraph.View(frame, status, title);
    const zoom = [["−", -1, "Smaller"], ["Fit", 0, "Fit the width"], ["+", 1, "Larger"]].map(([text, step, label]) => {
      const button = make("button", { type: "button", "aria-label": `${label}: ${title}` }, text);
      button.addEventListener("click", () => view.zoomed(step));
      return button;
    });
    const caption = make("figcaption", {}, make("span", { className: "caption" }, title), make("span", { className: "zoom" }, zoom));
    return { view, caption, figure: make("figure", { id }, caption, frame, status) };
  }

  /** The model before and after a repair, drawn when they come into sight. */
  function graphs(model, id) {
    const before = pane("Before", `${id}-before`);
    const box = make("div", { className: "graphs" }, before.figure);
    const after = model.repairs.some((repair) => repair.graph) ? pane("", `${id}-after`) : null;
    if (after) box.append(after.figure);
    else before.caption.firstChild.textContent = model.name;
    let chosen = null;
    let drawn = false;
    const draw = () => {
      drawn = true;
      before.view.show(model.graph, (chosen && chosen.changes) || {});
      if (!after) return;
      after.figure.hidden = !(chosen && chosen.graph);
      if (after.figure.hidden) return;
      const title = `After · ${chosen.label}`;
      after.caption.firstChild.textContent = title;
      after.view.label = `${model.name}, ${title}`;
      after.view.show(chosen.graph, {});
    };
    const show = (repair) => {
      chosen = repair;
      if (drawn) draw();
    };
    waiting.push(() => drawn || draw());
    new IntersectionObserver((entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      if (!drawn) draw();
    }, { rootMargin: "400px" }).observe(box);
    return { box, show };
  }

  function table(model) {
    const body = make("tbody");
    const rows = model.graph.boxes.filter((box) => box.kind !== "output").map((box) => make("tr", { className: box.fault ? "fault" : "" },
      make("td", {}, box.line ? String(box.line) : ""),
      make("th", { scope: "row" }, box.arguments ? `${box.cls}(${box.arguments})` : box.cls),
      make("td", { className: "shape" }, box.status === "refused" ? "refused" : box.shape || ""),
      make("td", { className: "params" }, box.params || ""),
      make("td", {}, box.fault || "")));
    body.append(...rows);
    const head = make("tr", {}, ["Line", "Layer", "Output shape", "Parameters", "Error"].map((text) => make("th", { scope: "col" }, text)));
    return make("details", { className: "layers" }, make("summary", {}, `All layers of ${model.name} as a table`),
      make("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": "Layers" },
        make("table", {}, make("thead", {}, head), body)));
  }

  // --- the page --------------------------------------------------------------------------------

  function facts(model) {
    const rows = [["Input", model.inputs.join(", ")], ["Output", model.outputs.join(", ")],
      ["Expected", model.expected.join(", ")], ["Parameters", model.params]];
    return make("dl", { className: "facts" }, rows.filter(([, value]) => value).map(([name, value]) =>
      make("div", {}, make("dt", {}, name), make("dd", {}, value))));
  }

  function section(model, id, alone) {
    const drawing = graphs(model, id);
    const tabs = repairs(model, id, drawing.show);
    const head = make("header", { className: "name" },
      make("h2", { id: `${id}-name` }, model.name), badge(model.status),
      make("span", { className: "place" }, `${model.kind}${model.nested ? ", inside another model" : ""} · ${model.place}`));
    const picture = [make("h3", {}, "Layers and output shapes"), drawing.box, table(model)];
    const quiet = model.status === "ok" && !model.repairs.length && !alone;
    return make("section", { className: "model", id, "aria-labelledby": `${id}-name` }, head, facts(model),
      model.findings.map(finding), tabs,
      model.remarks.map((remark) => make("p", { className: "remark" }, remark)),
      quiet ? make("details", { className: "quiet" }, make("summary", {}, "Show the layers"), picture) : picture);
  }

  function build() {
    const links = document.querySelector("#contents ul");
    const models = report.files.flatMap((file) => file.models);
    document.getElementById("totals").textContent = report.totals;
    let number = 0;
    for (const file of report.files) {
      const inside = make("ul");
      const item = make("li", {}, make("span", { className: "file" }, file.path), inside);
      links.append(item);
      if (report.files.length > 1 || file.notes.length || file.error) {
        main.append(make("section", { className: "file" }, make("h2", { className: "path" }, file.path),
          file.error ? make("p", { className: "failure" }, file.error) : null,
          file.notes.map((note) => make("p", { className: "remark" }, note)),
          !file.error && !file.models.length ? make("p", { className: "remark" }, "No model.") : null));
      }
      for (const model of file.models) {
        const id = `model${(number += 1)}`;
        inside.append(make("li", {}, make("a", { href: `#${id}` },
          make("span", { className: `dot ${model.status}`, "aria-hidden": "true" }),
          make("span", { className: "label" }, model.name),
          make("span", { className: "what" }, model.status === "ok" ? "" : STATUS[model.status]))));
        main.append(section(model, id, models.length === 1));
      }
    }
    document.querySelector("#contents summary").textContent = `${models.length} models in ${report.files.length} file${report.files.length === 1 ? "" : "s"}`;
    document.body.classList.toggle("single", models.length < 2 && report.files.length < 2);
    if (!report.files.length) main.append(make("p", { className: "remark" }, "No file was read."));
    if (narrow.matches) document.getElementById("contents").open = false;
  }

  function theme() {
    const choice = document.getElementById("theme");
    const apply = (value) => {
      if (value === "auto") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = value;
    };
    let kept = null;
    try { kept = localStorage.getItem("kfix-theme"); } catch { /* a page from a file may keep nothing */ }
    const input = [...choice.querySelectorAll("input")].find((one) => one.value === kept);
    if (input) { input.checked = true; apply(kept); }
    choice.addEventListener("change", (event) => {
      apply(event.target.value);
      try { localStorage.setItem("kfix-theme", event.target.value); } catch { /* as above */ }
    });
  }

  build();
  waiting.slice(0, FEW).forEach((draw) => draw());
  theme();
  window.addEventListener("beforeprint", () => waiting.forEach((draw) => draw()));
})();
