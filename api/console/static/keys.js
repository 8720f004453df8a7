// Keys of the console. Everything they do, a mouse or the Tab key does too; without this file nothing is missing.
"use strict";

(() => {
  const rows = [...document.querySelectorAll("[data-open]")];
  const help = document.getElementById("keys-help");
  const confirmApprove = document.getElementById("confirm-approve");
  const approve = document.querySelector("[data-approve]");

  // In a field, a list of choices, a dialog or an unfolded menu, letters belong to the field.
  const isTyping = (target) =>
    target instanceof Element && target.closest("input, textarea, select, dialog, [contenteditable]") !== null;

  const move = (step) => {
    if (rows.length === 0) return;
    const at = rows.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
    rows[next].focus();
    rows[next].scrollIntoView({ block: "nearest" });
  };

  const unfold = (selector) => {
    const part = document.querySelector(selector);
    if (part === null) return;
    part.open = true;
    part.querySelector("input, select, textarea").focus();
  };

  const actions = {
    j: () => move(1),
    k: () => move(-1),
    a: () => approve !== null && confirmApprove !== null && confirmApprove.showModal(),
    e: () => document.querySelector("[data-draft]")?.focus(),
    r: () => unfold("[data-reject]"),
    s: () => unfold("[data-snooze]"),
    n: () => document.querySelector("[data-next]")?.click(),
    q: () => window.location.assign("/queue"),
    "?": () => help !== null && help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.repeat && event.key !== "j" && event.key !== "k") return;
    if (isTyping(event.target) || document.querySelector("dialog[open]") !== null) return;
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (action === undefined) return;
    event.preventDefault();
    action();
  });

  // The form is sent by its own button, so that its name and value go along.
  confirmApprove?.addEventListener("close", () => {
    if (confirmApprove.returnValue === "yes" && approve !== null) approve.click();
    confirmApprove.returnValue = "";
  });

  const helpButton = document.querySelector("[data-help]");
  if (helpButton !== null && help !== null) {
    helpButton.hidden = false;
    helpButton.addEventListener("click", () => help.showModal());
  }

  // The page looks again by itself; between two looks the seconds count down here.
  document.querySelectorAll("[data-seconds]").forEach((timer) => {
    const ends = performance.now() + 1000 * Number(timer.dataset.seconds);
    const tick = window.setInterval(() => {
      const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
      timer.textContent = `${left} s left`;
      if (left === 0) window.clearInterval(tick);
    }, 250);
  });

  // A second press while the first is on its way would only be answered with the same page.
  document.querySelectorAll("form[method=post]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent === "yes") event.preventDefault();
      form.dataset.sent = "yes";
    });
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });
})();
