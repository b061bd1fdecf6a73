// Comfort only: every page does its work without this file. Nothing typed here is kept anywhere.

const show = (scope, word) => {
  for (const span of scope.querySelectorAll("[data-word]")) span.hidden = span.dataset.word !== word;
};

// Password requirements tick while one types.
for (const list of document.querySelectorAll("[data-requirements-for]")) {
  const field = document.getElementById(list.dataset.requirementsFor);
  if (!field) continue;
  const policy = import(list.dataset.policy);
  const minimum = Number(list.dataset.minimum ?? 0);
  const composition = list.querySelector('[data-requirement="uppercase"]') !== null;

  const tick = async () => {
    const { unmet } = await policy;
    const missing = unmet(field.value, minimum, composition);
    for (const item of list.querySelectorAll("[data-requirement]")) {
      const id = item.dataset.requirement;
      let state = missing.includes(id) ? "unmet" : "met";
      // Only the server knows the common and breached ones.
      if (id === "uncommon" || field.value === "") state = "unknown";
      item.dataset.state = state;
      show(item, state);
    }
  };
  field.addEventListener("input", () => {
    list.dataset.typing = "";
    tick();
  });
  // Some that fill in fields for a person say so by this event only.
  field.addEventListener("change", () => {
    delete list.dataset.typing;
    tick();
  });
  field.addEventListener("blur", () => delete list.dataset.typing);
  if (field.value !== "") tick();
}

// Whether the confirmation matches.
for (const hint of document.querySelectorAll("[data-match]")) {
  const confirmation = document.getElementById(hint.dataset.match);
  const original = document.getElementById(hint.dataset.matchOf);
  if (!confirmation || !original) continue;
  const compare = () => {
    const same = confirmation.value.normalize("NFKC") === original.value.normalize("NFKC");
    show(hint, confirmation.value === "" ? "" : same ? "same" : "differ");
  };
  for (const field of [confirmation, original]) {
    field.addEventListener("input", compare);
    field.addEventListener("change", compare);
  }
}

// Show and hide a password.
const reveal = (button, shown) => {
  const field = document.getElementById(button.dataset.reveal);
  if (!field) return;
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
};
for (const button of document.querySelectorAll("[data-reveal]")) {
  button.hidden = false;
  button.addEventListener("click", () => reveal(button, button.getAttribute("aria-pressed") !== "true"));
}

// Copy and print.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    const from = document.getElementById(button.dataset.copy);
    if (!from) return;
    const lines = [...from.querySelectorAll("li")].map((item) => item.textContent.trim());
    await navigator.clipboard.writeText(lines.length > 0 ? lines.join("\n") : from.textContent.trim());
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = label), 2000);
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// A second click sends nothing twice, and never keeps a person from trying again.
const patience = 4000;
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if ("sending" in form.dataset) {
      event.preventDefault();
      return;
    }
    // A browser may offer to keep what a text field held, so a shown password is hidden first.
    for (const button of form.querySelectorAll("[data-reveal]")) reveal(button, false);
    form.dataset.sending = "";
    setTimeout(() => delete form.dataset.sending, patience);
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
});

// What an application has asked for in the name of its own session need not be asked again.
document.querySelector("form[data-at-once]")?.requestSubmit();

// Browsers differ in whether autofocus reaches what is not a field.
document.querySelector("[data-error-summary]")?.focus();

// On a phone, the place where one is should be in sight.
const current = document.querySelector('.nav [aria-current="page"]');
if (current) {
  const nav = current.closest(".nav");
  if (nav.scrollWidth > nav.clientWidth) nav.scrollLeft = current.offsetLeft - (nav.clientWidth - current.offsetWidth) / 2;
}
