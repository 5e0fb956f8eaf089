// What is done with a whole episode: cancelled, tried again, deleted.

import { root } from "./root.js";
import { send } from "./server.js";

const sure = document.querySelector("dialog.sure");
const WORDS = { cancel: "Cancel", retry: "Try again", delete: "Delete" };
const FITTING = {
  queued: ["cancel"],
  running: ["cancel"],
  failed: ["retry", "delete"],
  cancelled: ["retry", "delete"],
  done: ["delete"],
};

// Puts the buttons that fit a status in a place (absent where nothing may be changed).
// changed(episode) hears what became of it, null once it is deleted.
export function offer(place, { id, status, title }, changed) {
  if (!place || place.dataset.of === status) return;
  const focused = place.contains(document.activeElement);
  place.dataset.of = status; // rows change often, their buttons seldom
  place.replaceChildren(...FITTING[status].map((name) => button(name, id, title, changed)));
  if (focused) place.querySelector("button")?.focus();
}

function button(name, id, title, changed) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = WORDS[name];
  made.ariaLabel = `${WORDS[name]}: ${title}`;
  made.addEventListener("click", async () => {
    if (name === "delete" && !(await confirmed(title))) return;
    made.disabled = true;
    try {
      const address = `${root}/v1/episodes/${id}`;
      if (name === "delete") await send("DELETE", address);
      changed(name === "delete" ? null : await send("POST", `${address}:${name}`));
    } catch (error) {
      made.disabled = false;
      made.parentElement.querySelector("[role=alert]")?.remove();
      const said = document.createElement("span");
      said.role = "alert";
      said.textContent = ` ${error.message}`;
      made.parentElement.append(said);
    }
  });
  return made;
}

function confirmed(title) {
  sure.querySelector(".which").textContent = title;
  sure.returnValue = "no"; // what Escape leaves
  sure.showModal();
  return new Promise((told) => {
    sure.addEventListener("close", () => told(sure.returnValue === "yes"), { once: true });
  });
}
