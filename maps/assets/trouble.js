// What is wrong and what to do about it, in words; "" while all is well.

import { moment, span } from "./words.js";

export const QUIET_MS = 15000; // a feed that brought nothing for so long is not «receiving»
const DRY_MS = 30000;
const BEHIND_S = 30;
const CLOCK_S = 60;

/** How long ago a feed's last line was, `passed` ms after the server said so; null before any. */
export function idle(feed, passed) {
  return typeof feed.idle_ms === "number" ? feed.idle_ms + passed : null;
}

function noLink(link, now) {
  if (link.out) return ""; // the session's own strip says it
  if (link.full) {
    return "The server has as many open maps as it allows: close one. This one then goes on by itself.";
  }
  const shift = now - Date.now();
  return (
    `No link to the server since ${moment(link.since + shift, now)}. ` +
    "The map stands as it was then. " +
    "If it lasts: check the network, then that vedetta runs on the server."
  );
}

const since = (at, now, never) => (at ? ` since ${moment(at, now)}` : never);

function ofProcesses({ database, ingest }, now) {
  if (database && !database.ok) {
    return (
      `The database does not answer${since(database.since, now, "")}. The map stands as it was ` +
      "then; nothing received is lost, it waits in the spool. It goes on by itself when the " +
      "database is back."
    );
  }
  if (ingest && !ingest.ok) {
    const from = since(ingest.since, now, " yet");
    return `The ingest process has not reported${from}. New positions do not arrive: check that it runs.`;
  }
  return "";
}

function ofWork(work) {
  if (work?.spool_trouble) {
    return (
      "What is received cannot be written to the spool: it waits in memory, and is lost when that " +
      "is full. Check the spool's disk."
    );
  }
  if (work?.database_error) {
    return (
      "The ingest process cannot write to the database: the map stands. Nothing received is lost, " +
      "it waits in the spool."
    );
  }
  const ahead = work?.clock_ahead_s ?? 0;
  if (Math.abs(ahead) >= CLOCK_S) {
    const how = `${span(Math.abs(ahead) * 1000)} ${ahead > 0 ? "ahead of" : "behind"}`;
    return `Times shown are ${how} the service's own clock. Check that clock: it was set wrong, then or now.`;
  }
  if (work?.lag_s >= BEHIND_S) {
    return `The picture is ${span(work.lag_s * 1000)} behind; it is catching up.`;
  }
  return "";
}

function ofFeeds(feeds, passed, watched, now) {
  if (!feeds?.length) return "";
  const ages = feeds.map((feed) => idle(feed, passed)).filter((age) => age !== null);
  const least = ages.length ? Math.min(...ages) : null;
  const cure = "Open «feeds» in the bar to see why.";
  if (least === null) return watched > DRY_MS ? `No feed has brought a line yet. ${cure}` : "";
  if (least <= DRY_MS) return "";
  return `No feed brings lines since ${moment(now - least, now)}. ${cure}`;
}

/** The banner's text; `passed` is the age of `status`, `watched` since when there is one, ms. */
export function trouble({ link, status, now, passed, watched }) {
  if (link) return noLink(link, now);
  if (!status) return "";
  return (
    ofProcesses(status, now) ||
    ofWork(status.work) ||
    ofFeeds(status.feeds, passed, watched, now)
  );
}
