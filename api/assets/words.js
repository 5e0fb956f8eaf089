// Where each word stands in the page and when it is spoken. The text stays plain text: words
// are ranges over it, so that a page of hours has no element a word.

const nodeOf = (paragraph) => paragraph.querySelector(".text").firstChild;

export class Words {
  // paragraphs: elements, numbered; timing: by number [ms since the word before, letters, ...].
  constructor(paragraphs, timing) {
    this.spoken = new Map();
    this.set(paragraphs, timing);
  }

  // The same anew; `typing` is a paragraph that somebody types in, whose words stay as they were.
  set(paragraphs, timing, typing = null) {
    const before = this.spoken.get(typing);
    this.spoken = new Map();
    for (const paragraph of paragraphs) {
      const told = timing[paragraph.dataset.number] ?? [];
      this.spoken.set(paragraph, paragraph === typing ? before : timed(paragraph, told));
    }
    this.index();
  }

  // Words of a paragraph changed, or null for one that is gone: [second, text].
  put(changes) {
    for (const [paragraph, words] of changes) {
      if (words) this.spoken.set(paragraph, words);
      else this.spoken.delete(paragraph);
    }
    this.index();
  }

  index() {
    const starts = [];
    const places = []; // [paragraph, first letter, letter after the last]
    for (const [paragraph, words] of this.spoken) {
      let letter = 0;
      for (const [start, text] of words) {
        starts.push(start);
        places.push([paragraph, letter, letter + text.length]);
        letter += text.length;
      }
    }
    // Voices overlap: what is looked up by time is in order of time.
    const order = starts.map((_, i) => i).sort((a, b) => starts[a] - starts[b] || a - b);
    this.starts = order.map((i) => starts[i]);
    this.places = order.map((i) => places[i]);
    this.byParagraph = new Map();
    this.places.forEach(([paragraph], i) => {
      if (!this.byParagraph.has(paragraph)) this.byParagraph.set(paragraph, []);
      this.byParagraph.get(paragraph).push(i);
    });
  }

  // The word spoken at second t: the last that has begun; -1 before the first.
  at(t) {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= t) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  // The word that holds a letter of a paragraph; -1 where none does.
  of(paragraph, letter) {
    const own = this.byParagraph.get(paragraph) ?? [];
    return own.find((i) => letter < this.places[i][2]) ?? own.at(-1) ?? -1;
  }

  range(i) {
    const [paragraph, first, last] = this.places[i];
    const text = nodeOf(paragraph);
    const range = new Range();
    if (text?.nodeType !== Node.TEXT_NODE) return range; // all of it was deleted
    const blank = text.data[first] === " " ? 1 : 0;
    range.setStart(text, Math.min(first + blank, text.length));
    range.setEnd(text, Math.min(last, text.length));
    return range;
  }
}

function timed(paragraph, told) {
  const text = nodeOf(paragraph)?.data ?? "";
  const words = [];
  let at = Number(paragraph.dataset.start) * 1000;
  let letter = 0;
  for (let k = 0; k < told.length; k += 2) {
    at += told[k];
    words.push([at / 1000, text.slice(letter, letter + told[k + 1])]);
    letter += told[k + 1];
  }
  return words;
}
