// Where the caret stands in a text, counted in letters.

export function place(text) {
  const selection = getSelection();
  if (!text.contains(selection.focusNode)) return 0;
  const before = new Range();
  before.selectNodeContents(text);
  before.setEnd(selection.focusNode, selection.focusOffset);
  return before.toString().length;
}

export function set(text, letter) {
  text.focus();
  const node = text.firstChild;
  if (node) getSelection().collapse(node, Math.min(letter, node.length ?? 0));
}

// The letter at which each of some words begins, after its blank.
export function edges(words) {
  let letter = 0;
  return words.map(([, text]) => {
    const edge = letter + (text.startsWith(" ") ? 1 : 0);
    letter += text.length;
    return edge;
  });
}
