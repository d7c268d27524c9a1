// Countdowns and the clocks of the panes, once a second and every ten.
"use strict";

const two = (number) => String(number).padStart(2, "0");

function tick() {
  for (const countdown of all(".countdown")) {
    const left = Math.ceil((new Date(countdown.dateTime) - Date.now()) / 1000);
    countdown.textContent = left > 0 ? remaining(countdown, left) : countdown.dataset.over;
    countdown.classList.toggle("hot", left <= 60);
  }
}

function remaining(countdown, left) {
  const relative = new Intl.RelativeTimeFormat(countdown.closest("[lang]").lang, { numeric: "always" });
  if (left >= 172800) return relative.format(Math.floor(left / 86400), "day");
  if (left >= 3600) return relative.format(Math.round(left / 3600), "hour");
  return countdown.dataset.left.replace("{time}", `${two(Math.floor(left / 60))}:${two(left % 60)}`);
}

function tellTime() {
  for (const clock of all(".clock")) {
    const { zone } = clock.dataset;
    const lang = clock.closest("[lang]").lang;
    const city = zone.split("/").pop().replaceAll("_", " ");
    const time = new Intl.DateTimeFormat(lang, { timeZone: zone, hour: "numeric", minute: "2-digit" }).format(new Date());
    clock.textContent = `${time}\n${city}`;
  }
}
