// Small comforts. Every page does its whole work without this file.
"use strict";

// "/" goes to the search box; Ctrl + Enter sends the form one is writing in.
document.addEventListener("keydown", (event) => {
  const writing = event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key === "/" && !writing && !event.ctrlKey && !event.altKey && !event.metaKey) {
    const box = document.querySelector("[data-find]");
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && writing?.form) {
    event.preventDefault();
    writing.form.requestSubmit();
  }
});

// From the box in which one looks for a person, the arrow goes to the first of those found, and chooses them.
document.addEventListener("keydown", (event) => {
  const first = event.key === "ArrowDown" && event.target.name === "who" && document.querySelector("#people [type=radio]");
  if (first) {
    event.preventDefault();
    first.focus();
    first.click();
  }
});

// A form that changes something is sent once, however often one clicks.
const release = (form) => {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
};
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-again")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
}, true);
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

// <form data-auto>: a new choice asks again by itself (a typed field when one leaves it).
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.hasAttribute("data-auto") && !form.hasAttribute("hx-get")) form.requestSubmit();
});

// <button hidden data-print>: only a browser that runs this can print by a button.
const reveal = () => document.querySelectorAll("[data-print][hidden]").forEach((button) => { button.hidden = false; });
reveal();
document.addEventListener("htmx:afterSwap", reveal);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// After a refused form, the first wrong field has the focus.
document.querySelector("form[method=post] [aria-invalid=true]")?.focus();

// htmx: an expired session opens the whole log-in page; what did not go through is said.
const fault = (shown) => {
  const note = document.getElementById("fault");
  if (note) note.hidden = !shown;
};
document.addEventListener("htmx:beforeRequest", () => fault(false));
document.addEventListener("htmx:responseError", () => fault(true));
document.addEventListener("htmx:sendError", () => fault(true));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest("form");
  if (form) release(form);
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const answered = event.detail.xhr.responseURL;
  if (answered && new URL(answered).pathname.startsWith("/accounts/")) {
    event.detail.shouldSwap = false;
    window.location.reload();
  }
});

// <form data-shows="answer">: who presses its button on a phone is brought to the answer below.
document.addEventListener("htmx:afterSettle", (event) => {
  const { elt, triggeringEvent } = event.detail.requestConfig ?? {};
  const answer = triggeringEvent?.type === "submit" && document.getElementById(elt.dataset.shows);
  if (answer && answer.getBoundingClientRect().top > window.innerHeight / 2) answer.scrollIntoView();
});

// <input type="checkbox" data-tick-all hidden>: ticks every box of its table at once.
document.querySelectorAll("[data-tick-all]").forEach((all) => {
  all.hidden = false;
  all.addEventListener("change", () => {
    all.closest("table").querySelectorAll("tbody input[type=checkbox]").forEach((box) => { box.checked = all.checked; });
  });
});

// What a hand has done keeps the session alive; what a timer asks does not.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.triggeringEvent?.isTrusted) event.detail.headers["By-Hand"] = "yes";
});

// A passkey that does not answer, or was not wanted: say so beside its button.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.querySelectorAll("[data-key-fault]").forEach((note) => { note.hidden = false; });
});

// <a data-file>, <form data-file>: the browser downloads the file by itself; the bar beside says how far the server is.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-file]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  link.href = followed(link.href, link.closest("details"));
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-file]");
  if (!form) return;
  const address = followed(form.action, form.closest("details") ?? form);
  if (form.method === "post") form.action = address;
  else { // its fields take the place of whatever its address asks
    form.querySelector("[name=key]")?.remove();
    const key = new URL(address).searchParams.get("key");
    if (key) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "key", value: key }));
  }
});
const followed = (href, around) => {
  const beside = around?.querySelector("[data-underway]");
  if (!beside || !window.crypto?.randomUUID) return href;
  const address = new URL(href);
  const key = crypto.randomUUID();
  address.searchParams.set("key", key);
  follow(beside, key, Number(around.querySelector("[data-rows]").dataset.rows));
  return address;
};
const follow = (beside, key, rows) => {
  const bar = beside.querySelector("progress");
  const said = beside.querySelector("[role=status]");
  const say = (words, count) => { said.textContent = words.replace("ROWS", count?.toLocaleString(document.documentElement.lang)); };
  beside.hidden = false;
  beside.dataset.key = key;
  bar.removeAttribute("value");
  say(said.dataset.begun);
  const ask = async () => {
    if (beside.dataset.key !== key) return; // another file is followed by now
    // Marked as a question of the page: it keeps no session alive.
    const answer = await fetch(`${beside.dataset.underway}?key=${key}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    const heard = answer?.ok && !answer.redirected;
    const seen = heard ? await answer.json() : {};
    if (seen.rows) {
      bar.max = Math.max(rows, seen.rows);
      bar.value = seen.rows;
      say(seen.end === "whole" ? said.dataset.ended : said.dataset.rowsLeft, seen.rows);
    }
    if (seen.end === "whole") bar.max = bar.value = 1;
    else if (seen.end) {
      bar.value = seen.rows; // it stays where the file stopped
      say(said.dataset.broken);
    } else if (heard) setTimeout(ask, 500);
    else beside.hidden = true;
  };
  setTimeout(ask, 300);
};
