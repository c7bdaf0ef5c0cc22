// What is wrong and what to do about it, in words; "" while all is well.

import { say } from "./texts.js";
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
  if (link.database) return say("trouble.no_entry");
  if (link.full) {
    return say("trouble.full");
  }
  const shift = now - Date.now();
  return say("trouble.no_link", { time: moment(link.since + shift, now) });
}

const since = (at, now, known, unknown) => (at ? say(known, { time: moment(at, now) }) : say(unknown));

function ofProcesses({ database, ingest }, now) {
  if (database && !database.ok) {
    return since(database.since, now, "trouble.database_since", "trouble.database");
  }
  if (ingest && !ingest.ok) {
    return since(ingest.since, now, "trouble.ingest_since", "trouble.ingest");
  }
  return "";
}

/** Beside whatever else is wrong: nobody is told of an alert then, and only people can mend that. */
function ofJobs(jobs, now) {
  return jobs && !jobs.ok ? since(jobs.since, now, "trouble.jobs_since", "trouble.jobs") : "";
}

function ofWork(work) {
  if (work?.spool_trouble) {
    return say("trouble.spool");
  }
  if (work?.database_error) {
    return say("trouble.writing");
  }
  if (work?.pipeline_error) {
    return say("trouble.failing");
  }
  if (work?.lag_s === null) {
    return say("trouble.not_begun");
  }
  const ahead = work?.clock_ahead_s ?? 0;
  if (Math.abs(ahead) >= CLOCK_S) {
    const key = ahead > 0 ? "trouble.clock_ahead" : "trouble.clock_behind";
    return say(key, { span: span(Math.abs(ahead) * 1000) });
  }
  if (work?.lag_s >= BEHIND_S) {
    return say("trouble.behind", { span: span(work.lag_s * 1000) });
  }
  return "";
}

function ofFeeds(feeds, passed, watched, now) {
  if (!feeds?.length) return "";
  const ages = feeds.map((feed) => idle(feed, passed)).filter((age) => age !== null);
  const least = ages.length ? Math.min(...ages) : null;
  if (least === null) return watched > DRY_MS ? say("trouble.no_line") : "";
  if (least <= DRY_MS) return "";
  return say("trouble.no_line_since", { time: moment(now - least, now) });
}

/**
 * The banner's text; `passed` is the age of `status`, `watched` since when there is one, ms;
 * `stranger` whether the server has not said yet who is signed in.
 */
export function trouble({ link, status, now, passed, watched, stranger }) {
  if (link) return noLink(link, now);
  const rights = stranger ? say("trouble.stranger") : "";
  if (!status) return rights;
  const first =
    ofProcesses(status, now) ||
    ofWork(status.work) ||
    ofFeeds(status.feeds, passed, watched, now);
  return [first, ofJobs(status.jobs, now), rights].filter(Boolean).join(" ");
}
