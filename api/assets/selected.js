// The stretch of time in which the selected words are said.

// [start, end) in original seconds; null where nothing that is said is selected.
export function selected(words) {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
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
