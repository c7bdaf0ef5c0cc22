// A form with a file: the file goes ahead with its progress shown, then the form follows with the
// number under which the server keeps it. Without this script the form goes whole, as ever.

import { say } from "./texts.js";

const MIB = 1024 * 1024;

function size(bytes) {
  return bytes < MIB ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / MIB).toFixed(1)} MiB`;
}

/** Under what the server keeps the file, null where it does not: a session may have ended meanwhile. */
function token(request) {
  try {
    return request.status === 200 ? JSON.parse(request.responseText).token : null;
  } catch {
    return null;
  }
}

/** The sentence of an answer that refuses, whether page or JSON. */
function refusal(request) {
  try {
    return JSON.parse(request.responseText).error;
  } catch {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    return page.querySelector("main .said, main p")?.textContent.trim() || say("common.answered", { status: request.status });
  }
}

class Sending {
  constructor(form) {
    this.form = form;
    this.file = form.querySelector("input[type=file]");
    this.shown = form.querySelector(".sending");
    this.bar = this.shown.querySelector("progress");
    this.said = this.shown.querySelector("output");
    this.stop = this.shown.querySelector("button");
    this.stop.addEventListener("click", () => this.request?.abort());
    this.file.addEventListener("change", () => this.#fits());
    form.addEventListener("submit", (event) => this.#submit(event));
  }

  #submit(event) {
    const chosen = this.file.files[0];
    if (!chosen) return;
    event.preventDefault();
    if (this.request || !this.#fits()) return;
    const body = new FormData();
    body.append("form_token", this.form.elements.form_token.value);
    body.append("file", chosen);
    this.#send(body, chosen.size);
  }

  #fits() {
    const most = Number(this.form.dataset.most);
    const chosen = this.file.files[0];
    const long = chosen && chosen.size > most;
    if (long) this.#say(say("upload.too_long", { size: size(chosen.size), most: size(most) }), true);
    else this.shown.hidden = true;
    return !long;
  }

  #send(body, total) {
    const request = new XMLHttpRequest();
    this.request = request;
    request.upload.addEventListener("progress", ({ loaded }) => this.#progress(Math.min(loaded, total), total));
    request.upload.addEventListener("load", () => this.#say(say("upload.reading")));
    request.addEventListener("load", () => this.#answered(request));
    request.addEventListener("error", () => this.#ended(say("upload.broken")));
    request.addEventListener("abort", () => this.#ended(say("upload.stopped")));
    request.open("POST", this.form.action);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("x-form-token", this.form.elements.form_token.value);
    this.#progress(0, total);
    request.send(body);
  }

  #progress(loaded, total) {
    this.bar.hidden = this.stop.hidden = false;
    this.bar.value = total ? loaded / total : 0;
    this.#say(say("upload.sent", { part: size(loaded), all: size(total) }));
  }

  #answered(request) {
    const value = token(request);
    if (!value) return this.#ended(say("upload.refused", { why: refusal(request) }));
    const kept = document.createElement("input");
    Object.assign(kept, { type: "hidden", name: "token", value });
    this.form.append(kept);
    this.file.disabled = true;
    this.form.submit();
  }

  #ended(sentence) {
    this.request = null;
    this.#say(sentence, true);
  }

  #say(sentence, ended = false) {
    this.shown.hidden = false;
    this.shown.classList.toggle("bad", ended);
    if (ended) this.bar.hidden = this.stop.hidden = true;
    this.said.textContent = sentence;
  }
}

for (const form of document.querySelectorAll("form[data-most]")) new Sending(form);
