// Sends a file in parts (tus 1.0.0), and goes on where it broke off: after a lost connection by
// itself, after the page was closed when the same file is chosen again.

import { root } from "./root.js";
import { headers } from "./server.js";

const PART = 8 * 2 ** 20;
const WAITS_S = [1, 2, 5, 10, 30];

const pause = (s) => new Promise((done) => setTimeout(done, 1000 * s));
const inBase64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

// Refused for good: sending it again would not help.
class Refused extends Error {}

async function ask(method, address, more = {}, body = null) {
  const answer = await fetch(address, {
    method,
    headers: { ...headers(), "Tus-Resumable": "1.0.0", ...more },
    body,
  });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  const kind = [404, 409, 429].includes(answer.status) || answer.status >= 500 ? Error : Refused;
  throw Object.assign(new kind(problem.detail ?? answer.statusText), { status: answer.status });
}

const memory = (file) => `upload ${file.name} ${file.size} ${file.lastModified}`;

async function begin(file) {
  const answer = await ask("POST", `${root}/v1/uploads`, {
    "Upload-Length": String(file.size),
    "Upload-Metadata": `filename ${inBase64(file.name)}`,
  });
  const place = answer.headers.get("Location");
  localStorage.setItem(memory(file), place);
  return place;
}

// The address of the episode it became. told(fraction, sentence) hears how it goes.
export async function upload(file, told) {
  let place = localStorage.getItem(memory(file));
  for (let failed = 0; ; failed++) {
    try {
      place ??= await begin(file);
      let answer = await ask("HEAD", place);
      for (;;) {
        const episode = answer.headers.get("Content-Location");
        if (episode) {
          localStorage.removeItem(memory(file));
          return episode;
        }
        const offset = Number(answer.headers.get("Upload-Offset"));
        told(offset / file.size, "");
        const more = { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
        answer = await ask("PATCH", place, more, file.slice(offset, offset + PART));
        failed = 0;
      }
    } catch (error) {
      if (error instanceof Refused) throw error;
      if (error.status === 404) {
        localStorage.removeItem(memory(file));
        place = null;
      }
      const wait_s = WAITS_S[Math.min(failed, WAITS_S.length - 1)];
      told(null, error.status ? error.message : "The connection is lost; it goes on by itself.");
      await pause(wait_s);
    }
  }
}
