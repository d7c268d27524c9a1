// The heart of the pages' script: it sends what is pressed, puts in place what comes back, and listens for news.
// Answers and news come late, twice, out of order or never: the change with the higher number stands.
"use strict";

const wide = matchMedia("(min-width: 900px)");
const touch = matchMedia("(pointer: coarse)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const isSecond = (event) => event.detail > 1; // of two quick taps: what it falls upon may have come in between
const panes = [];
const feeds = [];

// --- talking to the server -----------------------------------------------------------------------

const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  const signal = AbortSignal.timeout(20000);
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), signal });
  if (answer.status === 403) throw new Error("outdated");
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

// --- a list of messages --------------------------------------------------------------------------

class Feed {
  constructor(list, token, change) {
    Object.assign(this, { list, token, change: Number(change), acting: 0, gone: new Set() });
    feeds.push(this);
  }

  apply({ id, change, html }) {
    const old = one(`#m${id}`);
    this.change = Math.max(this.change, change);
    if (this.gone.has(id) || (old && Number(old.dataset.change) >= change)) return;
    if (html === null) return this.remove(old, id);
    const template = document.createElement("template");
    template.innerHTML = html;
    const fresh = template.content.firstElementChild;
    if (old) this.replace(old, fresh);
    else this.add(fresh, id);
    this.arrived(fresh, !old);
  }

  // What is gone stays gone, also for an answer that is older; what a person has begun in it is theirs to end.
  remove(old, id) {
    this.gone.add(id);
    if (old && isBegun(old)) old.dataset.gone = "yes";
    else old?.remove();
  }

  replace(old, fresh) {
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const { selectionStart: start, selectionEnd: end } = focused ?? {};
    const before = focused?.closest("form.ask");
    const form = carryOver(old, fresh).get(before);
    old.replaceWith(fresh);
    fresh.classList.add("changed");
    if (!focused) return;
    const field = (form && twin(focused, form)) || fresh;
    field.focus({ preventScroll: true });
    if (Number.isInteger(start)) field.setSelectionRange?.(start, end);
  }

  add(fresh, id) {
    const line = fresh.classList.contains("person") && all(".sending", this.list).find((line) => said(line) === said(fresh));
    if (line) line.remove();
    const later = all(".message[data-id]", this.list).find((message) => Number(message.dataset.id) > id);
    this.list.insertBefore(fresh, later ?? one(".sending", this.list));
    fresh.classList.add("new");
  }

  news(change) { this.apply(change); }

  arrived() {}
}

const said = (line) => one(".said", line).textContent;

// --- one person's chat ---------------------------------------------------------------------------

class Pane extends Feed {
  constructor(section) {
    super(one(".log", section), section.dataset.token, section.dataset.change);
    Object.assign(this, { section, view: section.dataset.view, staff: section.classList.contains("staff") });
    this.newer = one(".newer", section);
    this.composer = new Composer(this, one(".composer", section));
    section.addEventListener("click", (event) => this.clicked(event));
    section.addEventListener("submit", (event) => this.submitted(event));
    section.addEventListener("input", (event) => typed(event.target));
    this.list.addEventListener("scroll", () => { if (this.atEnd()) this.newer.hidden = true; }, { passive: true });
    this.newer.addEventListener("click", () => this.toEnd());
  }

  clicked(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (isSecond(event)) return event.preventDefault();
    if (button.dataset.line) this.say(button.dataset.line, {});
    if (button.dataset.route) this.press(button, button.dataset.route, JSON.parse(button.dataset.answers ?? "{}"));
  }

  submitted(event) {
    const form = event.target;
    if (!form.matches("form.ask")) return;
    event.preventDefault();
    const answers = Object.fromEntries(new FormData(form));
    if (this.press(one("button[type=submit]", form), form.dataset.route, answers)) form.dataset.sent = "yes";
  }

  // News may draw the message anew while its act is on the way, so it is looked up each time.
  press(button, route, answers) {
    const { id, dataset } = button.closest(".message");
    if (dataset.awaits) return false;
    const key = newKey();
    const message = () => one(`#${id}`);
    const waiting = () => one(`#${id}[data-awaits="${key}"]`);
    const sending = () => {
      beginWaiting(message(), key);
      button.classList.add("pending");
      all(".retry, .refusal", message()).forEach((line) => line.remove());
    };
    const ended = () => {
      if (waiting()) endWaiting(waiting());
      button.classList.remove("pending");
    };
    const answered = (refused) => {
      if (!message()) return;
      if (refused) refuse(message(), route, refused);
      else letGo(message());
    };
    this.send({ route, answers, message: Number(dataset.id) }, key, { sending, ended, answered, place: waiting });
    return true;
  }

  say(text, picked) {
    const line = document.createElement("article");
    line.className = "message person sending new";
    line.append(Object.assign(document.createElement("p"), { className: "said", textContent: text }));
    this.list.append(line);
    this.toEnd();
    const sending = () => all(".retry", line).forEach((retry) => retry.remove());
    const place = () => (line.isConnected ? line : null);
    this.send({ text, picked }, newKey(), { sending, place, answered: () => line.remove() });
  }

  // The key stays the same however often it is tried, so the server acts once. Where there is no place left to say
  // that no answer came, its news have come instead.
  async send(body, key, { sending, ended, answered, place }) {
    const attempt = async () => {
      sending();
      this.acting++;
      try {
        const { refused, changes } = await post("/play/act", { ...body, key, token: this.token, since: this.change });
        ended?.();
        answered(refused);
        changes.forEach((change) => this.news(change));
      } catch (error) {
        if (place()) this.failed(place(), error, attempt);
        ended?.();
      }
      this.acting--;
    };
    await attempt();
  }

  news(change) {
    if (change.html && change.change > this.change) one(".clock", this.section).dataset.zone = change.zone;
    this.apply(change);
    tellTime();
  }

  failed(place, error, attempt) {
    const outdated = error.message === "outdated";
    const { retry, unreachable, outdated: reload } = this.section.dataset;
    const line = Object.assign(document.createElement("p"), { className: "retry", role: "alert" });
    const again = Object.assign(document.createElement("button"), { type: "button", textContent: retry });
    again.addEventListener("click", () => { line.remove(); outdated ? location.reload() : attempt(); });
    line.append(outdated ? reload : unreachable, again);
    place.append(line);
    line.scrollIntoView({ block: "nearest" });
  }

  arrived(fresh, isNew) {
    const follows = this.acting || this.atEnd(fresh.offsetHeight + 80);
    tick();
    if (!this.isSeen()) this.dot(true);
    if (isNew && follows) this.toEnd(fresh);
    else if (isNew) this.newer.hidden = false;
    else if (follows) fresh.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  }

  // A message higher than the pane is shown from its top.
  toEnd(fresh) {
    const tall = fresh && fresh.offsetHeight > this.list.clientHeight;
    if (tall) fresh.scrollIntoView({ block: "start" });
    else this.list.scrollTop = this.list.scrollHeight;
    this.newer.hidden = true;
  }

  atEnd(room = 60) { return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < room; }

  isSeen() { return !this.section.hidden && !document.hidden; }

  dot(shown) {
    for (const tab of all(`.tab[data-view="${CSS.escape(this.view)}"], .tab[data-view="${this.staff ? "" : "chats"}"]`)) {
      one(".dot", tab).hidden = !shown;
    }
    const waiting = all(".dot:not([hidden])").length > 0;
    document.title = document.title.replace(/^• /, "").replace(/^/, waiting ? "• " : "");
  }
}

// --- which chats are in view ---------------------------------------------------------------------

let view = decodeURIComponent(location.hash.slice(1));

function show(wanted) {
  const staff = panes.find((pane) => pane.staff && pane.view === wanted);
  const narrow = panes.find((pane) => pane.view === wanted) ?? panes[0];
  view = wide.matches ? (staff ? staff.view : "chats") : narrow.view;
  for (const pane of panes) {
    const seen = wide.matches ? (staff ? pane === staff : !pane.staff) : pane === narrow;
    const appears = seen && pane.section.hidden;
    pane.section.hidden = !seen;
    if (seen) pane.dot(false);
    if (appears) pane.toEnd();
  }
  all(".tab").forEach((tab) => tab.setAttribute("aria-pressed", String(tab.dataset.view === view)));
  history.replaceState(null, "", `#${encodeURIComponent(view)}`);
}

// --- news ----------------------------------------------------------------------------------------

function listen() {
  const query = feeds.map((feed) => `chat=${encodeURIComponent(feed.token)}`).join("&");
  const stream = new EventSource(`/play/events?${query}&since=${feeds.map((feed) => feed.change).join(".")}`);
  const offline = one(".offline");
  stream.onopen = () => { offline.hidden = true; };
  stream.onmessage = ({ data }) => {
    const { chat, ...change } = JSON.parse(data);
    feeds[chat].news(change);
  };
  stream.onerror = () => {
    offline.hidden = false;
    if (stream.readyState !== EventSource.CLOSED) return;
    setTimeout(listen, 2000);
  };
}

function count(details) {
  const notices = all(".message", details).length;
  Object.assign(one(".badge", details), { textContent: notices, hidden: !notices });
}

function begin() {
  all(".pane").forEach((section) => panes.push(new Pane(section)));
  for (const details of all(".notices")) {
    const list = one(".feed", details);
    const feed = new Feed(list, list.dataset.token, list.dataset.change);
    const pane = panes.find((each) => each.section.contains(details));
    feed.arrived = () => { count(details); list.scrollTop = list.scrollHeight; if (!pane.isSeen()) pane.dot(true); };
    details.open = wide.matches;
    count(details);
  }
  all(".tab").forEach((tab) => tab.addEventListener("click", () => show(tab.dataset.view)));
  wide.addEventListener("change", () => show(view));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) panes.filter((pane) => pane.isSeen()).forEach((pane) => pane.dot(false)); });
  panes.forEach((pane) => pane.toEnd());
  show(view);
  tellTime();
  setInterval(tellTime, 10000);
  listen();
}

tellDays();
if (one(".pane")) begin();
if (one(".countdown") || one(".pane")) { tick(); setInterval(tick, 1000); }
