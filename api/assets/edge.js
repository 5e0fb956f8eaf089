// An edge of a stretch on its picture: dragged, or moved by keys.

const STEPS_S = { ArrowLeft: -0.1, ArrowRight: 0.1, ArrowDown: -0.1, ArrowUp: 0.1 };
const NEAR_PX = 8; // a dragged edge falls into a silence that is so near to the pointer
const NEAR_S = 0.5; // and to its second

export class Edge {
  // wave: the picture; words: of what is said in it; limits(): [least, most] of its second;
  // moved(): hears that it is elsewhere.
  constructor(handle, wave, words, limits, moved) {
    Object.assign(this, { handle, wave, words, limits, moved });
    handle.addEventListener("keydown", (event) => this.key(event));
    handle.addEventListener("pointerdown", (event) => this.drag(event));
  }

  // Where it is until it is moved; show() is up to who knows both edges.
  place(t) {
    this.t = t;
    this.found = t;
  }

  move(t) {
    const [least, most] = this.limits();
    t = hundredths(Math.max(least, Math.min(t, most)));
    if (t === this.t) return;
    this.t = t;
    this.moved();
  }

  show() {
    const { handle, wave, t } = this;
    const [least, most] = this.limits();
    handle.style.left = `${wave.x(t) / 10}%`;
    handle.ariaValueMin = String(hundredths(least));
    handle.ariaValueMax = String(hundredths(most));
    handle.ariaValueNow = String(hundredths(t));
    handle.ariaValueText = `${spoken(t)}${this.words.next(t)}`;
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [least, most] = this.limits();
    const step = STEPS_S[event.key];
    let t = this.t;
    if (step) t += event.shiftKey ? 10 * step : step;
    else if (event.key === "PageUp") t = this.wave.silence(t, 1) ?? t;
    else if (event.key === "PageDown") t = this.wave.silence(t, -1) ?? t;
    else if (event.key === "Home") t = least;
    else if (event.key === "End") t = most;
    else if (event.key === "Escape") t = this.found;
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.move(t);
  }

  drag(event) {
    const { handle, wave } = this;
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    const follow = (to) => {
      const t = wave.t(to.clientX);
      const near_s = Math.min(NEAR_S, NEAR_PX * wave.secondsPerPixel);
      this.move(to.altKey ? t : wave.snapped(t, near_s));
    };
    handle.addEventListener("pointermove", follow);
    handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", follow), {
      once: true,
    });
  }
}

const hundredths = (t) => Math.round(100 * t) / 100;

// Minutes, and seconds to a tenth.
function parts(t) {
  const tenths = Math.round(10 * t);
  return [Math.floor(tenths / 600), (tenths % 600) / 10];
}

// "2:11.2"
export function onClock(t) {
  const [minutes, seconds] = parts(t);
  return `${minutes}:${seconds.toFixed(1).padStart(4, "0")}`;
}

// "2 minutes 11.2 seconds"
function spoken(t) {
  const [minutes, seconds] = parts(t);
  const before = minutes ? `${minutes} minute${minutes === 1 ? "" : "s"} ` : "";
  return `${before}${seconds} second${seconds === 1 ? "" : "s"}`;
}
