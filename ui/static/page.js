// Clicks inside messages: citations open the panel, copy buttons copy. Delegated, because messages come and go.
document.addEventListener("click", (event) => {
  const cite = event.target.closest("[data-cite]");
  if (cite) return openPassage(cite);
  const copy = event.target.closest("[data-copy]");
  if (copy) return copyWords(copy);
  const trace = event.target.closest("[data-trace]");
  if (trace) return openTrace(trace);
  const leads = event.target.closest("[data-open]");
  if (leads) return document.getElementById(`ws-tab-${leads.dataset.open}-button`)?.click();
  if (event.target.closest("#ws-threads label, #ws-new")) return closeDrawer();
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
  const inside = panel.querySelector("div");
  inside.replaceChildren(passage.content.cloneNode(true));
  panel.setAttribute("aria-labelledby", "ws-panel-title");
  panel.addEventListener("close", () => button.isConnected && button.focus(), { once: true });
  panel.scrollTop = 0;
  if (!panel.open) panel.showModal();
  showPassage(inside, passage.dataset.ask);
}

// What the answer kept is shown at once; the passage as it stands now takes its place, unless another was opened since.
async function showPassage(inside, asked) {
  inside.dataset.asked = asked;
  const answer = await fetch("passage", { method: "POST", headers: { "Content-Type": "application/json" }, body: asked }).catch(() => null);
  if (inside.dataset.asked !== asked || !answer) return;
  if (answer.ok) {
    inside.innerHTML = await answer.text();
    inside.querySelector("[data-close]").focus();
    inside.querySelector("mark")?.scrollIntoView({ block: "nearest" });
  } else if (answer.status === 404) inside.querySelector("[data-gone]").hidden = false;
}

async function openTrace(button) {
  const { trace, lang } = button.dataset;
  const answer = await fetch(`trace/${trace}?lang=${lang}`).catch(() => null);
  const panel = document.getElementById("ws-panel");
  if (!panel || !answer || (!answer.ok && answer.status !== 404)) return;
  const inside = panel.querySelector("div");
  delete inside.dataset.asked;
  inside.innerHTML = await answer.text();
  panel.setAttribute("aria-labelledby", "ws-panel-title");
  panel.addEventListener("close", () => button.isConnected && button.focus(), { once: true });
  panel.scrollTop = 0;
  if (!panel.open) panel.showModal();
  inside.querySelector("[data-close]").focus();
}

async function copyWords(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = label; }, 1600);
}

// What is typed beside a draft changes it: its card gives way to that of the new version.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-revise]");
  if (!form) return;
  event.preventDefault();
  const card = form.closest(".ws-draft");
  const said = form.querySelector(".ws-draft-said");
  const { revise, number, lang } = form.dataset;
  const body = JSON.stringify({ id: revise, wish: form.elements.wish.value, number: Number(number), lang });
  form.querySelector("button").disabled = true;
  const answer = await fetch("draft", { method: "POST", headers: { "Content-Type": "application/json" }, body }).catch(() => null);
  form.querySelector("button").disabled = false;
  const words = answer ? await answer.text() : "";
  if (answer?.ok) {
    card.insertAdjacentHTML("afterend", words);
    const next = card.nextElementSibling;
    card.remove();
    next.querySelector(".ws-draft-ask input").focus();
  } else said.innerHTML = answer?.status === 422 ? words : form.dataset.failed;
});

// A new question goes to the top and stays there while its answer grows below, until the reader scrolls
// or the answer is complete and its charts have had a moment to draw.
let questions = 0;
let following = null;
const settle = 2000; // ms
function stopFollowing(row) {
  if (following === row) following = null;
}
let due = 0; // one look a frame, as scrolling makes the browser lay the page out
new MutationObserver(() => {
  due ||= requestAnimationFrame(follow);
}).observe(document.documentElement, { childList: true, subtree: true });
function follow() {
  due = 0;
  const rows = document.querySelectorAll("#ws-chat .user-row");
  if (rows.length !== questions) {
    following = rows.length ? rows[rows.length - 1] : null;
    questions = rows.length;
  }
  if (!following || !following.isConnected) return;
  following.scrollIntoView({ block: "start" });
  const ended = document.querySelectorAll("#ws-chat .ws-byline, #ws-chat .ws-failure").length;
  if (ended >= questions) setTimeout(stopFollowing, settle, following);
}
for (const kind of ["wheel", "touchmove", "keydown", "mousedown"]) {
  document.addEventListener(kind, () => { following = null; }, { passive: true });
}

// On a phone the list of conversations is a drawer: shut at first, and after a choice.
function closeDrawer() {
  const side = document.getElementById("ws-side");
  if (innerWidth < 769 && side?.classList.contains("open")) side.querySelector(".toggle-button").click();
}
let tries = 0;
const arrival = setInterval(() => {
  const side = document.getElementById("ws-side");
  closeDrawer();
  // The drawer opens itself a moment after it is drawn.
  if ((side && !side.classList.contains("open") && tries++ > 8) || innerWidth >= 769 || performance.now() > 20000) clearInterval(arrival);
}, 100);

// While the campaigns are looked at, what others do is followed.
let steps = "";
setInterval(async () => {
  const tab = document.getElementById("ws-campaigns");
  if (document.hidden || !tab?.checkVisibility()) return;
  const answer = await fetch("campaigns/steps").catch(() => null);
  if (!answer?.ok) return;
  const before = steps;
  steps = await answer.text();
  if (before && steps !== before) for (const button of document.querySelectorAll(".ws-follow")) button.click();
}, 5000);
