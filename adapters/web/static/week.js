// A week of times: the arrow keys move between them, and each is also told in the viewer's own time.
"use strict";

{
  const find = (selector, root = document) => [...root.querySelectorAll(selector)];
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;

  const nearest = (slots, place) => slots[Math.min(place, slots.length - 1)];

  function move(table, slot, key) {
    const columns = find("td", table).map((cell) => find(".slot", cell)).filter((slots) => slots.length);
    const column = columns.findIndex((slots) => slots.includes(slot));
    const place = columns[column].indexOf(slot);
    const forward = getComputedStyle(table).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = forward === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
    const all = columns.flat();
    return {
      [forward]: columns[column + 1] && nearest(columns[column + 1], place),
      [back]: columns[column - 1] && nearest(columns[column - 1], place),
      ArrowDown: columns[column][place + 1],
      ArrowUp: columns[column][place - 1],
      Home: all[0],
      End: all[all.length - 1],
    }[key];
  }

  for (const table of find(".week table")) {
    table.addEventListener("keydown", (event) => {
      const slot = event.target.closest(".slot");
      const next = slot && !event.ctrlKey && !event.metaKey && !event.altKey && move(table, slot, event.key);
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
  }

  // Two zones with the same clock on these days need no second time.
  function tellOwn(note) {
    const lang = note.closest("[lang]").lang;
    const times = find(".week .slot").map((slot) => (slot.matches("time") ? slot : slot.querySelector("time")));
    const show = new Intl.DateTimeFormat(lang, { timeZone: own, hour: "numeric", minute: "2-digit" });
    const day = new Intl.DateTimeFormat(lang, { timeZone: own, weekday: "short" });
    const there = new Intl.DateTimeFormat("en-CA", { timeZone: note.dataset.zone });
    const here = new Intl.DateTimeFormat("en-CA", { timeZone: own });
    if (!times.length || times.every((time) => sameClock(new Date(time.dateTime), note.dataset.zone))) return;
    for (const time of times) {
      const at = new Date(time.dateTime);
      const text = there.format(at) === here.format(at) ? show.format(at) : `${day.format(at)} ${show.format(at)}`;
      time.closest(".slot").append(Object.assign(document.createElement("small"), { textContent: text }));
    }
    const named = new Intl.DateTimeFormat(lang, { timeZone: own, timeZoneName: "longGeneric" }).formatToParts();
    note.textContent = note.dataset.own.replace("{zone}", named.find((part) => part.type === "timeZoneName").value);
    note.hidden = false;
  }

  function sameClock(at, zone) {
    const clock = (timeZone) => at.toLocaleString("en-GB", { timeZone });
    return clock(own) === clock(zone);
  }

  find(".own-zone").forEach(tellOwn);
}
