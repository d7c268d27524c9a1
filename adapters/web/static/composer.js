// The line that is typed and its menu. Keys do the same however late the menu comes.
"use strict";

class Composer {
  constructor(pane, form) {
    Object.assign(this, { pane, form, items: [], active: -1, moved: null, picked: {}, asked: 0, shown: 0, sure: 0, key: "" });
    this.input = one("input", form);
    this.menu = one(".menu", form);
    this.options = one("ul", form);
    this.input.addEventListener("input", () => this.look());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => setTimeout(() => { if (!this.key && !form.contains(document.activeElement)) this.close(); }, 150));
    form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    one(".slash", form).addEventListener("click", (event) => { if (!isSecond(event)) this.put(this.menu.hidden || !this.items.length ? "/" : ""); });
    this.options.addEventListener("mousedown", (event) => event.preventDefault());
    this.options.addEventListener("click", (event) => {
      const line = event.target.closest("li");
      if (line && !isSecond(event)) this.take(this.items[Number(line.dataset.index)]);
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
    this.keep("");
    const text = this.input.value;
    if (!text.startsWith("/")) return this.close();
    const menu = await post("/play/complete", { token: this.pane.token, text, picked: this.picked }).catch(() => null);
    if (asked !== this.asked) return;
    const { key } = this;
    menu ? this.open(menu) : this.close();
    this.keep("");
    if (key) this.choose(key);
  }

  // What the arrow keys marked stays marked when a later answer still holds it.
  open({ title, items, eager }) {
    const kept = this.moved ? items.findIndex(({ text, value }) => text === this.moved.text && value === this.moved.value) : -1;
    if (kept < 0) this.moved = null;
    this.items = items;
    this.shown = this.asked;
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
    this.keep("");
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
    this.sure = this.asked;
  }

  // A menu is on its way for what stands in the line, and nothing was marked since that was typed.
  isLate() { return this.shown !== this.asked && this.sure !== this.asked; }

  // A key that was pressed before its menu came is done when it comes.
  keep(key) {
    this.key = key;
    one(".send", this.form).classList.toggle("pending", Boolean(key));
  }

  pressed(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") return this.close(); // also a menu still on its way
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chooses = event.key === "Enter" || (event.key === "Tab" && !event.shiftKey);
    if (step && this.items.length) this.move(step);
    else if (chooses && this.isLate()) this.keep(event.key);
    else if (event.key === "Enter" || (chooses && this.items.length)) this.choose(event.key);
    else return;
    event.preventDefault();
  }

  // The return key takes what is marked or else sends the line; the tab key takes and sends nothing.
  choose(key) {
    const item = this.items[key === "Tab" ? Math.max(this.active, 0) : this.active];
    if (item) this.take(key === "Tab" ? { ...item, send: false } : item);
    else if (key === "Enter") this.send();
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
