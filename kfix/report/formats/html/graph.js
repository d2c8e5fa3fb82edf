// Draws a model as boxes and edges: dagre lays it out, SVG shows it, one tab stop walks through it.
"use strict";

const kfixGraph = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const SANS = "ui-sans-serif, system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif";
  const MONO = "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";
  const FONTS = { title: `600 13px ${SANS}`, small: `11px ${MONO}`, badge: `600 10px ${SANS}` };
  const WIDEST = 250;
  const LEAST_SCALE = 0.55;
  const context = document.createElement("canvas").getContext("2d");

  function measured(text, font) {
    context.font = FONTS[font];
    return Math.ceil(context.measureText(text).width) + 1;
  }

  function shortened(text, font, room) {
    if (measured(text, font) <= room) return text;
    let most = text.length;
    while (most > 1 && measured(`${text.slice(0, most)}…`, font) > room) most -= 1;
    return `${text.slice(0, most)}…`;
  }

  function element(name, attributes = {}, text = "") {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
  }

  const ends = (box) => box.kind === "input" || box.kind === "output";

  const many = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

  /** What a box is to somebody who hears it. */
  function spoken(box, mark) {
    const call = box.arguments && box.kind !== "model" ? `${box.cls}(${box.arguments})` : `${box.cls} ${box.arguments || ""}`.trim();
    const parts = [call];
    if (box.fault) parts.push(`error ${box.fault}`);
    if (mark) parts.push(mark);
    if (box.line) parts.push(`line ${box.line}`);
    if (box.status === "refused") parts.push("refused by Keras");
    else if (box.status === "after-refusal") parts.push("behind a layer that Keras refuses");
    else if (box.shape) parts.push(`output shape ${box.shape}`);
    if (box.params) parts.push(`${box.params} parameters`);
    return parts.join(", ");
  }

  /** A box as it is drawn: a title, a line below it, a badge, and how large that is. */
  function card(box, mark) {
    const badge = box.fault || mark || "";
    let below = box.arguments || "";
    if (ends(box)) below = box.shape || "";
    if (box.status === "refused") below = below || "refused by Keras";
    const params = box.params ? `${box.params}` : "";
    const title = measured(box.cls, "title");
    const right = params ? measured(params, "small") + 14 : 0;
    const label = badge ? measured(badge, "badge") + 24 : 0;
    const wide = Math.max(title + right + label, Math.min(measured(below, "small"), WIDEST));
    return {
      box, mark, badge, params, below: shortened(below, "small", Math.max(WIDEST, wide)),
      title: box.cls, width: Math.max(wide + 26, 96), height: below ? 44 : 28,
    };
  }

  function foldCard(fold, boxes) {
    const inside = boxes.slice(fold.start, fold.end);
    const layers = inside.length / fold.times;
    const classes = [...new Set(inside.map((box) => box.cls))];
    const shown = classes.slice(0, 3).join(", ") + (classes.length > 3 ? ", …" : "");
    const out = inside[inside.length - 1].shape || "";
    const title = fold.times > 1 ? `×${fold.times} block of ${many(layers, "layer")}` : `block of ${many(layers, "layer")}`;
    const lines = [shown, out ? `→ ${out}` : ""].filter(Boolean).map((line) => shortened(line, "small", WIDEST));
    const wide = Math.max(measured(title, "title") + 20, ...lines.map((line) => measured(line, "small")));
    return { fold, title, lines, width: wide + 30, height: 30 + 15 * lines.length };
  }

  /** The boxes and closed folds that are visible, and which of them each box is in. */
  function items(graph, marks, open) {
    const shown = [];
    const within = new Array(graph.boxes.length);
    const folds = graph.folds.filter((fold) => !open.has(fold.start));
    graph.boxes.forEach((box, number) => {
      const fold = folds.find((one) => one.start <= number && number < one.end);
      if (!fold || fold.start === number) {
        shown.push({ key: String(number), ...(fold ? foldCard(fold, graph.boxes) : card(box, marks[number] || box.change)) });
      }
      within[number] = shown.length - 1;
    });
    return { shown, within };
  }

  function laidOut(graph, shown, within) {
    const layout = new dagre.graphlib.Graph();
    layout.setGraph({ rankdir: "TB", nodesep: 26, edgesep: 14, ranksep: 26, marginx: 8, marginy: 8 });
    layout.setDefaultEdgeLabel(() => ({}));
    for (const item of shown) layout.setNode(item.key, { width: item.width, height: item.height });
    for (const [source, target, label] of graph.edges) {
      const [from, to] = [within[source], within[target]];
      if (from === to || layout.hasEdge(shown[from].key, shown[to].key)) continue;
      const broken = graph.boxes[source].status === "refused" || graph.boxes[source].status === "after-refusal";
      const plain = graph.boxes[target].kind === "output" || graph.boxes[source].kind === "input";
      const text = plain ? "" : shortened(label, "small", WIDEST);
      const size = text ? { width: measured(text, "small") + 10, height: 16, labelpos: "c" } : {};
      layout.setEdge(shown[from].key, shown[to].key, { text, broken, ...size });
    }
    dagre.layout(layout);
    return layout;
  }

  /** A line through points with its corners rounded. */
  function path(points) {
    const at = (point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`;
    const middle = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
    let drawn = `M${at(points[0])}`;
    for (let i = 1; i < points.length - 1; i += 1) drawn += ` Q${at(points[i])} ${at(middle(points[i], points[i + 1]))}`;
    return `${drawn} L${at(points[points.length - 1])}`;
  }

  function drawnEdge(edge, marker) {
    const group = element("g", { class: edge.broken ? "edge broken" : "edge" });
    group.append(element("path", { d: path(edge.points), "marker-end": `url(#${marker})` }));
    return group;
  }

  function drawnLabel(edge) {
    const group = element("g", { class: "shape" });
    group.append(element("rect", { x: edge.x - edge.width / 2, y: edge.y - 8, width: edge.width, height: 16, rx: 3 }));
    group.append(element("text", { x: edge.x, y: edge.y + 4, "text-anchor": "middle" }, edge.text));
    return group;
  }

  function classes(item) {
    const { box, mark } = item;
    const names = ["box", `kind-${box.kind}`];
    if (box.family) names.push(`family-${box.family}`);
    if (box.fault) names.push("fault");
    else if (mark) names.push(mark);
    if (box.status === "after-refusal") names.push("behind");
    if (box.status === "unknown") names.push("unknown");
    return names.join(" ");
  }

  function drawnBox(item, x, y) {
    const { box } = item;
    const [left, top] = [x - item.width / 2, y - item.height / 2];
    const group = element("g", { class: classes(item), role: "img", "aria-label": spoken(box, item.mark) });
    group.append(element("rect", { class: "body", x: left, y: top, width: item.width, height: item.height, rx: 6 }));
    const aside = ends(box) ? { x, "text-anchor": "middle" } : { x: left + 15 };
    if (!ends(box)) {
      group.append(element("rect", { class: "stripe", x: left + 5, y: top + 6, width: 3, height: item.height - 12, rx: 1.5 }));
    }
    group.append(element("text", { class: "title", ...aside, y: top + 18 }, box.cls));
    let right = left + item.width - 10;
    if (item.badge) {
      const width = measured(item.badge, "badge") + 12;
      group.append(element("rect", { class: "badge", x: right - width + 2, y: top + 6, width, height: 16, rx: 8 }));
      group.append(element("text", { class: "badge", x: right - width / 2 + 2, y: top + 17.5, "text-anchor": "middle" }, item.badge));
      right -= width + 8;
    }
    if (item.params) group.append(element("text", { class: "params", x: right, y: top + 18, "text-anchor": "end" }, item.params));
    if (item.below) group.append(element("text", { class: "below", ...aside, y: top + 35 }, item.below));
    return group;
  }

  function drawnFold(item, x, y) {
    const [left, top] = [x - item.width / 2, y - item.height / 2];
    const label = `${item.title}: ${item.lines.join(" ")}`;
    const group = element("g", { class: "fold", role: "button", "aria-expanded": "false", "aria-label": label });
    for (const offset of item.fold.times > 1 ? [6, 3] : []) {
      group.append(element("rect", { class: "behind", x: left + offset, y: top + offset, width: item.width, height: item.height, rx: 6 }));
    }
    group.append(element("rect", { class: "body", x: left, y: top, width: item.width, height: item.height, rx: 6 }));
    group.append(element("text", { class: "title", x: left + 12, y: top + 19 }, `▸ ${item.title}`));
    item.lines.forEach((line, number) => {
      group.append(element("text", { class: "below", x: left + 15, y: top + 36 + 15 * number }, line));
    });
    return group;
  }

  /** The frame around the boxes of an open fold, whose label closes it. */
  function drawnOpen(fold, inside, edges) {
    const wide = (one) => [one.x - (one.width || 0) / 2, one.x + (one.width || 0) / 2];
    const sides = [...inside, ...edges.filter((edge) => edge.text), ...edges.flatMap((edge) => edge.points)].flatMap(wide);
    const left = Math.min(...sides) - 10;
    const right = Math.max(...sides) + 10;
    const top = Math.min(...inside.map((node) => node.y - node.height / 2)) - 8;
    const bottom = Math.max(...inside.map((node) => node.y + node.height / 2)) + 8;
    const title = fold.times > 1 ? `▾ ×${fold.times}` : "▾ block";
    const width = measured(title, "badge") + 16;
    const group = element("g", { class: "open", role: "button", "aria-expanded": "true",
      "aria-label": `${fold.times > 1 ? `×${fold.times} ` : ""}block, open` });
    group.append(element("rect", { class: "frame", x: left, y: top, width: right - left, height: bottom - top, rx: 8 }));
    group.append(element("rect", { class: "badge", x: left, y: top - 9, width, height: 18, rx: 9 }));
    group.append(element("text", { class: "badge", x: left + width / 2, y: top + 3.5, "text-anchor": "middle" }, title));
    return { group, left, right };
  }

  let markers = 0;

  class View {
    /** Draws into `pane`; says in `status` what has the focus. */
    constructor(pane, status, label) {
      this.pane = pane;
      this.status = status;
      this.label = label;
      this.zoom = 0;
      this.observer = new ResizeObserver(() => this.resize());
      this.observer.observe(pane);
    }

    /** Show a graph; `marks` are what becomes of boxes that have no mark of their own. */
    show(graph, marks) {
      const wrong = (fold) => graph.boxes.some((box, number) =>
        fold.start <= number && number < fold.end && (box.fault || box.change || marks[number]));
      this.graph = graph;
      this.marks = marks;
      this.open = new Set(graph.folds.filter(wrong).map((fold) => fold.start));
      this.draw();
      this.reveal();
    }

    /** Scroll to the first fault or change. */
    reveal() {
      const group = this.svg.querySelector(".fault, .added, .changed, .removed");
      if (!group) return;
      const [box, pane] = [group.getBoundingClientRect(), this.pane.getBoundingClientRect()];
      this.pane.scrollTop += box.top - pane.top - pane.height / 2;
      this.pane.scrollLeft += box.left + box.width / 2 - pane.left - pane.width / 2;
    }

    draw(focused = null) {
      const { shown, within } = items(this.graph, this.marks, this.open);
      const layout = laidOut(this.graph, shown, within);
      const marker = `arrow${(markers += 1)}`;
      const svg = element("svg", { role: "group", "aria-label": this.label });
      const defs = element("defs");
      const head = element("marker", { id: marker, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" });
      head.append(element("path", { class: "head", d: "M0,0.5 L7.5,4 L0,7.5 z" }));
      defs.append(head);
      svg.append(defs);
      const size = layout.graph();
      this.left = 0;
      this.width = size.width;
      this.height = size.height + 8;
      this.stops = [];
      const frames = this.frames(svg, layout);
      const edges = layout.edges().map((edge) => layout.edge(edge));
      svg.append(...edges.map((edge) => drawnEdge(edge, marker)));
      svg.append(...edges.filter((edge) => edge.text).map(drawnLabel));
      for (const item of shown) {
        const { x, y } = layout.node(item.key);
        const group = item.fold ? drawnFold(item, x, y) : drawnBox(item, x, y);
        if (frames.has(item.key)) this.stop(frames.get(item.key), Number(item.key), true);
        svg.append(group);
        this.stop(group, Number(item.key), Boolean(item.fold));
      }
      this.pane.replaceChildren(svg);
      this.svg = svg;
      this.resize();
      this.roving(svg, focused);
    }

    /** Draw the frames of open folds; return their labels by the first box of each. */
    frames(svg, layout) {
      const found = new Map();
      for (const fold of this.graph.folds.filter((one) => this.open.has(one.start))) {
        const inside = [];
        for (let number = fold.start; number < fold.end; number += 1) inside.push(layout.node(String(number)));
        const within = (key) => fold.start <= Number(key) && Number(key) < fold.end;
        const edges = layout.edges().filter((edge) => within(edge.v) && within(edge.w)).map((edge) => layout.edge(edge));
        const { group, left, right } = drawnOpen(fold, inside, edges);
        this.width = Math.max(this.width, right + 4);
        this.left = Math.min(this.left, left - 4);
        svg.append(group);
        found.set(String(fold.start), group);
      }
      return found;
    }

    stop(group, key, folds) {
      group.setAttribute("tabindex", "-1");
      group.dataset.key = key;
      this.stops.push(group);
      if (folds) group.addEventListener("click", () => this.toggle(key));
      group.addEventListener("focus", () => {
        for (const other of this.stops) other.setAttribute("tabindex", other === group ? "0" : "-1");
        this.status.textContent = group.getAttribute("aria-label");
      });
      group.addEventListener("click", () => group.focus());
    }

    roving(svg, focused) {
      const first = this.stops.find((group) => group.classList.contains("fault")) || this.stops[0];
      const chosen = focused === null ? first : this.stops.find((group) => group.dataset.key === String(focused));
      if (chosen) chosen.setAttribute("tabindex", "0");
      if (focused !== null && chosen) chosen.focus();
      svg.addEventListener("keydown", (event) => this.key(event));
    }

    key(event) {
      const at = this.stops.indexOf(document.activeElement);
      const steps = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: this.stops.length - 1 };
      if (event.key in steps && at >= 0) {
        event.preventDefault();
        this.stops[Math.max(0, Math.min(this.stops.length - 1, steps[event.key]))].focus();
      } else if ((event.key === "Enter" || event.key === " ") && document.activeElement.getAttribute("role") === "button") {
        event.preventDefault();
        this.toggle(Number(document.activeElement.dataset.key));
      }
    }

    toggle(start) {
      if (!this.open.delete(start)) this.open.add(start);
      this.draw(start);
    }

    /** Fit the picture into the width of its pane, as far as it stays legible. */
    resize() {
      if (!this.svg || !this.pane.clientWidth) return;
      const width = this.width - this.left;
      const fit = Math.max(LEAST_SCALE, Math.min(1, (this.pane.clientWidth - 4) / width));
      const scale = fit * 1.25 ** this.zoom;
      this.svg.setAttribute("viewBox", `${this.left} 0 ${width} ${this.height}`);
      this.svg.setAttribute("width", Math.round(width * scale));
      this.svg.setAttribute("height", Math.round(this.height * scale));
    }

    zoomed(step) {
      this.zoom = step === 0 ? 0 : Math.max(-4, Math.min(4, this.zoom + step));
      this.resize();
    }
  }

  return { View };
})();
