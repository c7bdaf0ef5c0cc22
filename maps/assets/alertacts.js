// What people do with an open alert: buttons, one form at a time, and what happened meanwhile.

import { did } from "./alertparts.js";
import { why as whyNot, within } from "./ask.js";
import { element } from "./bar.js";
import { proof } from "./me.js";
import { say } from "./texts.js";

const WORDS = {
  acknowledge: [say("act.acknowledge"), "K"], assign: [say("act.assign"), "S"], comment: [say("act.comment"), "C"],
  snooze: [say("act.snooze"), "Z"], escalate: [say("act.escalate"), "E"], resolve: [say("act.resolve"), "R"],
};
export const KEYS = Object.fromEntries(Object.entries(WORDS).map(([act, [, key]]) => [key.toLowerCase(), act]));
const SPANS = [[15, "15 min"], [30, "30 min"], [60, "1 h"], [120, "2 h"], [240, "4 h"], [720, "12 h"], [1440, "1 d"], [10080, "7 d"]];
const SAR_MOST = 240;
const VERDICTS = [["true", say("act.true")], ["false alarm", say("act.false_alarm")], ["explained", say("act.explained")]];

export class AlertActs {
  /** `done(alert)` with what the server answers; `time()` its time; `writing(on)` while a form is open. */
  constructor({ done, time, writing }) {
    // Drafts, by alert and act, live as long as the page: it goes with who signs out.
    Object.assign(this, { done, time, writing, alert: null, form: null, drafts: new Map() });
    this.box = element("div", "", "acts");
    this.buttons = element("div", "", "deeds");
    this.place = element("div");
    this.said = element("div", "", "acts-said");
    this.said.setAttribute("role", "alert");
    this.box.append(this.buttons, this.said, this.place);
  }

  /** Take the alert as it is now; a form that is open stays, with the version it was opened on. */
  take(alert) {
    const other = alert?.id !== this.alert?.id;
    this.alert = alert;
    if (other) {
      this.close();
      this.said.replaceChildren();
    }
    const may = alert?.may ?? [];
    if (this.form && !may.includes(this.form.act)) this.#overtaken(this.form.act);
    const now = may.join();
    if (this.drawn === now && !other) return;
    this.drawn = now;
    this.#draw(may);
    if (other && alert) this.#resume(may);
  }

  /** Who comes back to an alert finds the form as it was left. */
  #resume(may) {
    const left = [...this.drafts.values()].findLast(({ id }) => id === this.alert.id);
    if (!left) return;
    if (may.includes(left.act)) this.#open(left.act, false);
    else this.#overtaken(left.act);
  }

  /** The act is closed meanwhile: what was written for it stays to be read. */
  #overtaken(act) {
    const written = this.#draft(act)?.said.why;
    this.close();
    if (written) this.#say([element("p", say("act.closed", { act: WORDS[act][0] })), element("p", written)]);
  }

  #forget(act) {
    this.drafts.delete(draftOf(this.alert.id, act));
    this.close();
  }

  #draft(act) {
    return this.drafts.get(draftOf(this.alert.id, act));
  }

  #keep(act, form) {
    const key = draftOf(this.alert.id, act);
    this.drafts.delete(key); // the newest is the last
    this.drafts.set(key, { id: this.alert.id, act, version: this.form.version, said: Object.fromEntries(new FormData(form)) });
  }

  /** Have `node` stand after the buttons of the acts. */
  offer(node) {
    this.more = node;
    if (this.drawn !== undefined) this.#draw(this.alert?.may ?? []);
  }

  #draw(may) {
    const focused = this.buttons.contains(document.activeElement) && document.activeElement;
    this.buttons.replaceChildren(...may.map((act) => {
      const [word, key] = WORDS[act];
      const button = element("button", word, act === "acknowledge" ? "main" : "");
      button.type = "button";
      button.dataset.act = act;
      button.title = `${word} ( ${key} )`;
      button.addEventListener("click", () => this.begin(act));
      return button;
    }), ...(this.more && this.alert ? [this.more] : []));
    if (focused) (focused === this.more ? focused : this.buttons.firstElementChild)?.focus();
  }

  /** What a key does; false where it is none of ours. */
  key(act) {
    if (!this.alert?.may.includes(act)) return false;
    this.begin(act);
    return true;
  }

  begin(act) {
    this.said.replaceChildren();
    if (act === "acknowledge") {
      this.close();
      this.#send(act, { version: this.alert.version });
    } else {
      this.#open(act);
    }
  }

  close() {
    if (!this.form) return false;
    this.form = null;
    // Keys go on working: what had the focus is gone with the form.
    if (this.place.contains(document.activeElement)) this.box.closest("[tabindex]").focus();
    this.place.replaceChildren();
    this.writing(false);
    return true;
  }

  #open(act, focus = true) {
    const form = element("form");
    form.className = "act-form";
    form.append(element("h3", WORDS[act][0]), ...fields(act, this.alert));
    const row = element("div", "", "deeds");
    const [send, cancel] = [element("button", WORDS[act][0], "main"), element("button", say("common.cancel"))];
    send.type = "submit";
    cancel.type = "button";
    cancel.addEventListener("click", () => { this.#forget(act); this.buttons.querySelector(`[data-act=${act}]`)?.focus(); });
    row.append(send, cancel);
    form.append(row);
    const draft = this.#draft(act);
    this.form = { act, version: draft?.version ?? this.alert.version };
    fill(form, draft);
    form.addEventListener("input", () => this.#keep(act, form));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(act, { version: this.form.version, ...Object.fromEntries(new FormData(form)) });
    });
    this.place.replaceChildren(form);
    if (focus) form.querySelector("input, select, textarea").focus();
    this.writing(true);
    if (act === "assign" || act === "escalate") this.#people(form, act);
  }

  async #people(form, act) {
    try {
      const answer = await within(`/api/v1/alerts/${this.alert.id}/people`);
      const said = await answer.json();
      if (!form.isConnected) return;
      if (!answer.ok) throw new Error(said.error);
      const options = said.people.map(({ name, display, role, office }) =>
        Object.assign(element("option", `${display} (${office || role})`), { value: name }));
      const first = say(act === "escalate" ? "act.whoever" : "act.choose");
      const chosen = this.#draft(act);
      form.elements.to.replaceChildren(Object.assign(element("option", first), { value: "" }), ...options);
      fill(form, chosen);
    } catch (error) {
      if (form.isConnected) this.#say([element("p", say("act.people_not_loaded", { why: whyNot(error) }))]);
    }
  }

  async #send(act, said) {
    const { id } = this.alert;
    this.#say([element("p", say("act.sending"))]);
    let [answer, told] = [null, null];
    try {
      answer = await within(`/api/v1/alerts/${id}/${act}`, {
        method: "POST", headers: { "content-type": "application/json", ...(await proof()) }, body: JSON.stringify(said),
      });
      told = await answer.json();
    } catch {
      answer = null;
    }
    if (answer?.ok) this.drafts.delete(draftOf(id, act));
    if (id !== this.alert?.id) return;
    if (!answer) {
      this.#say([element("p", say("act.no_answer"))]);
      this.done(null);
      return;
    }
    if (answer.ok) {
      this.close();
      this.said.replaceChildren();
      this.done(told);
    } else if (answer.status === 409) {
      this.#conflict(act, said, told);
    } else if (answer.status >= 500) {
      // What took too long may still be done.
      this.#say([element("p", say("act.uncertain", { why: told.error }))]);
      this.done(null);
    } else {
      this.#say([element("p", say("act.refused", { why: told.error }))]);
    }
  }

  #conflict(act, said, told) {
    const list = element("ul");
    list.append(...told.changes.map((change) => element("li", did(change, this.time()))));
    const row = element("div", "", "deeds");
    const again = element("button", say("act.all_the_same", { act: WORDS[act][0] }));
    again.type = "button";
    again.addEventListener("click", () => this.#send(act, { ...said, version: told.version }));
    const leave = element("button", say("act.leave"));
    leave.type = "button";
    leave.addEventListener("click", () => { this.#forget(act); this.said.replaceChildren(); });
    row.append(again, leave);
    this.#say([element("p", say("act.faster")), list, row]);
    this.done(null);
  }

  #say(nodes) {
    this.said.replaceChildren(...nodes);
  }
}

const draftOf = (id, act) => `${id} ${act}`;

/** Put into a form what was written into it before. */
function fill(form, draft) {
  for (const [name, value] of Object.entries(draft?.said ?? {})) {
    const field = form.elements[name];
    // A choice that is not there (any more) leaves the first one.
    if (field.tagName !== "SELECT" || [...field.options].some((one) => one.value === value)) field.value = value;
  }
}

function fields(act, alert) {
  if (act === "snooze") {
    const most = alert.lane === "sar" ? SAR_MOST : Infinity;
    const spans = SPANS.filter(([minutes]) => minutes <= most);
    if (alert.snoozed) spans.unshift([0, say("act.end_silence")]);
    return [field(say("act.span"), choice("minutes", spans)), why(say("act.why_snooze"))];
  }
  if (act === "assign") return [field(say("act.to"), choice("to", [["", say("common.loading")]])), why(say("act.why_assign"))];
  if (act === "escalate") return [field(say("act.to"), choice("to", [["", say("common.loading")]])), why(say("act.why_escalate"))];
  if (act === "resolve") return [field(say("act.verdict"), choice("verdict", [["", say("act.choose")], ...VERDICTS])), why(say("act.why_resolve"))];
  return [why(say("act.remark"))];
}

function field(title, input) {
  const label = element("label", title);
  label.append(input);
  return label;
}

function choice(name, options) {
  const select = element("select");
  Object.assign(select, { name, required: name !== "to" });
  select.append(...options.map(([value, text]) => Object.assign(element("option", text), { value })));
  return select;
}

function why(title) {
  const input = element("input");
  Object.assign(input, { name: "why", required: true, maxLength: 1000, autocomplete: "off" });
  return field(title, input);
}
