// What is decided about an episode's ads, sent one by one; the last one can be taken back.

import { send } from "./outbox.js";
import { root } from "./root.js";

export class Decisions {
  // count: of the decisions there are.
  constructor(id, count) {
    this.place = `${root}/v1/episodes/${id}`;
    this.count = count;
    this.last = Promise.resolve(); // what is taken back must have been answered
  }

  // Whether it added a decision: the same again does not.
  decide(decision) {
    return this.after(async () => {
      const before = this.count;
      await this.post("ads:decide", decision);
      return this.count > before;
    });
  }

  undo() {
    return this.after(() => this.post("ads:undo", { number: this.count }));
  }

  after(act) {
    const done = this.last.then(act);
    this.last = done.catch(() => {});
    return done;
  }

  async post(what, body) {
    const { edits } = await send("POST", this.place + "/" + what, body);
    this.count = edits.ads.length;
  }
}
