// What of a paragraph was typed anew, in whole words: words are [second, text], each text with the
// blank before it, so that joined they are the paragraph.

export const oneLine = (text) => text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
export const joined = (words) => words.map(([, text]) => text).join("");

// The words that changed, the first and the last alike left out; null where none did. `end` is the
// paragraph's. Of what is only put in, a neighbour goes with it, so that something is replaced.
export function difference(words, typed, end) {
  const before = joined(words);
  const after = oneLine(typed);
  if (before === after) return null;
  const edges = [0];
  for (const [, text] of words) edges.push(edges.at(-1) + text.length);
  let alike = 0;
  while (alike < before.length && before[alike] === after[alike]) alike++;
  let first = 0;
  while (first < words.length && ends(edges[first + 1], alike, before, after)) first++;
  const most = Math.min(before.length, after.length) - edges[first];
  let tail = 0;
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  let last = words.length;
  while (last > first && before.length - edges[last - 1] <= tail) last--;
  if (last === first) {
    if (first > 0) first--;
    else last++;
  }
  const rest = before.length - edges[last];
  const text = after.slice(edges[first], after.length - rest);
  const start = words[first][0];
  return {
    first,
    last,
    start,
    end: Math.max(words[last]?.[0] ?? end, start + 0.001),
    was: before.slice(edges[first], edges[last]).trim(),
    text: text.trim(),
  };
}

// Whether a word that ends at a letter does so in both texts, which are alike up to another.
function ends(letter, alike, before, after) {
  if (letter !== alike) return letter < alike;
  const blank = (text) => (text[letter] ?? " ") === " ";
  return !blank(before) || blank(after);
}

// The words after a difference: new ones share the time of the old by their letters, until the
// service has said when they are spoken.
export function laid(words, { first, last, start, end, text }) {
  const blank = words[first][1].startsWith(" ") ? " " : "";
  const fresh = (text && (blank + text).match(/ ?[^ ]+/g)) || [];
  const whole = fresh.join("").length || 1;
  let letters = 0;
  const timed = fresh.map((one) => {
    const at = start + ((end - start) * letters) / whole;
    letters += one.length;
    return [at, one];
  });
  return bare([...words.slice(0, first), ...timed, ...words.slice(last)]);
}

// The first word of a paragraph has no blank.
export const bare = ([first, ...rest]) => (first ? [[first[0], first[1].trimStart()], ...rest] : []);
