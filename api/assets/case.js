// A stretch that is decided about: its picture, its edges, what is said in it, what was decided.

import { Edge, onClock } from "./edge.js";
import { Wave } from "./wave.js";
import { Words } from "./words.js";

const VERDICTS = { cut: "Cut", keep: "Kept" };
const STATES = { cut: "cut", keep: "kept" };

const chosen = globalThis.Highlight ? new Highlight() : null;
if (chosen) CSS.highlights.set("chosen", chosen);

export class Case {
  // moved(case, edge): hears that a person moved an edge.
  constructor(element, moved) {
    this.element = element;
    this.facts = JSON.parse(element.dataset.facts);
    this.title = element.querySelector("h3");
    this.verdict = element.querySelector(".verdict");
    this.button = element.querySelector('[data-act="play"]');
    this.kind = element.querySelector('[name="kind"]');
    this.wave = new Wave(element.querySelector(".wave svg"), this.facts);
    this.words = new Words([element.querySelector(".around")], [this.facts.words]);
    this.range = null;
    this.here = null; // the second that was last clicked or heard
    const handles = [...element.querySelectorAll(".edge")]; // none where nothing may be changed
    this.edges = handles.map(
      (handle, i) =>
        new Edge(handle, this.wave, this, () => this.limits(i), () => {
          this.show();
          moved(this, this.edges[i]);
        }),
    );
    this.place(this.facts.start, this.facts.end);
  }

  get start() {
    return this.edges[0]?.t ?? this.facts.start;
  }

  get end() {
    return this.edges[1]?.t ?? this.facts.end;
  }

  get waits() {
    return ["waits", "chosen"].includes(this.element.dataset.state);
  }

  // How far an edge may go: not to the other one.
  limits(i) {
    const { from, to } = this.facts;
    return i === 0 ? [from, this.end - 0.1] : [this.start + 0.1, to];
  }

  place(start, end) {
    [start, end].forEach((t, i) => this.edges[i]?.place(t));
    this.show();
  }

  load(episode) {
    this.loaded ??= this.wave.load(episode);
  }

  show() {
    for (const edge of this.edges) edge.show(); // how far one may go is told by the other
    this.wave.mark(this.start, this.end);
    if (!chosen) return;
    if (this.range) chosen.delete(this.range);
    const [first, last] = [this.first(this.start), this.first(this.end) - 1];
    this.range = last < first ? null : this.words.range(first);
    if (!this.range) return;
    const end = this.words.range(last);
    this.range.setEnd(end.endContainer, end.endOffset);
    chosen.add(this.range);
  }

  // The first word whose middle is not before t.
  first(t) {
    return this.words.at(t - 1e-6) + 1;
  }

  // The word next to an edge, for who does not see it.
  next(t) {
    const i = this.first(t);
    return i < this.words.starts.length ? `, before “${this.words.range(i)}”` : "";
  }

  // Where the sound is; null where it is not heard.
  heard(t) {
    this.button.textContent = t === null ? "Play" : "Pause";
    if (t === null) return;
    this.here = t;
    this.wave.at(t);
  }

  decision(action) {
    const { start, end, facts } = this;
    const told = { start, end, decision: action, kind: this.kind.value, sponsor: facts.sponsor };
    const moved = start !== facts.start || end !== facts.end;
    if (action === "cut" && moved && this.element.dataset.state !== "chosen") {
      told.replaces = { start: facts.start, end: facts.end };
    }
    return told;
  }

  // Shown as decided; restore() takes it back.
  settle(action) {
    const { state } = this.element.dataset;
    const before = [state, this.verdict.textContent, this.facts, this.start, this.end];
    this.element.dataset.state = STATES[action];
    this.verdict.textContent = `${VERDICTS[action]} from ${onClock(this.start)} to ${onClock(this.end)}`;
    this.facts = { ...this.facts, start: this.start, end: this.end };
    this.place(this.start, this.end);
    return before;
  }

  restore([state, verdict, facts, start, end]) {
    this.element.dataset.state = state;
    this.verdict.textContent = verdict;
    this.facts = facts;
    this.place(facts.start, facts.end);
    [this.edges[0].t, this.edges[1].t] = [start, end];
    this.show();
  }
}
