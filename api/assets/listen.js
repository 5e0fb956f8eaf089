// The sound of the original audio, a stretch at a time: one player for a whole page.

export class Listener {
  // moved(t): hears where it is, original seconds; null when it stops.
  constructor(address, moved) {
    this.audio = new Audio();
    this.audio.preload = "metadata";
    this.audio.src = address;
    this.moved = moved;
    this.left = []; // stretches to play, the first one now
    this.audio.addEventListener("pause", () => this.moved(null));
    this.audio.addEventListener("timeupdate", () => this.look()); // where frames are not drawn
  }

  get playing() {
    return !this.audio.paused;
  }

  // Play stretches [from, to) one after the other.
  play(...stretches) {
    this.left = stretches;
    this.audio.currentTime = stretches[0][0];
    this.audio.play().catch(() => this.pause()); // paused before it began, or there is no sound
    requestAnimationFrame(() => this.frame());
  }

  pause() {
    this.left = [];
    this.audio.pause();
  }

  frame() {
    if (!this.left.length) return;
    this.look();
    requestAnimationFrame(() => this.frame());
  }

  look() {
    if (!this.left.length || this.audio.seeking) return;
    const t = this.audio.currentTime;
    if (t < this.left[0][1] && !this.audio.ended) {
      this.moved(t);
      return;
    }
    this.left.shift();
    if (this.left.length) this.audio.currentTime = this.left[0][0];
    else this.audio.pause();
  }
}
