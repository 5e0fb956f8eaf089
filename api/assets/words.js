// Where each word stands in the page and when it is spoken. The text stays plain text: words
// are ranges over it, so that a page of hours has no element a word.

export class Words {
  // paragraphs: elements in order of time; timing: for each [ms since the word before, letters, ...].
  constructor(paragraphs, timing) {
    this.starts = [];
    this.places = []; // [paragraph, first letter, letter after the last]
    paragraphs.forEach((paragraph, i) => {
      let at = Number(paragraph.dataset.start) * 1000;
      let letter = 0;
      const told = timing[i] ?? [];
      for (let k = 0; k < told.length; k += 2) {
        at += told[k];
        const end = letter + told[k + 1];
        this.starts.push(at / 1000);
        this.places.push([paragraph, letter, end]);
        letter = end;
      }
    });
    // Voices overlap: what is looked up by time is in order of time.
    const order = this.starts.map((_, i) => i).sort((a, b) => this.starts[a] - this.starts[b] || a - b);
    this.starts = order.map((i) => this.starts[i]);
    this.places = order.map((i) => this.places[i]);
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
    const text = paragraph.querySelector(".text").firstChild;
    const range = new Range();
    const blank = text.data[first] === " " ? 1 : 0;
    range.setStart(text, Math.min(first + blank, text.length));
    range.setEnd(text, Math.min(last, text.length));
    return range;
  }
}
