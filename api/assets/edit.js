// Text fixed where it stands: what is typed into a paragraph is sent in whole words and shown at
// once, and as the service has it as soon as that has answered.

import { edges, place, set } from "./caret.js";
import { events, wasLeft, waits } from "./outbox.js";
import { fetched, renew, resign, sign } from "./renew.js";
import { root } from "./root.js";
import { Steps } from "./steps.js";
import { Voices } from "./voices.js";
import { bare, difference, joined, laid } from "./wording.js";

const FIELD = "input, select, textarea, dialog, [contenteditable]";
const ATTRIBUTES = ["contenteditable", "role", "aria-multiline", "aria-label"];
const textOf = (paragraph) => paragraph.querySelector(".text");

export class Editor {
  // page: what the rest of the page does: words, paragraphs, hear(second), still(), renewed(...).
  constructor(page, facts) {
    this.page = page;
    this.address = `${root}/v1/episodes/${facts.id}`;
    this.transcript = document.querySelector(".transcript");
    this.on = false;
    this.typing = null; // the paragraph that has the caret
    this.left = null; // and where the caret was last: [paragraph, letter]
    this.renewing = false;
    this.stale = false; // something was changed since the page was made
    this.steps = new Steps(this, facts);
    this.voices = new Voices(this);
    this.listen();
  }

  listen() {
    const acts = { edit: () => this.toggle(), part: () => this.part(), join: () => this.join() };
    for (const [act, does] of Object.entries(acts)) {
      const button = document.querySelector(`.tools [data-act="${act}"]`);
      button.addEventListener("mousedown", (event) => event.preventDefault()); // the caret stays
      button.addEventListener("click", does);
    }
    const { transcript } = this;
    transcript.addEventListener("focusin", (event) => this.enter(event.target));
    transcript.addEventListener("focusout", () => this.leave());
    transcript.addEventListener("keydown", (event) => this.key(event));
    transcript.addEventListener("click", (event) => {
      if (event.target.closest("cite button")) this.voices.open(event.target.closest(".said"));
    });
    document.addEventListener("keydown", (event) => {
      if (!this.steps.button.hidden && undoes(event) && !event.target.closest(FIELD)) this.steps.back(event);
    });
    addEventListener("pagehide", () => this.save());
    addEventListener("online", () => this.renew());
    events.addEventListener("answered", ({ detail }) => this.answered(detail));
    events.addEventListener("refused", ({ detail }) => this.refused(detail));
    if (wasLeft(this.address)) this.renew();
  }

  toggle() {
    this.save();
    this.on = !this.on;
    document.querySelector('.tools [data-act="edit"]').ariaPressed = String(this.on);
    document.querySelector(".editing").hidden = !this.on;
    this.steps.offer();
    for (const paragraph of this.page.paragraphs) this.prepare(paragraph);
  }

  // Make a paragraph one to type in, or one to read.
  prepare(paragraph) {
    sign(paragraph);
    const text = textOf(paragraph);
    if (this.on) nobody(paragraph);
    else paragraph.querySelector("cite.nobody")?.remove();
    const cite = paragraph.querySelector("cite");
    const name = cite?.textContent;
    for (const each of ATTRIBUTES) text.removeAttribute(each);
    cite?.replaceChildren(name);
    if (!this.on) return;
    text.contentEditable = "plaintext-only";
    text.role = "textbox";
    text.ariaLabel = `What ${name} says at ${paragraph.querySelector("time").textContent}`;
    const button = document.createElement("button");
    button.type = "button";
    button.ariaHasPopup = "dialog";
    button.append(name);
    cite.replaceChildren(button);
  }

  enter(target) {
    if (!this.on || !target.matches(".text")) return;
    this.typing = target.closest(".said");
    this.page.still(); // what is typed in stays where it is
  }

  leave() {
    if (!this.typing) return;
    this.left = [this.typing, place(textOf(this.typing))];
    this.save();
    this.typing = null;
  }

  key(event) {
    if (!this.typing || event.isComposing) return;
    const text = textOf(this.typing);
    const act = this.does(event, text);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  does(event, text) {
    const { key } = event;
    if (key === "Enter") return event.shiftKey ? () => this.part() : () => this.save();
    if (key === "Escape") return () => this.drop(text);
    if (key === " " && event.ctrlKey) return () => this.page.hear(this.typing, place(text));
    if (key === "Backspace" && getSelection().isCollapsed && place(text) === 0) return () => this.join();
    if (undoes(event) && !this.changed()) return () => this.steps.back(event);
    return null;
  }

  changed() {
    const { typing } = this;
    return typing ? difference(this.spoken(typing), textOf(typing).textContent, end(typing)) : null;
  }

  spoken(paragraph) {
    return this.page.words.spoken.get(paragraph) ?? [];
  }

  // Send what was typed.
  save() {
    const paragraph = this.typing;
    const change = this.changed();
    if (!paragraph || (!change && !this.spoken(paragraph).length)) return;
    if (change) this.page.words.put([[paragraph, laid(this.spoken(paragraph), change)]]);
    show(paragraph, this.spoken(paragraph));
    if (!change) return;
    const { start, end: until, was, text } = change;
    this.steps.text("correct", { start, end: until, text, was }, `“${was}” → “${text}”`);
  }

  // Leave a paragraph as it was.
  drop(text) {
    show(this.typing, this.spoken(this.typing));
    text.blur();
  }

  // Where the caret is, or was before a button had the focus.
  caret() {
    if (this.typing) return [this.typing, place(textOf(this.typing))];
    return this.left?.[0].isConnected ? this.left : [null, 0];
  }

  part() {
    const [paragraph, letter] = this.caret();
    this.save();
    const words = this.spoken(paragraph);
    const first = edges(words).findIndex((edge) => edge >= letter);
    if (first < 1 || first >= words.length) return;
    const [mine, theirs] = [words.slice(0, first), bare(words.slice(first))];
    const next = paragraph.cloneNode(true);
    const at = theirs[0][0];
    paragraph.dataset.end = next.dataset.start = String(at);
    next.id = `t=${at}`;
    next.querySelector(".time").href = `#t=${at}`;
    paragraph.after(next);
    this.page.paragraphs.splice(this.page.paragraphs.indexOf(paragraph) + 1, 0, next);
    this.page.words.put([[paragraph, mine], [next, theirs]]);
    show(paragraph, mine);
    show(next, theirs);
    this.prepare(next);
    set(textOf(next), 0);
    this.steps.text("part", { at }, "a paragraph parted");
  }

  join() {
    const [paragraph] = this.caret();
    if (!paragraph) return;
    this.save();
    const at = Number(paragraph.dataset.start);
    const before = paragraph.previousElementSibling;
    // Shown at once where it is plain; else the service knows whether it can be.
    if (before?.dataset.speaker === paragraph.dataset.speaker && before.matches(".said")) {
      const [first, ...rest] = this.spoken(paragraph);
      const words = this.spoken(before);
      const letter = joined(words).length;
      const all = first ? [...words, [first[0], ` ${first[1]}`], ...rest] : words;
      before.dataset.end = paragraph.dataset.end;
      this.typing = null; // what it says goes on in the other
      paragraph.remove();
      this.page.paragraphs.splice(this.page.paragraphs.indexOf(paragraph), 1);
      this.page.words.put([[before, all], [paragraph, null]]);
      show(before, all);
      set(textOf(before), letter + 1); // after the blank
    }
    this.steps.text("join", { at }, "a paragraph joined");
  }

  answered({ address }) {
    if (!address.startsWith(this.address)) return;
    if (!waits(this.address)) this.renew();
  }

  // What was typed stays in view, beside what the service has.
  refused({ address, body, message }) {
    if (!address.startsWith(this.address)) return;
    if (address.endsWith("text:correct")) {
      const near = this.page.paragraphs.findLast((one) => Number(one.dataset.start) <= body.start);
      const note = document.createElement("p");
      note.className = "note";
      note.append(`Not saved: “${body.text}” for “${body.was}”. ${message}`);
      near?.after(note);
    }
    if (!waits(this.address)) this.renew();
  }

  // Show the text as the service has it by now, once nothing is on its way any more.
  async renew() {
    this.stale = true;
    if (this.renewing) return;
    this.renewing = true;
    this.transcript.ariaBusy = "true";
    try {
      while (this.stale && !waits(this.address)) {
        this.stale = false;
        const [main, timing] = [await fetched(), await this.page.timing()];
        if (!this.stale && !waits(this.address)) this.show(main, timing);
      }
    } catch (error) {
      if (!(error instanceof TypeError)) this.page.again();
      // Else the connection is lost: what was typed is in view, and sent when it is there again.
    } finally {
      this.renewing = false;
      this.transcript.ariaBusy = "false";
    }
  }

  show(main, timing) {
    const [paragraph, letter] = this.caret();
    const typing = this.changed() ? this.typing : null;
    const focused = this.typing;
    const added = renew(this.transcript, main.querySelector(".transcript"), typing);
    for (const part of added) {
      const said = part.matches(".said") ? [part] : part.querySelectorAll(".said");
      for (const one of said) this.prepare(one);
    }
    this.page.renewed(main, timing, typing);
    this.steps.fresh(JSON.parse(main.dataset.facts));
    if (!focused || focused.isConnected) return;
    const start = Number(paragraph.dataset.start);
    const same = this.page.paragraphs.findLast((one) => Number(one.dataset.start) <= start + 0.05);
    if (same) set(textOf(same), Math.min(letter, textOf(same).textContent.length));
  }
}

// A place for the name of whoever it is, while it can be given.
function nobody(paragraph) {
  if (paragraph.querySelector("cite")) return;
  const cite = document.createElement("cite");
  cite.className = "voice nobody";
  cite.append("Somebody");
  paragraph.prepend(cite, " ");
}

const end = (paragraph) => Number(paragraph.dataset.end);
const undoes = (event) => event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;

// Have a paragraph read so, the caret where it was.
function show(paragraph, words) {
  const text = textOf(paragraph);
  const letter = document.activeElement === text ? place(text) : null;
  if (text.childNodes.length !== 1 || text.textContent !== joined(words)) {
    text.textContent = joined(words);
    if (letter !== null) set(text, Math.min(letter, text.textContent.length));
  }
  resign(paragraph);
}
