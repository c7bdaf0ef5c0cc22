// What somebody typed into the long fields of forms and did not send: kept in this tab alone
// (sessionStorage), for one account, until it was sent, thrown away, or that person signed out.

const KEY = "vedetta.drafts";
const LONGEST_MS = 24 * 3600000;
const REFUSED = 400; // statuses of refusals, from here on
const CHANNEL = "vedetta.drafts";
const OUT = /^\/(?:sign-out|account\/sign-out-everywhere)$/;

/** What is kept, {field: {text, base, at, sending}}; of another account's nothing, and it is gone. */
export function drafts(account) {
  const kept = read();
  if (kept === null) return {};
  if (kept.account !== account) {
    forget();
    return {};
  }
  const late = Date.now() - LONGEST_MS;
  return Object.fromEntries(Object.entries(kept.fields).filter(([, { at }]) => at > late));
}

/** Whether something is kept, of whomever. */
export const any = () => Object.keys(read()?.fields ?? {}).length > 0;

export function put(account, fields) {
  if (!Object.keys(fields).length) {
    forget();
    return;
  }
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ account, fields }));
  } catch {
    // A locked-down browser keeps nothing.
  }
}

/**
 * A page has come: what was sent is kept no longer where its server took it. `account` "" is the
 * sign-in, which takes nothing; what another account left is gone.
 */
export function settle(account) {
  const kept = read();
  if (kept === null) return;
  const fields = account ? drafts(account) : kept.fields;
  const taken = account && answered() && !document.querySelector("main > .said.bad");
  const left = Object.entries(fields).filter(([, { sending }]) => !(sending && taken));
  put(account || kept.account, Object.fromEntries(left.map(([key, one]) => [key, { ...one, sending: false }])));
}

/** Whether the page is an answer and no refusal; a browser that does not tell keeps what was typed. */
function answered() {
  const status = performance.getEntriesByType("navigation")[0]?.responseStatus ?? 0;
  return status > 0 && status < REFUSED;
}

/** The person signs out: nothing stays, in no tab of this browser. */
export function leave() {
  forget();
  try {
    new BroadcastChannel(CHANNEL).postMessage("");
  } catch {
    // An old browser: another tab's are gone when somebody else is there, or it is closed.
  }
}

/** The path that a form is sent to. */
export const pathOf = (form) => new URL(form.getAttribute("action") || location.pathname, location.href).pathname;

/** Let go of what is kept as soon as its person signs out, by a form of this page or in another tab. */
export function listen() {
  document.addEventListener("submit", ({ target }) => { if (OUT.test(pathOf(target))) leave(); });
  try {
    new BroadcastChannel(CHANNEL).onmessage = forget;
  } catch {
    // As above.
  }
}

function read() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    return kept !== null && typeof kept.account === "string" && kept.fields ? kept : null;
  } catch {
    return null;
  }
}

function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}
