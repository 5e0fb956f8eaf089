// Decides, one after the other, what waits for a person: with eyes, ears and the keyboard alone.

import { Case } from "./case.js";
import { Decisions } from "./decisions.js";
import { keyboard } from "./keys.js";
import { Listener } from "./listen.js";
import { events, wasLeft, waits } from "./outbox.js";
import { root } from "./root.js";

const EDGE_S = 0.5; // heard on either side of an edge that is moved
const BEFORE_S = 2; // heard before a cut
const AFTERWARDS = "told once the page is loaded anew";
const REST_MS = 200; // an edge that has come to rest is heard

const main = document.querySelector("main.review");
const facts = JSON.parse(main.dataset.facts);
const panel = document.querySelector(".player");
const told = panel.querySelector(".told");
const undoing = panel.querySelector('[data-act="undo"]'); // missing where nothing may be changed
const hear = panel.querySelector('[name="hear"]');
const keys = document.querySelector("dialog.keys");
const decisions = new Decisions(facts.id, facts.decisions);
const cases = [...main.querySelectorAll(".case")].map((element) => new Case(element, moved));
const made = []; // [case, what it was before], the latest last
let current = 0;
let heard = null; // the case that is listened to
let rest = 0;

const listener = new Listener(`${root}/v1/episodes/${facts.id}/audio?clock=original`, (t) => heard?.heard(t));

function play(one, ...stretches) {
  if (!facts.audio) return;
  if (heard !== one) heard?.heard(null);
  heard = one;
  listener.play(...stretches.map(([start, end]) => [Math.max(0, start), Math.min(end, facts.duration)]));
}

function moved(one, edge) {
  clearTimeout(rest);
  if (hear.checked) rest = setTimeout(() => play(one, [edge.t - EDGE_S, edge.t + EDGE_S]), REST_MS);
}

function look(i) {
  cases[current]?.element.removeAttribute("aria-current");
  current = i;
  cases[current]?.element.setAttribute("aria-current", "true");
}

const looking = () => cases[current]?.element.contains(document.activeElement);

function go(i) {
  if (!cases[i]) return;
  look(i);
  cases[i].title.focus({ preventScroll: true });
  cases[i].element.scrollIntoView({ block: "start" });
}

// The next one that waits, from here on; where none does, the heading that says so.
function goOn() {
  const order = cases.map((_, i) => (current + i) % cases.length);
  const next = order.find((i) => cases[i].waits);
  if (next === undefined) document.querySelector("#waiting").focus();
  else go(next);
}

function say(sentence) {
  const left = cases.filter((one) => one.waits).length;
  main.querySelector(".left").textContent = String(left);
  if (undoing) undoing.disabled = !made.length && !decisions.count;
  told.textContent = `${sentence} ${left || "Nothing"} left to decide.`;
}

async function decide(one, action) {
  if (!undoing) return;
  const waited = one.waits;
  const decision = one.decision(action);
  const before = one.settle(action);
  say(action === "cut" ? "Cut." : "Kept.");
  if (waited) goOn();
  try {
    if (await decisions.decide(decision)) made.push([one, before]);
    undoing.disabled = !decisions.count;
  } catch (error) {
    one.restore(before);
    say(error.message);
  }
}

async function undo() {
  await decisions.last; // what is not answered yet may be refused
  if (!decisions.count) return;
  try {
    await decisions.undo();
  } catch (error) {
    say(error.message);
    return;
  }
  const [one, before] = made.pop() ?? [];
  if (!one) {
    sessionStorage.setItem(AFTERWARDS, "Taken back.");
    location.reload(); // it was decided before this page was made
    return;
  }
  one.restore(before);
  say("Taken back.");
  go(cases.indexOf(one));
}

function toggle(one) {
  if (listener.playing && heard === one) return listener.pause();
  const { from, to } = one.facts;
  const paused = one.here !== null && one.here < to - EDGE_S;
  return play(one, [paused ? one.here : Math.max(from, one.start - BEFORE_S), to]);
}

// An edge where the sound is.
function put(one, i) {
  if (one.here === null) told.textContent = "Click in the picture, or play, first.";
  else one.edges[i].move(one.here);
}

const acts = {
  cut: (one) => decide(one, "cut"),
  keep: (one) => decide(one, "keep"),
  play: toggle,
  across: (one) => play(one, [one.start - BEFORE_S, one.start], [one.end, one.facts.to]),
  start: (one) => put(one, 0),
  end: (one) => put(one, 1),
};

// With the case that is looked at, if there is one.
const act = (name) => () => cases[current] && acts[name](cases[current]);
const edge = (i) => () => cases[current]?.edges[i]?.handle.focus();

keyboard(keys, {
  n: () => go(looking() ? current + 1 : current),
  p: () => go(current - 1),
  " ": act("play"),
  a: act("across"),
  x: act("cut"),
  o: act("keep"),
  u: () => undoing && undo(),
  "[": edge(0),
  "]": edge(1),
  h: () => hear?.click(),
  "?": () => keys.showModal(),
});

main.addEventListener("focusin", (event) => {
  const i = cases.findIndex((one) => one.element.contains(event.target));
  if (i >= 0) look(i);
});

main.addEventListener("click", (event) => {
  const one = cases.find((each) => each.element.contains(event.target));
  if (!one) return;
  look(cases.indexOf(one));
  const { act: name } = event.target.dataset;
  if (name) acts[name](one);
  else if (event.target.closest(".wave svg")) {
    one.here = one.wave.t(event.clientX);
    one.wave.at(one.here);
    play(one, [one.here, one.facts.to]);
  }
});

// This page was made before what an earlier one left had arrived.
function late() {
  const place = `${root}/v1/episodes/${facts.id}`;
  if (wasLeft(place) && !waits(place)) location.reload();
}
events.addEventListener("answered", late);
late();

undoing?.addEventListener("click", undo);
hear?.addEventListener("change", () => {
  told.textContent = hear.checked ? "Edges are heard as they move." : "Edges move in silence.";
});
panel.querySelector('[data-act="keys"]').addEventListener("click", () => keys.showModal());

const near = new IntersectionObserver(
  (seen) => {
    for (const { target, isIntersecting } of seen) {
      if (isIntersecting) cases.find((one) => one.element === target).load(facts.id);
    }
  },
  { rootMargin: "50%" },
);
for (const one of cases) {
  one.element.querySelector(".bench").hidden = false;
  near.observe(one.element);
}
if (!facts.audio) {
  for (const button of main.querySelectorAll('[data-act="play"], [data-act="across"]')) button.hidden = true;
}
panel.hidden = false;
look(0);
if (cases[0]?.element.dataset.state === "chosen") go(0);
if (sessionStorage.getItem(AFTERWARDS)) say(sessionStorage.getItem(AFTERWARDS));
sessionStorage.removeItem(AFTERWARDS);
document.documentElement.dataset.ready = "yes";
