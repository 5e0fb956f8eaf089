// Press play and read along: sound and text kept together.

import { Clock } from "./clock.js";
import { Decisions } from "./decisions.js";
import { Editor } from "./edit.js";
import { Finder } from "./find.js";
import { keyboard } from "./keys.js";
import { root } from "./root.js";
import { offer } from "./selected.js";
import { Words } from "./words.js";

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
const main = document.querySelector("main.read");
const facts = JSON.parse(main.dataset.facts);
const audio = document.querySelector(".player audio");
const tools = document.querySelector(".tools");
const follow = tools.querySelector('[data-act="follow"]');
const keys = document.querySelector("dialog.keys");
const clock = new Clock(facts.cuts);
const inTime = () =>
  [...main.querySelectorAll(".said")].sort((a, b) => a.dataset.number - b.dataset.number);
const paragraphs = inTime();
const decisions = new Decisions(facts.id, facts.decisions);
const spoken = globalThis.Highlight ? new Highlight() : null;
if (spoken) CSS.highlights.set("spoken", spoken);

let words = null;
let editor = null; // where the page may be changed
let clean = true; // which audio is loaded
let lit = -1;
let now = null; // the paragraph that is spoken
let stop = null; // where to stop, original seconds: the end of an ad that is listened to

// Original seconds of what is heard.
const position = () => (clean ? clock.toOriginal(audio.currentTime) : audio.currentTime);

const cutAt = (t) => facts.cuts.some(([start, end]) => start <= t && t < end);

function load(wantClean) {
  if (wantClean === clean) return;
  const at = position();
  const playing = !audio.paused;
  const speed = audio.playbackRate;
  clean = wantClean;
  tools.querySelector('[name="ads"]').checked = !clean;
  const which = clean ? "clean" : "original";
  audio.src = `${root}/v1/episodes/${facts.id}/audio?clock=${which}`;
  audio.querySelector("track").src = `${root}/v1/episodes/${facts.id}/transcript?format=vtt&clock=${which}`;
  audio.currentTime = clean ? clock.toClean(at) : at;
  audio.playbackRate = speed;
  if (playing) play();
}

const play = () => audio.play().catch(() => {}); // what is wrong, its error tells

function silent() {
  if (clean) load(false); // it is being cut anew, or cannot be: rather with ads than not at all
  else tools.querySelector(".found").textContent = "The audio cannot be played.";
}

// Go to an original second; in an ad, with the original audio.
function seek(t, playing = false) {
  t = Math.max(0, Math.min(t, facts.duration));
  if (cutAt(t)) load(false);
  stop = null;
  audio.currentTime = clean ? clock.toClean(t) : t;
  if (playing) play();
  show();
}

function show() {
  const t = position();
  if (stop !== null && t >= stop) {
    audio.pause();
    stop = null;
  }
  const x = String((1000 * t) / facts.duration);
  const playhead = main.querySelector(".playhead");
  playhead.setAttribute("x1", x);
  playhead.setAttribute("x2", x);
  if (!words) return;
  let word = words.at(t + 0.02); // half a frame ahead: a picture is shown after it is made
  if (clean && word >= 0 && cutAt(words.starts[word])) word = -1;
  if (word === lit) return;
  lit = word;
  spoken?.clear();
  if (word < 0) return;
  const [paragraph] = words.places[word];
  spoken?.add(words.range(word));
  if (paragraph !== now) reach(paragraph);
}

function reach(paragraph) {
  now?.classList.remove("now");
  now = paragraph;
  now.classList.add("now");
  const ad = now.closest("details");
  if (ad && !clean) ad.open = true;
  if (follow.ariaPressed === "true" && !audio.paused) now.scrollIntoView({ block: "center" });
}

function frame() {
  show();
  if (!audio.paused) requestAnimationFrame(frame);
}

function following(yes) {
  follow.ariaPressed = String(yes);
  if (yes) now?.scrollIntoView({ block: "center" });
}

function speed(by) {
  const i = SPEEDS.indexOf(audio.playbackRate) + by;
  audio.playbackRate = SPEEDS[Math.max(0, Math.min(i, SPEEDS.length - 1))];
}

function step(by) {
  const i = Math.max(0, Math.min(paragraphs.indexOf(now) + by, paragraphs.length - 1));
  seek(Number(paragraphs[i].dataset.start));
  paragraphs[i].scrollIntoView({ block: "center" });
}

// The letter of the text under the pointer.
function letter(event) {
  const at = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  if (at) return [at.offsetNode, at.offset];
  const range = document.caretRangeFromPoint?.(event.clientX, event.clientY);
  return range ? [range.startContainer, range.startOffset] : [null, 0];
}

main.addEventListener("click", (event) => {
  const text = event.target.closest(".text");
  if (!text || !words || text.isContentEditable || !getSelection().isCollapsed) return;
  const [node, offset] = letter(event);
  if (node !== text.firstChild) return;
  const word = words.of(text.parentElement, offset);
  if (word >= 0) seek(words.starts[word], true);
});

main.addEventListener("click", (event) => {
  const strip = event.target.closest(".talk svg");
  if (!strip) return;
  const box = strip.getBoundingClientRect();
  seek((facts.duration * (event.clientX - box.left)) / box.width);
});

main.addEventListener("click", (event) => {
  const act = event.target.dataset?.act;
  const ad = event.target.closest("details.ad");
  if (!ad || !act) return;
  const start = Number(ad.dataset.start);
  const end = Number(ad.dataset.end);
  if (act === "play") {
    load(false);
    seek(start, true);
    stop = end;
  }
  if (act === "keep") putBack(event.target, { start, end, decision: "keep" });
});

// Once it is decided the page is renewed; the step can be taken back as any other.
async function putBack(button, decision) {
  button.disabled = true;
  const sent = decisions.decide(decision);
  editor.steps.add("the ad put back", () => decisions.undo(), sent);
  await sent.catch(() => (button.disabled = false)); // the outbox has said why
}

const acts = {
  " ": () => (audio.paused ? play() : audio.pause()),
  k: () => (audio.paused ? play() : audio.pause()),
  j: () => seek(position() - 10),
  l: () => seek(position() + 10),
  ArrowLeft: () => seek(position() - 5),
  ArrowRight: () => seek(position() + 5),
  ArrowUp: () => step(-1),
  ArrowDown: () => step(1),
  "<": () => speed(-1),
  ">": () => speed(1),
  f: () => following(follow.ariaPressed !== "true"),
  e: () => editor?.toggle(),
  "/": () => tools.querySelector('[name="find"]').focus(),
  "?": () => keys.showModal(),
};

keyboard(keys, acts, ({ target, key }) => {
  if (target === audio && key !== "/") audio.blur(); // its own keys would act twice
});

const choose = tools.querySelector('[data-act="choose"]');
if (choose) {
  offer(choose, facts.id, () => words, (why) => (tools.querySelector(".found").textContent = why));
}

for (const moved of ["wheel", "touchmove"]) {
  addEventListener(moved, () => following(false), { passive: true });
}
follow.addEventListener("click", () => following(follow.ariaPressed !== "true"));
tools.querySelector('[data-act="keys"]').addEventListener("click", () => keys.showModal());
tools.querySelector('[name="ads"]').addEventListener("change", (e) => load(!e.target.checked));
const choice = tools.querySelector('[name="speed"]');
choice.addEventListener("change", () => (audio.playbackRate = Number(choice.value)));
audio.addEventListener("ratechange", () => (choice.value = String(audio.playbackRate)));
audio.addEventListener("error", silent);
audio.addEventListener("play", frame);
audio.addEventListener("seeked", show);
audio.addEventListener("timeupdate", show); // where frames are not drawn

function toHash() {
  const t = Number.parseFloat(location.hash.slice(3));
  if (!location.hash.startsWith("#t=") || !(t >= 0)) return;
  seek(t);
  if (!document.getElementById(location.hash.slice(1))) now?.scrollIntoView({ block: "center" });
}
addEventListener("hashchange", toHash);

new Finder(tools.querySelector(".find input"), tools.querySelector(".found"), paragraphs);
const timing = async () => (await fetch(`${root}/episodes/${facts.id}/words`)).json();
words = new Words(paragraphs, await timing());

// Hear what is said from a letter on; stop where something is heard.
function hear(paragraph, place) {
  const word = words.of(paragraph, place);
  if (!audio.paused) audio.pause();
  else if (word >= 0) seek(words.starts[word], true);
}

// The page was changed into a fresh one, all but the paragraph that somebody types in.
function renewed(fresh, told, typing) {
  const { cuts } = JSON.parse(fresh.dataset.facts);
  if (String(cuts) !== String(facts.cuts)) load(false); // the audio without ads is made anew
  facts.cuts = clock.cuts = cuts;
  paragraphs.splice(0, Infinity, ...inTime());
  words.set(paragraphs, told, typing);
  main.querySelector(".talk").replaceWith(document.importNode(fresh.querySelector(".talk"), true));
  for (const place of main.querySelectorAll(".acts")) place.hidden = false;
  const track = audio.querySelector("track");
  track.src = track.getAttribute("src"); // captions are read anew
  lit = -1;
  show();
}

const page = {
  words,
  paragraphs,
  hear,
  renewed,
  timing,
  still: () => following(false),
  again() {
    history.replaceState(null, "", `#t=${position()}`);
    location.reload();
  },
};
if (tools.querySelector('[data-act="edit"]')) editor = new Editor(page, facts);
for (const place of document.querySelectorAll(".acts, .tools")) place.hidden = false;
toHash();
show();
if (audio.error) silent(); // before anybody listened
document.documentElement.dataset.ready = "yes";
