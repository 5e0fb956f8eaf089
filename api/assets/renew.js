// The transcript as the service has it by now, put into the page that is there: what reads the same
// stays, with the caret, the place on the screen and the sound.

const signs = new WeakMap();

// What a paragraph was known to read when it came, whatever is being typed in it.
export function sign(paragraph) {
  if (!signs.has(paragraph)) signs.set(paragraph, reading(paragraph));
  return signs.get(paragraph);
}

// It reads otherwise from now on.
export const resign = (paragraph) => signs.set(paragraph, reading(paragraph));

// The page as it is now, all of it.
export async function fetched() {
  const answer = await fetch(location.pathname);
  if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main.read");
}

// Change a page's transcript into a fresh one; `typing` is a paragraph that stays whatever it
// reads. The parts that are new.
export function renew(transcript, fresh, typing) {
  const there = new Map();
  for (const part of parts(transcript)) {
    const known = signOf(part);
    there.set(known, [...(there.get(known) ?? []), part]);
  }
  const added = [];
  const wanted = parts(fresh).map((part) => {
    const same = there.get(signOf(part))?.shift();
    if (same) return like(same, part);
    added.push(document.importNode(part, true));
    return added.at(-1);
  });
  const gone = [...there.values()].flat();
  const stays = gone.find((part) => part.contains(typing));
  for (const part of gone) if (part !== stays) part.remove();
  let place = first(transcript.firstElementChild, stays);
  for (const part of wanted) {
    if (part === place) place = first(place.nextElementSibling, stays);
    else transcript.insertBefore(part, place);
  }
  return added;
}

const parts = (section) => [...section.children].filter(isPart);
const isPart = (element) => element.matches(".said, details.ad");

// The first part from an element on; what else stands there is passed over.
function first(element, stays) {
  while (element && (!isPart(element) || element === stays)) element = element.nextElementSibling;
  return element;
}

function reading(paragraph) {
  const cite = paragraph.querySelector("cite:not(.nobody)");
  const text = paragraph.querySelector(".text").textContent;
  return JSON.stringify([paragraph.dataset.speaker, cite?.className, cite?.textContent, text]);
}

function signOf(part) {
  if (part.matches(".said")) return sign(part);
  const { start, end } = part.dataset;
  const said = [...part.querySelectorAll(".said")].map(sign);
  return JSON.stringify([start, end, part.querySelector("summary").textContent, said]);
}

// A part that reads the same has perhaps another number and other times.
function like(part, fresh) {
  const [mine, theirs] = [part, fresh].map((one) =>
    one.matches(".said") ? [one] : [...one.querySelectorAll(".said")],
  );
  mine.forEach((paragraph, i) => {
    paragraph.id = theirs[i].id;
    Object.assign(paragraph.dataset, theirs[i].dataset);
    const [old, anew] = [paragraph, theirs[i]].map((one) => one.querySelector(".time"));
    old.href = anew.getAttribute("href");
    old.replaceChildren(...document.importNode(anew, true).childNodes);
  });
  return part;
}
