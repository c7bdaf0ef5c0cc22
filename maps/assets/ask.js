// Questions to the server.

import { say } from "./texts.js";

export const LIMIT_MS = 8000;
export const PATIENCE_MS = 30000; // for what nobody waits for with a hand on a button

/**
 * Fetch, but no longer than `limit` ms, the answer's body included: a server that took the question
 * and hangs must not hold up who asks. `signal` of `how` gives up earlier.
 */
export function within(path, how = {}, limit = LIMIT_MS) {
  const late = AbortSignal.timeout(limit);
  return fetch(path, { ...how, signal: how.signal ? AbortSignal.any([how.signal, late]) : late });
}

/** Why a question failed, in words. */
export function why(error, limit = LIMIT_MS) {
  if (error.name === "TimeoutError") return say("common.too_late", { seconds: limit / 1000 });
  // What a browser says of a link that is gone, or of half an answer, is in words of its own.
  return error instanceof TypeError || error instanceof SyntaxError ? say("common.no_answer") : error.message;
}

/** Why it is not known whether a deed was done: the server may have heard of it and not been heard. */
export const unsure = (error, limit = LIMIT_MS) => say("common.unsure", { why: why(error, limit) });

/**
 * Let go of an answer whose body nobody reads, and give null: a browser keeps such a body, with its
 * request, as long as the page is open.
 */
export function letGo(answer) {
  answer?.body?.cancel().catch(() => {});
  return null;
}

/** Ask for JSON; null where nothing is known, an error with words where it fails; as within(). */
export async function get(path, { signal, limit = PATIENCE_MS } = {}) {
  const failed = (error) => { throw new Error(why(error, limit)); };
  const answer = await within(path, { signal, headers: { accept: "application/json" } }, limit).catch(failed);
  if (answer.status === 404) return letGo(answer);
  if (!answer.ok) {
    const said = await answer.json().catch(() => null);
    throw new Error(said?.error ?? say("common.answered", { status: answer.status }));
  }
  return answer.json().catch(failed);
}
