// What a person has begun in a message outlives what others do to the message: words typed, and an act that waits for its answer.
"use strict";

const isTick = (field) => field.type === "radio" || field.type === "checkbox";

// The field of a form that asks the same.
function twin(field, form) {
  return field.name && [...form.elements].find((each) => each.name === field.name && (!isTick(each) || each.value === field.value));
}

function typed(field) {
  const form = field.closest("form.ask");
  if (!form) return;
  form.dataset.touched = "yes";
  delete form.dataset.sent;
  all(".retry", form.closest(".message")).forEach((line) => line.remove()); // it would send the words before
  recount(field);
}

function recount(field) {
  const count = one(".count", field.closest(".field"));
  if (!count) return;
  count.textContent = `${field.value.length}/${field.maxLength}`;
  count.classList.toggle("full", field.value.length >= field.maxLength);
}

// Gives each form of the message before that goes on the form that goes on for it. An answer of one's own ends what
// was sent; news of others ends nothing, and a form that they have no place for stays below them.
function carryOver(old, fresh) {
  const isNews = "edited" in fresh.dataset;
  const goesOn = new Map();
  for (const form of all("form.ask[data-touched]", old)) {
    const same = all("form.ask", fresh).find((each) => each.dataset.route === form.dataset.route);
    const isTaken = form.dataset.sent && !isNews && !one(".screen.bad", fresh);
    if (same && !isTaken) goesOn.set(form, refill(form, same));
    else if (!same && isNews) goesOn.set(form, keepBelow(form, fresh));
  }
  if (isNews) {
    if (old.dataset.awaits) beginWaiting(fresh, old.dataset.awaits);
    fresh.append(...all(":scope > .retry", old));
  }
  return goesOn;
}

function refill(before, after) {
  for (const field of before.elements) {
    const same = twin(field, after);
    if (!same) continue;
    if (isTick(same)) same.checked = field.checked;
    else if (!same.options || [...same.options].some((option) => option.value === field.value)) same.value = field.value;
    recount(same);
  }
  const { touched, sent } = before.dataset;
  Object.assign(after.dataset, sent ? { touched, sent } : { touched });
  one("button[type=submit]", after).before(...all(".refusal", before));
  return after;
}

function keepBelow(form, message) {
  form.dataset.kept = "yes";
  one(".screen", message).append(form);
  return form;
}

// An act that was answered: what was sent with it is over, and so is a message that stayed for it alone.
function letGo(message) {
  if (message.dataset.gone) return message.remove();
  all("form.ask[data-kept]", message).forEach((form) => form.remove());
  for (const form of all("form.ask[data-sent]", message)) {
    delete form.dataset.touched;
    delete form.dataset.sent;
  }
}

function beginWaiting(message, key) {
  message.dataset.awaits = key;
  message.setAttribute("aria-busy", "true");
}

function endWaiting(message) {
  delete message.dataset.awaits;
  message.removeAttribute("aria-busy");
}

const isBegun = (message) => Boolean(message.dataset.awaits || one("form.ask[data-touched]", message));

function refuse(message, route, html) {
  const refusal = Object.assign(document.createElement("div"), { className: "refusal", innerHTML: html });
  refusal.setAttribute("role", "alert");
  const form = all("form.ask", message).find((each) => each.dataset.route === route);
  if (form) {
    delete form.dataset.sent;
    one("button[type=submit]", form).before(refusal);
  } else one(".screen", message).append(refusal);
  refusal.scrollIntoView({ block: "nearest" });
}
