// Follows an episode that is being worked on, and shows its page once it is done.

const place = document.querySelector("[data-follow]");
if (place) {
  const bar = place.querySelector("progress");
  const said = place.querySelector("[role=status]");
  const events = new EventSource(place.dataset.follow);
  events.addEventListener("progress", (event) => {
    const told = JSON.parse(event.data);
    bar.value = told.progress;
    said.textContent = told.stage ?? told.status;
  });
  for (const end of ["done", "failed", "cancelled"]) {
    events.addEventListener(end, () => location.reload());
  }
}
