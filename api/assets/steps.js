// What was changed, step by step, and how each step is taken back.

import { send } from "./outbox.js";

const MOST = 40; // letters that a button says of a step

export class Steps {
  // facts: how many corrections and moves there are from earlier; the outbox says what is refused.
  constructor(editor, facts) {
    this.editor = editor;
    this.made = []; // [what it was, how it is taken back], the last at the end
    this.button = document.querySelector('.tools [data-act="takeback"]');
    this.button.addEventListener("mousedown", (event) => event.preventDefault()); // the caret stays
    this.button.addEventListener("click", (event) => this.back(event));
    this.fresh(facts);
  }

  // What the service counts by now.
  fresh({ corrections, moves }) {
    this.corrections = corrections;
    this.moves = moves;
    this.offer();
  }

  text(verb, body, what) {
    this.corrections++;
    this.add(what, () => this.untext(), this.post(`text:${verb}`, body));
  }

  moved(verb, body, what) {
    this.moves++;
    this.add(what, () => this.unmoved(), this.post(`speakers:${verb}`, body));
  }

  named(label, name, before) {
    this.add(`the name ${name ?? label}`, () => this.name(label, before), this.name(label, name));
  }

  confirmed(label, person, name) {
    const sent = this.post("speakers:confirm", { speaker: label, person });
    this.add(`the name ${name}`, () => this.name(label, null), sent);
  }

  add(what, back, sent) {
    const step = [what, back];
    this.made.push(step);
    this.offer();
    sent.catch(() => {
      this.made = this.made.filter((one) => one !== step);
      this.offer();
    });
  }

  back(event) {
    event.preventDefault();
    this.editor.save();
    const step = this.next();
    this.made.pop();
    step?.[1]().catch(() => {});
    this.offer();
  }

  // The step that is taken back next; where none was made here, one of an earlier visit.
  next() {
    if (this.made.length) return this.made.at(-1);
    if (this.corrections) return ["the last correction", () => this.untext()];
    return this.moves ? ["voices merged or split", () => this.unmoved()] : null;
  }

  untext() {
    return this.post("text:undo", { number: this.corrections-- });
  }

  unmoved() {
    return this.post("speakers:undo", { number: this.moves-- });
  }

  name(label, name) {
    return send("PATCH", this.editor.address, { speakers: { [label]: name } });
  }

  post(what, body) {
    return send("POST", `${this.editor.address}/${what}`, body);
  }

  offer() {
    const [what] = this.next() ?? [];
    this.button.hidden = !this.editor.on && !this.made.length;
    this.button.disabled = !what;
    this.button.textContent = what ? `Undo: ${what.length > MOST ? `${what.slice(0, MOST)}…` : what}` : "Undo";
  }
}
