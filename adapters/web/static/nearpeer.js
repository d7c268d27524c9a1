// The pages' only script: it sends what is pressed or typed, puts in place what comes back, and listens for news.
"use strict";

const wide = matchMedia("(min-width: 900px)");
const touch = matchMedia("(pointer: coarse)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
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
    Object.assign(this, { list, token, change: Number(change), acting: 0 });
    feeds.push(this);
  }

  apply({ id, change, html }) {
    const old = one(`#m${id}`);
    this.change = Math.max(this.change, change);
    if (old && Number(old.dataset.change) >= change) return;
    if (html === null) return void old?.remove();
    const template = document.createElement("template");
    template.innerHTML = html;
    const fresh = template.content.firstElementChild;
    if (old) this.replace(old, fresh);
    else this.add(fresh, id);
    this.arrived(fresh, !old);
  }

  replace(old, fresh) {
    keepTyped(old, fresh);
    const focused = old.contains(document.activeElement);
    old.replaceWith(fresh);
    fresh.classList.add("changed");
    if (focused) fresh.focus({ preventScroll: true });
  }

  add(fresh, id) {
    if (fresh.classList.contains("person")) one(".sending:not(:has(.retry))", this.list)?.remove();
    const later = all(".message[data-id]", this.list).find((message) => Number(message.dataset.id) > id);
    this.list.insertBefore(fresh, later ?? one(".sending", this.list));
    fresh.classList.add("new");
  }

  news(change) { this.apply(change); }

  arrived() {}
}

// Whatever was typed into a form outlives an edit of its message.
function keepTyped(old, fresh) {
  const before = one("form.ask", old);
  const after = one("form.ask", fresh);
  if (!before?.dataset.touched || !after || before.dataset.route !== after.dataset.route) return;
  for (const field of before.elements) {
    for (const same of field.name ? all(`[name="${CSS.escape(field.name)}"]`, after) : []) {
      if (field.type === "radio" || field.type === "checkbox") {
        if (same.value === field.value) same.checked = field.checked;
      } else same.value = field.value;
    }
  }
}

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
    if (button.dataset.line) this.say(button.dataset.line, {});
    if (button.dataset.route) this.press(button, button.dataset.route, JSON.parse(button.dataset.answers ?? "{}"));
  }

  submitted(event) {
    if (!event.target.matches("form.ask")) return;
    event.preventDefault();
    const answers = Object.fromEntries(new FormData(event.target));
    this.press(one("button[type=submit]", event.target), event.target.dataset.route, answers);
  }

  async press(button, route, answers) {
    const message = button.closest(".message");
    if (message.getAttribute("aria-busy") === "true") return;
    const body = { route, answers, message: Number(message.dataset.id) };
    const sending = () => {
      message.setAttribute("aria-busy", "true");
      button.classList.add("pending");
      all(".retry, .refusal", message).forEach((line) => line.remove());
    };
    const done = () => {
      message.removeAttribute("aria-busy");
      button.classList.remove("pending");
    };
    await this.send(body, message, { sending, done, refused: (html) => refuse(button, html) });
  }

  async say(text, picked) {
    const line = document.createElement("article");
    line.className = "message person sending new";
    line.append(Object.assign(document.createElement("p"), { className: "said", textContent: text }));
    this.list.append(line);
    this.toEnd();
    const sending = () => all(".retry", line).forEach((retry) => retry.remove());
    await this.send({ text, picked }, line, { sending, answered: () => line.remove() });
  }

  // The key stays the same however often it is tried, so the server acts once.
  async send(body, place, { sending, done, answered, refused }) {
    const key = newKey();
    const attempt = async () => {
      sending();
      this.acting++;
      try {
        const answer = await post("/play/act", { ...body, key, token: this.token, since: this.change });
        answered?.();
        if (answer.refused) refused(answer.refused);
        answer.changes.forEach((change) => this.news(change));
      } catch (error) {
        this.failed(place, error, attempt);
      }
      this.acting--;
      done?.();
    };
    await attempt();
  }

  news(change) {
    this.apply(change);
    one(".clock", this.section).dataset.zone = change.zone;
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

function refuse(button, html) {
  const refusal = Object.assign(document.createElement("div"), { className: "refusal", innerHTML: html });
  refusal.setAttribute("role", "alert");
  button.before(refusal);
  refusal.scrollIntoView({ block: "nearest" });
}

function typed(field) {
  const form = field.closest("form.ask");
  if (!form) return;
  form.dataset.touched = "yes";
  const count = one(".count", field.closest(".field"));
  if (!count) return;
  count.textContent = `${field.value.length}/${field.maxLength}`;
  count.classList.toggle("full", field.value.length >= field.maxLength);
}

// --- the composer and its menu -------------------------------------------------------------------

class Composer {
  constructor(pane, form) {
    Object.assign(this, { pane, form, items: [], active: -1, moved: null, picked: {}, asked: 0 });
    this.input = one("input", form);
    this.menu = one(".menu", form);
    this.options = one("ul", form);
    this.input.addEventListener("input", () => this.look());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => { if (!form.contains(document.activeElement)) this.close(); }, 150));
    form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    one(".slash", form).addEventListener("click", () => this.put(this.menu.hidden || !this.items.length ? "/" : ""));
    this.options.addEventListener("mousedown", (event) => event.preventDefault());
    this.options.addEventListener("click", (event) => {
      const line = event.target.closest("li");
      if (line) this.take(this.items[Number(line.dataset.index)]);
    });
  }

  put(text) {
    this.input.value = text;
    this.input.focus();
    this.input.setSelectionRange(text.length, text.length);
    this.look();
  }

  async look() {
    const asked = ++this.asked;
    const text = this.input.value;
    if (!text.startsWith("/")) return this.close();
    const menu = await post("/play/complete", { token: this.pane.token, text, picked: this.picked }).catch(() => null);
    if (asked === this.asked) menu ? this.open(menu) : this.close();
  }

  // What the arrow keys marked stays marked when a later answer still holds it.
  open({ title, items, eager }) {
    const kept = this.moved ? items.findIndex(({ text, value }) => text === this.moved.text && value === this.moved.value) : -1;
    if (kept < 0) this.moved = null;
    this.items = items;
    one("p", this.menu).textContent = title;
    this.options.replaceChildren(...items.map((item, index) => {
      const line = Object.assign(document.createElement("li"), { role: "option", id: `${this.options.id}-${index}` });
      line.dataset.index = index;
      line.append(Object.assign(document.createElement("b"), { textContent: item.label }));
      if (item.hint) line.append(Object.assign(document.createElement("span"), { textContent: item.hint }));
      return line;
    }));
    this.menu.hidden = !items.length && !title;
    this.input.setAttribute("aria-expanded", String(!this.menu.hidden));
    this.menu.scrollTop = 0;
    this.mark(kept >= 0 ? kept : eager && items.length ? 0 : -1);
  }

  close() {
    this.asked++;
    this.open({ title: "", items: [], eager: false });
  }

  mark(index) {
    this.active = index;
    [...this.options.children].forEach((line, at) => line.setAttribute("aria-selected", String(at === index)));
    const line = this.options.children[index];
    line?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", line?.id ?? "");
  }

  move(step) {
    const count = this.items.length;
    this.mark((Math.max(this.active, step < 0 ? 0 : -1) + step + count) % count);
    this.moved = this.items[this.active];
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") return this.close(); // also a menu still on its way
    if (this.menu.hidden) return;
    const count = this.items.length;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves && count) this.move(moves[event.key]);
    else if (event.key === "Enter" && this.active >= 0) this.take(this.items[this.active]);
    else if (event.key === "Tab" && !event.shiftKey && count) this.take({ ...this.items[Math.max(this.active, 0)], send: false });
    else return;
    event.preventDefault();
  }

  take(item) {
    if (item.option) this.picked[item.option] = [item.label, item.value];
    this.close(); // or a second tap would take from the menu before
    this.put(item.text);
    if (item.send) this.send();
  }

  send() {
    const text = this.input.value.trim();
    if (!text) return;
    const picked = this.picked;
    this.picked = {};
    this.input.value = "";
    this.close();
    if (touch.matches) this.input.blur(); // the keyboard would cover the answer
    this.pane.say(text, picked);
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

// --- time ----------------------------------------------------------------------------------------


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

if (one(".pane")) begin();
if (one(".countdown") || one(".pane")) { tick(); setInterval(tick, 1000); }
