// Questions to the server.

/** Ask for JSON; null where nothing is known, an error with words where it fails. */
export async function get(path) {
  const answer = await fetch(path, { headers: { accept: "application/json" } });
  if (answer.status === 404) return null;
  if (!answer.ok) {
    const said = await answer.json().catch(() => null);
    throw new Error(said?.error ?? `the server answered ${answer.status}`);
  }
  return answer.json();
}
