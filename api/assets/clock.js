// The two clocks: original seconds, and those of the audio without its cuts.

export class Clock {
  // cuts: [[start, end], ...], sorted and disjoint, in original seconds.
  constructor(cuts) {
    this.cuts = cuts;
  }

  toClean(t) {
    let before = 0;
    for (const [start, end] of this.cuts) {
      if (t <= start) break;
      before += Math.min(t, end) - start;
    }
    return t - before;
  }

  toOriginal(t) {
    for (const [start, end] of this.cuts) {
      if (t < start) break;
      t += end - start;
    }
    return t;
  }
}
