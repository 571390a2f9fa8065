// The last two minutes: messages a second, stacked by node; below, who came back and what was sent again. Each has its
// own strip and its own name, so nothing hangs on colour; and the figures stand in a sentence for who cannot see it.

import { calm, draw, figure, make } from "./page.js";

const WINDOW_MS = 120_000;
const LEFT = 48;
const RIGHT = 12;
const TOP = 22;
const MAIN = 150;
const GAP = 18;
const STRIP = 34;
const AXIS = 20;
const HEIGHT = TOP + MAIN + 2 * (GAP + STRIP) + AXIS;
const STRIPS = [
  { counter: "resumes", name: "came back", tone: "resumes" },
  { counter: "retransmits", name: "sent again", tone: "losses" },
];

export class Graph {
  #place;
  #svg = draw("svg", { role: "img", height: HEIGHT });
  #sentence = make("p", { class: "unseen" });
  #marks = [];

  constructor(place) {
    this.#place = place;
    place.append(this.#svg, this.#sentence);
  }

  /** Something that happened, to be seen where it happened. */
  mark(atMs, text, tone) {
    this.#marks.push({ atMs, text, tone });
  }

  show(nowMs, cluster) {
    const width = Math.max(320, this.#place.clientWidth);
    const x = (atMs) => LEFT + (1 - (nowMs - atMs) / WINDOW_MS) * (width - LEFT - RIGHT);
    const history = cluster.history.filter((moment) => nowMs - moment.atMs <= WINDOW_MS);
    this.#marks = this.#marks.filter((mark) => nowMs - mark.atMs <= WINDOW_MS);
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.#svg.setAttribute("width", width);
    this.#svg.replaceChildren(
      ...this.#main(history, cluster, x, width),
      ...STRIPS.flatMap((strip, i) => this.#strip(strip, history, x, width, TOP + MAIN + GAP + i * (STRIP + GAP))),
      ...this.#seconds(width),
      ...this.#marks.flatMap((mark) => this.#flag(mark, x)),
    );
    this.#tell(history, cluster);
  }

  #main(history, cluster, x, width) {
    const ids = [...new Set(history.flatMap((moment) => [...moment.nodes.keys()]))].sort((a, b) => a - b);
    const highest = history.map((moment) => [...moment.nodes.values()].reduce((sum, rates) => sum + rates.messages, 0));
    const top = ceiling(Math.max(10, ...highest));
    const y = (value) => TOP + MAIN - (value / top) * MAIN;
    const floor = history.map(() => 0);
    const shapes = [];
    for (const id of ids) {
      const lower = history.map((moment, i) => `${x(moment.atMs).toFixed(1)},${y(floor[i]).toFixed(1)}`);
      history.forEach((moment, i) => (floor[i] += moment.nodes.get(id)?.messages ?? 0));
      const upper = history.map((moment, i) => `${x(moment.atMs).toFixed(1)},${y(floor[i]).toFixed(1)}`);
      const colour = `node-${cluster.nodes.get(id)?.colour ?? 7}`;
      if (upper.length > 1) {
        shapes.push(draw("path", { class: `area ${colour}`, d: `M${upper.join("L")}L${lower.reverse().join("L")}Z` }));
        shapes.push(draw("path", { class: `line ${colour}`, d: `M${upper.join("L")}` }));
      }
    }
    const lines = [0, top / 2, top].flatMap((value) => [
      draw("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value) }),
      label(LEFT - 8, y(value) + 4, figure(value), "end"),
    ]);
    return [...lines, ...shapes, label(LEFT, TOP - 8, "messages a second", "start", "name")];
  }

  #strip({ counter, name, tone }, history, x, width, y0) {
    const values = history.map((moment) => [...moment.nodes.values()].reduce((sum, rates) => sum + rates[counter], 0));
    const top = Math.max(5, ...values);
    const wide = Math.max(2, ((width - LEFT - RIGHT) / WINDOW_MS) * 1000 - 1.5);
    const bars = values.flatMap((value, i) => {
      if (value <= 0) return [];
      const high = Math.max(2, (value / top) * STRIP);
      return [draw("rect", { class: `bar ${tone}`, x: x(history[i].atMs) - wide, y: y0 + STRIP - high, width: wide, height: high, rx: 1 })];
    });
    return [
      draw("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y0 + STRIP, y2: y0 + STRIP }),
      label(LEFT, y0 - 3, name, "start", "name"),
      label(LEFT - 8, y0 + 9, figure(top), "end"),
      ...bars,
    ];
  }

  #seconds(width) {
    return [120, 90, 60, 30, 0].map((ago) => {
      const at = LEFT + (1 - ago / 120) * (width - LEFT - RIGHT);
      return label(at, HEIGHT - 5, ago === 0 ? "now" : `−${ago} s`, ago === 120 ? "start" : ago === 0 ? "end" : "middle");
    });
  }

  #flag({ atMs, text, tone }, x) {
    const at = x(atMs).toFixed(1);
    return [
      draw("line", { class: `flag ${tone}`, x1: at, x2: at, y1: TOP - 4, y2: HEIGHT - AXIS }),
      label(at, TOP - 8, text, "middle", `flag ${tone}`),
    ];
  }

  #tell(history, cluster) {
    const text = `Messages a second: ${figure(cluster.rate("messages"))}. Came back a second: ${figure(cluster.rate("resumes"))}. `
      + `Sent again a second: ${figure(cluster.rate("retransmits"))}.`;
    this.#svg.setAttribute("aria-label", `Graph of the last two minutes. ${text}`);
    if (!calm() || history.length % 10 === 0) this.#sentence.textContent = text;
  }
}

function label(x, y, text, anchor, kind = "tick") {
  return draw("text", { x, y, "text-anchor": anchor, class: kind }, text);
}

/** The next round number, of which a half is round too. */
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  for (const step of [1, 2, 3, 4, 6, 8, 10]) if (value <= step * power) return step * power;
  return 10 * power;
}
