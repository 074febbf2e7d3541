// Clicks inside messages: citations open the panel, copy buttons copy. Delegated, because messages come and go.
document.addEventListener("click", (event) => {
  const cite = event.target.closest("[data-cite]");
  if (cite) return openPassage(cite);
  const copy = event.target.closest("[data-copy]");
  if (copy) return copyWords(copy);
  const panel = document.getElementById("ws-panel");
  if (panel && panel.open && (event.target === panel || event.target.closest("[data-close]"))) panel.close();
});

function openPassage(button) {
  // The same passage may be cited by several answers: take the nearest one after the button.
  const all = [...document.querySelectorAll("template[data-passage]")].filter((one) => one.dataset.passage === button.dataset.cite);
  const after = (one) => button.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
  const passage = all.find(after) || all.at(-1);
  const panel = document.getElementById("ws-panel");
  if (!passage || !panel) return;
  panel.querySelector("div").replaceChildren(passage.content.cloneNode(true));
  if (!panel.open) panel.showModal();
}

async function copyWords(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = label; }, 1600);
}
