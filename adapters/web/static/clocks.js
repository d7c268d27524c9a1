// Countdowns and the clocks of the panes, once a second and every ten; and the days of pages that belong to no account.
"use strict";

const two = (number) => String(number).padStart(2, "0");

function tick() {
  for (const countdown of all(".countdown")) {
    const left = Math.ceil((new Date(countdown.dateTime) - Date.now()) / 1000);
    countdown.textContent = left > 0 ? remaining(countdown, left) : countdown.dataset.over;
    countdown.classList.toggle("hot", left <= 60);
  }
}

// To the nearest of a unit, and what comes to a whole number of the next is said in that: never "in 48 hours".
function remaining(countdown, left) {
  const relative = new Intl.RelativeTimeFormat(countdown.closest("[lang]").lang, { numeric: "always" });
  const [minutes, hours, days] = [60, 3600, 86400].map((unit) => Math.round(left / unit));
  if (hours >= 48) return relative.format(days, "day");
  if (minutes >= 120) return relative.format(hours, "hour");
  if (left >= 3600) return relative.format(minutes, "minute");
  return countdown.dataset.left.replace("{time}", `${two(Math.floor(left / 60))}:${two(left % 60)}`);
}

// A day in the zone of whoever looks: the server does not know it.
function tellDays() {
  for (const time of all(".own-day time")) {
    const shape = { weekday: "short", day: "numeric", month: "short", year: "numeric" };
    time.textContent = new Intl.DateTimeFormat(time.closest("[lang]").lang, shape).format(new Date(time.dateTime));
  }
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
