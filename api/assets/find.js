// Finds text in the transcript: all places lit, Enter for the next one.

export class Finder {
  constructor(input, status, paragraphs) {
    this.input = input;
    this.status = status;
    this.paragraphs = paragraphs;
    this.ranges = [];
    this.at = -1;
    this.lit = globalThis.Highlight ? new Highlight() : null;
    if (this.lit) CSS.highlights.set("found", this.lit);
    input.addEventListener("input", () => this.find());
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.next(event.shiftKey ? -1 : 1);
      if (event.key === "Escape") input.blur();
    });
  }

  find() {
    const wanted = this.input.value.trim().toLowerCase();
    this.ranges = wanted.length > 1 ? [...this.places(wanted)] : [];
    this.at = -1;
    this.lit?.clear();
    for (const range of this.ranges) this.lit?.add(range);
    this.say();
  }

  *places(wanted) {
    for (const paragraph of this.paragraphs) {
      const node = paragraph.querySelector(".text").firstChild;
      if (node?.nodeType !== Node.TEXT_NODE) continue; // all of it was deleted
      const text = node.data.toLowerCase();
      if (text.length !== node.data.length) continue; // letters that lower-case to several
      for (let i = text.indexOf(wanted); i >= 0; i = text.indexOf(wanted, i + wanted.length)) {
        const range = new Range();
        range.setStart(node, i);
        range.setEnd(node, i + wanted.length);
        yield range;
      }
    }
  }

  next(by) {
    if (!this.ranges.length) return;
    this.at = (this.at + by + this.ranges.length) % this.ranges.length;
    const paragraph = this.ranges[this.at].startContainer.parentElement.parentElement;
    const ad = paragraph.closest("details");
    if (ad) ad.open = true;
    paragraph.scrollIntoView({ block: "center" });
    this.say();
  }

  say() {
    const count = this.ranges.length;
    if (this.input.value.trim().length < 2) this.status.textContent = "";
    else if (this.at < 0) this.status.textContent = `${count} found`;
    else this.status.textContent = `${this.at + 1} of ${count}`;
  }
}
