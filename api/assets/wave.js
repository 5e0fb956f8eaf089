// A stretch of sound as a picture: how loud it is, where it is quiet, who speaks.

import { root } from "./root.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 1000; // of the picture, in its own units
const MIDDLE = 42; // the height of 84 of the loudest moment lies around it
const QUIETEST_DB = -60;
const AT_ONCE_S = 600; // as much as the service tells at a time

export class Wave {
  constructor(svg, { from, to, turns }) {
    this.svg = svg;
    this.from = from;
    this.to = to;
    this.silences = []; // [start, end], original seconds
    this.span = this.add("rect", "span", { y: 0, height: 100 });
    this.quiet = this.add("path", "quiet");
    this.levels = this.add("path", "level");
    this.floors = this.add("path", "floor");
    for (const [start, end, colour] of turns) {
      const bar = this.add("rect", `v${colour}`, { y: 90, height: 8, x: this.x(start) });
      bar.setAttribute("width", this.x(end) - this.x(start));
    }
    this.head = this.add("line", "playhead", { y1: 0, y2: 100 });
    this.at(null);
  }

  add(name, kind, attributes = {}) {
    const element = document.createElementNS(SVG, name);
    element.setAttribute("class", kind);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    this.svg.append(element);
    return element;
  }

  // Original seconds to units of the picture, and pixels of the window to seconds.
  x(t) {
    return (WIDTH * (t - this.from)) / (this.to - this.from);
  }

  t(pixel) {
    const { left, width } = this.svg.getBoundingClientRect();
    const t = this.from + ((this.to - this.from) * (pixel - left)) / width;
    return Math.max(this.from, Math.min(t, this.to));
  }

  get secondsPerPixel() {
    return (this.to - this.from) / this.svg.getBoundingClientRect().width;
  }

  async load(episode) {
    for (let start = this.from; start < this.to; start += AT_ONCE_S) {
      const end = Math.min(start + AT_ONCE_S, this.to);
      const answer = await fetch(`${root}/v1/episodes/${episode}/sound?start=${start}&end=${end}`);
      if (answer.ok) this.draw(await answer.json()); // else what is said and who speaks has to do
    }
  }

  draw({ start, hop_s, level_db, floor_db, silences }) {
    for (const one of silences) this.silences.push([one.start, one.end]);
    this.extend(this.levels, shape(level_db, (i) => this.x(start + i * hop_s)));
    this.extend(this.floors, shape(floor_db, (i) => this.x(start + i * hop_s)));
    const box = ({ start, end }) => `M${this.x(start)} 0H${this.x(end)}V84H${this.x(start)}z`;
    this.extend(this.quiet, silences.map(box).join(""));
  }

  extend(path, more) {
    path.setAttribute("d", (path.getAttribute("d") ?? "") + more);
  }

  mark(start, end) {
    this.span.setAttribute("x", this.x(start));
    this.span.setAttribute("width", Math.max(0, this.x(end) - this.x(start)));
  }

  // Where the sound is; nowhere for null.
  at(t) {
    const x = t === null ? -9 : this.x(t);
    this.head.setAttribute("x1", x);
    this.head.setAttribute("x2", x);
  }

  // The silence that is next to t in a direction, by its middle; undefined where there is none.
  silence(t, by) {
    const middles = this.silences.map(([start, end]) => (start + end) / 2);
    if (by > 0) return middles.find((middle) => middle > t + 0.005);
    return middles.findLast((middle) => middle < t - 0.005);
  }

  // t, or the middle of a silence that is as near as that.
  snapped(t, near_s) {
    const before = this.silence(t + 0.005, -1) ?? -Infinity;
    const after = this.silence(t - 0.005, 1) ?? Infinity;
    const nearest = t - before < after - t ? before : after;
    return Math.abs(nearest - t) <= near_s ? nearest : t;
  }
}

// Bars around the middle, one a level.
function shape(levels_db, x) {
  const parts = levels_db.map((db, i) => {
    const half = Math.max(0.5, MIDDLE * (1 - db / QUIETEST_DB));
    return `M${x(i).toFixed(2)} ${MIDDLE - half}H${x(i + 1).toFixed(2)}v${2 * half}H${x(i).toFixed(2)}z`;
  });
  return parts.join("");
}
