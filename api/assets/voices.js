// Who a voice is: its name, whose a paragraph is, two voices that are one, a person it may be.

export class Voices {
  constructor(editor) {
    this.editor = editor;
    this.dialog = document.querySelector("dialog.voice-dialog");
    this.offers = this.dialog.querySelector(".offers");
    this.paragraph = null;
    this.told = null; // what the service says of the voice
    for (const act of ["rename", "give", "merge"]) {
      const form = this.form(act);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this[act](new FormData(form));
        this.dialog.close();
      });
    }
  }

  form(act) {
    return this.dialog.querySelector(`form[data-act="${act}"]`);
  }

  get label() {
    return this.paragraph.dataset.speaker;
  }

  async open(paragraph) {
    this.paragraph = paragraph;
    this.told = null;
    const names = this.names();
    const own = names.get(this.label);
    this.form("rename").elements.name.value = own === this.label ? "" : own;
    const others = [...names].filter(([label]) => label !== this.label).sort(byNumber);
    const fresh = new Option("a new voice", "");
    this.form("give").elements.into.replaceChildren(...others.map(option), fresh);
    this.form("merge").elements.into.replaceChildren(...others.map(option));
    this.form("rename").hidden = !this.label; // nobody's voice: only what is said then is given away
    this.form("merge").hidden = !this.label || !others.length;
    this.offers.replaceChildren();
    this.dialog.showModal();
    this.told = await this.ask(this.label).catch(() => null); // without a connection: no offers
    if (this.told && this.paragraph === paragraph) this.offers.replaceChildren(...this.told.offers.map((one) => this.offer(one)));
  }

  // What each voice of the page is called, by label.
  names() {
    const named = this.editor.page.paragraphs.filter((one) => one.dataset.speaker);
    return new Map(named.map((one) => [one.dataset.speaker, one.querySelector("cite").textContent]));
  }

  async ask(label) {
    const answer = await fetch(`${this.editor.address}/speakers`);
    const { speakers } = await answer.json();
    return speakers.find((one) => one.label === label);
  }

  offer({ speaker, person, name, evidence }) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.append(`Yes, it is ${name}`);
    button.addEventListener("click", () => {
      this.call(speaker, name);
      this.editor.steps.confirmed(speaker, person, name);
      this.dialog.close();
    });
    item.append(`Perhaps ${name}: ${evidence} `, button);
    return item;
  }

  rename(data) {
    const name = data.get("name").trim() || null;
    const { label } = this;
    const shown = this.names().get(label);
    if (name === shown) return;
    // What only the words or the show told comes back by itself.
    const given = this.told ? this.told.named_by === "person" : shown !== label;
    if (name) this.call(label, name);
    this.editor.steps.named(label, name, given ? shown : null);
  }

  give(data) {
    const { start, end } = this.paragraph.dataset;
    const into = data.get("into");
    const span = { speaker: this.label, start: Number(start), end: Math.max(Number(end), Number(start) + 0.001) };
    this.editor.steps.moved("split", into ? { ...span, into } : span, "a paragraph given away");
  }

  merge(data) {
    const into = data.get("into");
    this.editor.steps.moved("merge", { speaker: this.label, into }, `${this.label} merged`);
  }

  // Show a name at once, wherever the voice speaks.
  call(label, name) {
    for (const paragraph of this.editor.page.paragraphs) {
      if (paragraph.dataset.speaker !== label) continue;
      const cite = paragraph.querySelector("cite");
      (cite.firstElementChild ?? cite).textContent = name;
    }
  }
}

const byNumber = ([a], [b]) => a.localeCompare(b, "en", { numeric: true });
const option = ([label, name]) => new Option(name === label ? name : `${name} (${label})`, label);
