// Words that are selected can be cut: the button for it, and when they are said.

// words(): where each word stands, or null while that is not known; say: hears why not.
import { root } from "./root.js";

export function offer(button, episode, words, say) {
  document.addEventListener("selectionchange", () => {
    button.hidden = getSelection().isCollapsed;
  });
  button.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
  button.addEventListener("click", () => {
    const [start, end] = (words() && selected(words())) ?? [];
    if (end) location.assign(`${root}/episodes/${episode}/review?start=${start}&end=${end}`);
    else say("Nothing that is said is selected.");
  });
}

// [start, end) in original seconds; null where nothing that is said is selected.
function selected(words) {
  const range = getSelection().getRangeAt(0);
  const said = words.places.flatMap((_, i) => (within(range, words, i) ? [i] : []));
  if (!said.length) return null;
  const after = words.starts[said.at(-1) + 1];
  return [words.starts[said[0]], after ?? words.starts[said.at(-1)] + 1];
}

function within(range, words, i) {
  if (!range.intersectsNode(words.places[i][0])) return false;
  const word = words.range(i);
  return (
    range.compareBoundaryPoints(Range.START_TO_END, word) > 0 &&
    range.compareBoundaryPoints(Range.END_TO_START, word) < 0
  );
}
