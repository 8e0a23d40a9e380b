"use strict";
// Searches the sections of the manual in the page itself, because a page from a disk may load no data.

const query = document.getElementById("query");
const hits = document.getElementById("hits");
const MOST = 30;
const IN_TITLE = 10;
const AT_ITS_START = 15;
const AROUND = 70;
// What changed once is seldom what somebody looks for.
const LAST = "Changelog";

function wordsOf(text) {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

// How well a section fits: 0 if a word occurs nowhere in it.
function score([, page, title, text], words) {
  const heading = title.toLowerCase();
  const body = text.toLowerCase();
  let sum = 0;
  for (const word of words) {
    const inTitle = heading.startsWith(word) ? AT_ITS_START : heading.includes(word) ? IN_TITLE : 0;
    const times = Math.min(body.split(word).length - 1, 5);
    const inPage = page.toLowerCase().includes(word) ? 1 : 0;
    if (!inTitle && !times && !inPage) return 0;
    sum += inTitle + times + inPage;
  }
  return page === LAST ? sum / IN_TITLE : sum;
}

// The text around the first word, with all words marked.
function excerpt(text, words) {
  const body = text.toLowerCase();
  const at = Math.max(0, ...words.map((word) => body.indexOf(word)));
  const from = Math.max(0, at - AROUND);
  const shown = text.slice(from, at + 2 * AROUND);
  const small = document.createElement("small");
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  shown.split(new RegExp(`(${escaped.join("|")})`, "i")).forEach((part, number) => {
    const node = document.createElement(number % 2 ? "mark" : "span");
    node.textContent = (number === 0 && from ? "…" : "") + part;
    small.append(node);
  });
  return small;
}

function entry([url, page, title, text], words) {
  const link = document.createElement("a");
  link.href = url;
  const name = document.createElement("b");
  name.textContent = title;
  link.append(name, title === page ? "" : ` – ${page}`, excerpt(text, words));
  const item = document.createElement("li");
  item.append(link);
  return item;
}

function show() {
  const words = wordsOf(query.value);
  hits.hidden = words.length === 0;
  const ranked = words.length === 0 ? [] : SECTIONS.map((section) => [score(section, words), section])
    .filter(([points]) => points > 0)
    .sort(([one], [other]) => other - one);
  const more = ranked.length > MOST ? `, the best ${MOST} are shown` : "";
  hits.querySelector("p").textContent = `${ranked.length} section${ranked.length === 1 ? "" : "s"}${more}`;
  hits.querySelector("ol").replaceChildren(...ranked.slice(0, MOST).map(([, section]) => entry(section, words)));
}

function close() {
  hits.hidden = true;
}

// Moves the focus between the field and the hits.
function move(step) {
  const places = [query, ...hits.querySelectorAll("a")];
  const next = places.indexOf(document.activeElement) + step;
  places[Math.min(Math.max(next, 0), places.length - 1)].focus();
}

query.hidden = false;
query.addEventListener("input", show);
query.addEventListener("focus", show);
document.addEventListener("click", (event) => {
  if (!event.target.closest("search") || event.target.closest("#hits a")) close();
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    query.focus();
  } else if (event.key === "Escape") {
    close();
  } else if (event.target.closest("search") && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && event.target === query) {
    hits.querySelector("a")?.click();
  }
});
// On a phone, the list of pages is folded.
if (matchMedia("(max-width: 48rem)").matches) document.querySelector("nav details").open = false;
