// What was sent and is not answered yet. It lies in this browser, by episode and in order, until the
// server has answered: a lost connection or a closed page costs nothing.

import { root } from "./root.js";
import { headers } from "./server.js";

const WAITS_S = [1, 2, 5, 10, 30];
const PATIENCE_MS = 30_000; // a connection that is lost may never say so
const PASSING = [408, 425, 429, 502, 503, 504]; // troubles that pass
const LOST = "Not saved yet: the connection is lost; it goes on by itself.";
const LOGIN = "Not saved yet: log in again, then it goes on.";

// "answered" and "refused", with {method, address, body, told or message} as detail: also of what an
// earlier page, or another one, sent.
export const events = new EventTarget();

class Refused extends Error {}
class Unknown extends Error {} // nobody is logged in any more

const boxes = new Map();
const left = new Set(); // boxes that an earlier page left something in
const told = new BroadcastChannel("outbox"); // answers, to other pages of this browser

// As server.js: the answer, or an Error with the server's sentence where it refuses.
export function send(method, address, body) {
  return box(address).put({ method, address, body });
}

// Whether anything about the episode of this address waits.
export const waits = (address) => box(address).items().length > 0;

// Whether an earlier page left something of it: what this page shows was perhaps made before that arrived.
export const wasLeft = (address) => left.has(box(address));

function box(address) {
  const episode = address.match(/\/v1\/episodes\/(\w+)/)?.[1] ?? "";
  if (!boxes.has(episode)) boxes.set(episode, new Box(episode));
  return boxes.get(episode);
}

class Box {
  constructor(episode) {
    this.prefix = `outbox ${episode} `;
    this.unkept = new Map(); // where the browser keeps nothing
    this.asked = new Map(); // those of this page: [resolve, reject]
    this.count = 0;
    this.busy = false;
    this.wake = () => {};
  }

  put(item) {
    // Keys sort as they were sent, of all pages of this browser.
    const count = String(this.count++).padStart(6, "0");
    const key = `${this.prefix}${Date.now()} ${count} ${Math.random()}`;
    try {
      localStorage.setItem(key, JSON.stringify(item));
    } catch {
      this.unkept.set(key, item); // full or forbidden: the page asks before it is left
    }
    const answer = new Promise((resolve, reject) => this.asked.set(key, [resolve, reject]));
    this.wake();
    this.flush();
    return answer;
  }

  // [key, item], the oldest first.
  items() {
    const kept = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
    const found = kept.map((key) => [key, JSON.parse(localStorage.getItem(key))]);
    return [...found, ...this.unkept].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  async flush() {
    if (this.busy) return;
    this.busy = true;
    const done = await alone(this.prefix, () => this.empty());
    this.busy = false;
    if (done && this.items().length) this.flush();
  }

  // Send all there is; false where that has to wait for somebody.
  async empty() {
    for (let failed = 0; ; ) {
      const [first] = this.items();
      if (!first) return true;
      const [key, item] = first;
      if (!failed) say("Saving…");
      try {
        const answer = await ask(item);
        this.end(key, { ...item, told: answer });
        failed = 0;
      } catch (error) {
        if (error instanceof Unknown) {
          say(LOGIN);
          return false;
        }
        if (error instanceof Refused) {
          this.end(key, { ...item, message: error.message });
          failed = 0;
          continue;
        }
        say(LOST);
        await this.pause(WAITS_S[Math.min(failed++, WAITS_S.length - 1)]);
      }
    }
  }

  end(key, result) {
    localStorage.removeItem(key);
    this.unkept.delete(key);
    this.answer(key, result);
    told.postMessage({ key, result });
  }

  answer(key, result) {
    const refused = "message" in result;
    if (refused) say(`Not saved: ${result.message}`);
    else if (!this.items().length) say("Saved.");
    events.dispatchEvent(new CustomEvent(refused ? "refused" : "answered", { detail: result }));
    const [resolve, reject] = this.asked.get(key) ?? [];
    this.asked.delete(key);
    if (refused) reject?.(new Error(result.message));
    else resolve?.(result.told);
  }

  pause(s) {
    return new Promise((done) => {
      this.wake = done;
      setTimeout(done, 1000 * s);
    });
  }
}

async function ask({ method, address, body }) {
  const answer = await fetch(address, {
    method,
    headers: { ...headers(), "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const problem = await answer.json().catch(() => ({}));
  const sentence = problem.detail ?? answer.statusText;
  if (answer.status === 401) throw new Unknown(sentence);
  throw new (PASSING.includes(answer.status) ? Error : Refused)(sentence);
}

// Of several pages of an episode one sends at a time. Browsers know locks only where the connection
// is safe; elsewhere two may send the same, which the service takes for one.
function alone(name, work) {
  return navigator.locks ? navigator.locks.request(name, work) : work();
}

// The page's small line about it.
function say(sentence) {
  const line = document.querySelector(".outbox");
  if (line && line.textContent !== sentence) line.textContent = sentence;
}

told.addEventListener("message", ({ data: { key, result } }) => box(result.address).answer(key, result));
addEventListener("online", () => {
  for (const each of boxes.values()) each.wake();
});
addEventListener("beforeunload", (event) => {
  if ([...boxes.values()].some((each) => each.unkept.size)) event.preventDefault();
});

// What an earlier page left, whichever episode's.
for (const key of Object.keys(localStorage)) {
  const [, episode] = key.match(/^outbox (\w*) /) ?? [];
  if (episode === undefined) continue;
  left.add(box(`${root}/v1/episodes/${episode}`));
}
for (const each of left) each.flush();
