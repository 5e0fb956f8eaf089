// The keys of a page: they act wherever nothing is typed. Letters and signs can be turned off, since
// who speaks to a computer types them unawares.

const OFF = "keys off";

// dialog: lists the keys, and has the choice; acts: what is done, by key; before(event): first.
export function keyboard(dialog, acts, before = () => {}) {
  const choice = dialog.querySelector('[name="keys"]');
  choice.checked = !localStorage.getItem(OFF);
  choice.addEventListener("change", () => {
    if (choice.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    const typing = target.closest('select, textarea, dialog[open], [contenteditable], input:not([type="checkbox"])');
    const pressing = key === " " && target.closest("button, summary, a, input");
    const sign = key.length === 1;
    const act = acts[sign ? key.toLowerCase() : key];
    if (typing || pressing || event.ctrlKey || event.metaKey || event.altKey || !act) return;
    if (sign && key !== " " && !choice.checked) return;
    event.preventDefault();
    before(event);
    act();
  });
}
