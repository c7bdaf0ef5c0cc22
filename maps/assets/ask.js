// Questions to the server.

import { say } from "./texts.js";

/**
 * Let go of an answer whose body nobody reads, and give null: a browser keeps such a body, with its
 * request, as long as the page is open.
 */
export function letGo(answer) {
  answer?.body?.cancel().catch(() => {});
  return null;
}

/** Ask for JSON; null where nothing is known, an error with words where it fails. */
export async function get(path) {
  const answer = await fetch(path, { headers: { accept: "application/json" } });
  if (answer.status === 404) return letGo(answer);
  if (!answer.ok) {
    const said = await answer.json().catch(() => null);
    throw new Error(said?.error ?? say("common.answered", { status: answer.status }));
  }
  return answer.json();
}
