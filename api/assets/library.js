// The library: live progress of all episodes, and files dropped anywhere sent in.

import { offer } from "./does.js";
import { root } from "./root.js";
import { upload } from "./upload.js";

const AT_ONCE = 2; // uploads; the connection is the bottleneck
const NO_SOUND = /^(text|image|font)\/|^application\/(pdf|json|zip)$/;
const main = document.querySelector("main.library");
const drop = document.querySelector(".drop");
const waiting = [];
let active = 0;

// One episode's row as it is now; new ones come first in their show.
function show(episode, wanted = fits(episode)) {
  let row = main.querySelector(`li[data-id="${episode.id}"]`);
  if (!row && !wanted) return;
  if (!row) {
    row = document.querySelector("#row").content.firstElementChild.cloneNode(true);
    row.dataset.id = episode.id;
  }
  const before = row.closest(".show");
  if (before?.dataset.show !== (episode.show ?? "")) {
    list(episode.show ?? "").prepend(row); // what show it is of tells the file, once it is read
    tidy(before);
  }
  const link = row.querySelector("a");
  link.href = `${root}/episodes/${episode.id}`;
  link.textContent = episode.title ?? episode.source;
  row.dataset.status = episode.status;
  row.querySelector(".aside").replaceChildren(...figures(episode));
  state(row.querySelector(".state"), episode);
  offers(row);
}

// Whether an episode that is new belongs on this page.
function fits(episode) {
  if (main.dataset.part) return false; // it shows what fits a question, or older ones
  return !main.dataset.show || main.dataset.show === episode.show;
}

function offers(row) {
  const { id, status } = row.dataset;
  const title = row.querySelector("a").textContent;
  offer(row.querySelector(".does"), { id, status, title }, (episode) => {
    if (episode) show(episode);
    else remove(row);
  });
}

function remove(row) {
  const section = row.closest(".show");
  const near = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  tidy(section);
  (near ?? main).querySelector("a, button, input").focus(); // who comes by keys stays near
}

function tidy(section) {
  if (section && !section.querySelector("li")) section.remove();
}

function list(name) {
  const known = [...main.querySelectorAll(".show")].find((one) => one.dataset.show === name);
  if (known) return known.querySelector("ul");
  const section = document.createElement("section");
  section.className = "show";
  section.dataset.show = name;
  const title = document.createElement("h2");
  title.textContent = name || "Without a show";
  section.ariaLabel = title.textContent;
  const episodes = document.createElement("ul");
  episodes.className = "episodes";
  section.append(title, episodes);
  main.querySelector(".empty")?.remove();
  main.querySelector(".narrow").after(section);
  return episodes;
}

function figures({ id, duration_s, summary }) {
  const told = [];
  if (duration_s) told.push(runtime(duration_s));
  if (summary) {
    told.push(`${summary.speakers} speaker${summary.speakers === 1 ? "" : "s"}`);
    told.push(`${summary.ads} ad${summary.ads === 1 ? "" : "s"} removed`);
  }
  if (!summary?.to_review) return [told.join(" · ")];
  const review = document.createElement("a");
  review.href = `${root}/episodes/${id}/review`;
  review.textContent = `${summary.to_review} to review`;
  return [`${told.join(" · ")} · `, review];
}

function runtime(duration_s) {
  const minutes = Math.round(duration_s / 60);
  if (minutes < 1) return "<1m";
  return minutes < 60 ? `${minutes}m` : `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}

function state(place, { status, stage, progress, eta_s, error }) {
  if (status !== "queued" && status !== "running") {
    place.textContent = status === "done" ? "" : (error ?? status);
    return;
  }
  let bar = place.querySelector("progress");
  if (!bar) {
    bar = document.createElement("progress");
    bar.max = 1;
    bar.ariaLabel = "done";
    place.replaceChildren(bar, new Text());
  }
  bar.value = progress;
  const left = eta_s ? `, about ${Math.ceil(eta_s / 60)} min left` : "";
  bar.nextSibling.data = ` ${stage ?? status}${left}`;
}

function send(files) {
  for (const file of files) {
    const place = row(file);
    if (!NO_SOUND.test(file.type)) waiting.push([file, place]);
    else over(place, `${file.name} is no audio (${file.type}): it was not sent.`);
  }
  while (active < AT_ONCE && waiting.length) next();
}

async function next() {
  const [file, place] = waiting.shift();
  const [bar, said] = place.querySelectorAll("progress, .said");
  active += 1;
  try {
    const episode = await upload(file, (fraction, sentence) => {
      if (fraction !== null) bar.value = fraction;
      said.textContent = sentence;
    });
    const answer = await fetch(episode);
    if (answer.ok) show(await answer.json(), true);
    place.remove();
  } catch (error) {
    over(place, error.message);
  }
  active -= 1;
  if (waiting.length) next();
}

function over(place, sentence) {
  place.querySelector("progress").remove();
  place.querySelector(".said").textContent = sentence;
}

function row(file) {
  const place = document.createElement("li");
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.ariaLabel = `${file.name} sent`;
  const said = document.createElement("span");
  said.className = "said";
  place.append(`${file.name} `, bar, " ", said);
  drop.querySelector(".sending").append(place);
  return place;
}

if (drop) {
  drop.hidden = false;
  const choice = drop.querySelector("input");
  choice.addEventListener("change", () => {
    send(choice.files);
    choice.value = "";
  });
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("over");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("over");
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("over");
    send(event.dataTransfer.files);
  });
  addEventListener("beforeunload", (event) => {
    if (active) event.preventDefault();
  });
}

for (const row of main.querySelectorAll("li[data-id]")) offers(row);
// From when the page was made on: what changed while it was on its way is told as well.
const events = new EventSource(`${root}/v1/events?since=${main.dataset.since}`);
events.addEventListener("episode", (event) => show(JSON.parse(event.data)));
