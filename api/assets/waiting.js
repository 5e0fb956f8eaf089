// Follows an episode that is being worked on, and shows its page once it is done.

import { offer } from "./does.js";
import { root } from "./root.js";

const main = document.querySelector("main.waiting");
const place = document.querySelector("[data-follow]");
if (place) {
  const bar = place.querySelector("progress");
  const said = place.querySelector("[role=status]");
  const events = new EventSource(place.dataset.follow);
  events.addEventListener("progress", (event) => {
    const told = JSON.parse(event.data);
    bar.value = told.progress;
    said.textContent = told.stage ?? told.status;
  });
  for (const end of ["done", "failed", "cancelled"]) {
    events.addEventListener(end, () => location.reload());
  }
}

const title = main.querySelector("h1").textContent;
offer(main.querySelector(".does"), { ...main.dataset, title }, (episode) => {
  if (episode) location.reload();
  else location.assign(`${root}/`);
});
