// One choice follows the reader: a filter or a unit that is chosen in one part of a page is chosen in all of it, and
// stands in the page's address, to be shared: #filter=42&unit=AU12. Parts that can be turned follow by themselves
// (interactive/common.js); here are the address, and what only shows what is chosen: pictures, tables, charts.
(() => {
  const page = document.querySelector("article.bd-article"), root = document.documentElement;
  if (!page?.querySelector("[data-follows]")) return;
  const NAME = /^conv3:(\d{1,3})\b/, UNIT = /^AU\d{1,2}[LR]?$/, STILL = 200;      // milliseconds
  const chosen = () => JSON.parse(root.dataset.choice ?? "{}");
  const same = (one, other) => one.filter === other.filter && one.unit === other.unit;

  // The address

  function asked() {
    const given = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : ""), found = {};
    if (/^\d{1,3}$/.test(given.get("filter")) && +given.get("filter") < 256) found.filter = +given.get("filter");
    if (UNIT.test(given.get("unit"))) found.unit = given.get("unit");
    return found;
  }

  function readAddress() {
    const found = asked();
    if (!Object.keys(found).length || same(found, chosen())) return;            // a place in the page, or what it says
    root.dataset.choice = JSON.stringify({...chosen(), ...found});
    document.dispatchEvent(new CustomEvent("choice", {detail: chosen()}));
  }

  // No entry of its own in the browser's history: the back button leads to the page before
  function writeAddress() {
    const hash = new URLSearchParams(Object.entries(chosen())).toString();
    try {
      history.replaceState(history.state, "", `${location.href.split("#")[0]}#${hash}`);
    } catch { /* a frame without an address of its own, or too often */ }
  }

  // Chapters about the same network: a link to one of them takes the choice along (book/_ext/choice.py says which)
  const related = JSON.parse(document.getElementById("same-network")?.textContent ?? "[]")
    .map((address) => new URL(address, location.href).pathname);
  document.addEventListener("click", ({target}) => {
    const link = target.closest?.("a[href]"), own = new URLSearchParams(Object.entries(chosen())).toString();
    if (!link || !own || link.hash && !link.hash.includes("=")) return;
    if (related.includes(link.pathname) && link.pathname !== location.pathname) link.hash = own;
  }, true);

  // What shows several filters: the chosen one is marked there, or it is said that it is not there

  const filterOf = (text) => NAME.exec(text)?.[1];
  const groups = [];
  function gather(holder, marks, what, note) {
    const of = new Map();
    for (const [mark, filter] of marks) if (filter !== undefined) of.set(+filter, [...of.get(+filter) ?? [], mark]);
    if (of.size > 1) groups.push({holder, of, what, note});
  }
  for (const own of page.querySelectorAll(".blocks")) {
    gather(own, [...own.querySelectorAll("[data-filter]")].map((one) => [one, one.dataset.filter]), "pictured here");
  }
  for (const own of page.querySelectorAll("table:not(.interactive table)")) {
    gather(own, [...own.querySelectorAll("tbody tr")].map((row) =>
      [row, [...row.cells].map((cell) => filterOf(cell.textContent.trim())).find(Boolean)]), "in this table");
  }
  for (const own of page.querySelectorAll("svg.chart")) {
    const marks = [...own.querySelectorAll(".dot")].map((dot) => [dot, filterOf(dot.getAttribute("aria-label"))]);
    const texts = [...own.querySelectorAll("text")].map((text) => [text, filterOf(text.textContent.trim())]);
    gather(own, [...marks, ...texts], "drawn here");
  }
  const units = [...page.querySelectorAll("svg.chart text, tbody th")].map((text) =>
    [text, /^AU\d{1,2}[LR]?\b/.exec(text.textContent.trim())?.[0]]).filter(([, unit]) => unit);

  // What the tips of conv3:42 and AU12 may offer to follow
  root.dataset.follows = `filter${units.length || page.querySelector("[data-follows~=unit]") ? " unit" : ""}`;

  function show({filter, unit}) {
    for (const group of groups) {
      for (const [own, marks] of group.of) for (const mark of marks) mark.classList.toggle("chosen", own === filter);
      const marks = group.of.get(filter), lacks = filter !== undefined && !marks;
      if (lacks && !group.note) {
        group.note = Object.assign(document.createElement("p"), {className: "not-here"});
        group.holder.before(group.note);
      }
      if (group.note) {
        group.note.hidden = !lacks;
        group.note.textContent = lacks ? `conv3:${filter}, which you follow, is not ${group.what}.` : "";
      }
      for (const mark of marks ?? []) {
        const folded = mark.closest("details");
        if (folded && group.holder.contains(folded)) folded.open = true;
      }
    }
    for (const [text, own] of units) text.classList.toggle("chosen", own === unit);
  }

  let waiting = 0;
  document.addEventListener("choice", ({detail}) => {
    show(detail);
    clearTimeout(waiting);
    waiting = setTimeout(writeAddress, STILL);
  });
  addEventListener("hashchange", readAddress);
  readAddress();
})();
