// Words that explain themselves: pointed at, tapped, or reached by keys, they show a small card. What the cards say is
// in the page, see book/_ext/tips.py. One word of a paragraph or table is a stop of the Tab key, arrows lead to others.
(() => {
  const page = document.querySelector("article.bd-article"), source = document.getElementById("tips");
  if (!page || !source) return;
  const {tips, sheets, terms} = JSON.parse(source.textContent);
  const WORD = /\b(?:AU\d{1,2}[LR]?|conv3:\d{1,3})\b/g;
  const CODE = "pre, code, kbd, samp, script, style, svg, math, .math, mjx-container, .headerlink, .citation, [hidden]";
  const CONTROLS = "button, select, textarea, label, option, [role=button], .interactive, .explorer, .jupyter-widgets";
  const BLOCK = "table, p, li, dt, dd, figcaption, blockquote, h1, h2, h3, h4, h5, h6, .output";
  const NO_TEXT = "a, table, h1, h2, h3, h4, h5, h6, summary, dt";           // where a first mention is none
  const SLOW = 150, LINGER = 250, EDGE = 8;                     // milliseconds before it opens and closes; pixels
  const NEAR = 14, ROW = 2;                                     // pixels: of a dot that is meant; dots of one row

  const make = (tag, properties, ...inside) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...inside.filter(Boolean));
    return element;
  };

  // The words

  const said = make("div", {hidden: true}), of = new Map();     // for screen readers; each word's tip

  function described(name, text) {
    const id = `tip-${name.replace(/[^\p{L}\p{N}]+/gu, "-")}`;
    if (!said.querySelector(`#${id}`)) said.append(make("p", {id, textContent: text}));
    return id;
  }

  function word(text, name) {
    const element = make("span", {className: "tip", textContent: text});
    of.set(element, {name, ...tips[name]});
    element.setAttribute("aria-describedby", described(name, `${name}: ${tips[name].text}`));
    return element;
  }

  function term(text, {names: [name], text: tip, href, link}) {
    const element = make("a", {className: "tip", textContent: text, href});
    of.set(element, {name, text: tip, link: link ?? [href, "Terms"]});
    element.setAttribute("aria-describedby", described(`term-${name}`, tip));
    return element;
  }

  const loose = (name) => name.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(/[\s-]+/g, "[\\s-]+");
  const wanted = terms.map((own) => ({
    own, pattern: new RegExp(`(?<![\\p{L}\\p{N}_])(?:${own.names.map(loose).join("|")})s?(?![\\p{L}\\p{N}_])`, "iu")}));

  // [start, end, element] of each word that becomes a tip; of terms, the first that the page has
  function found(text, holder) {
    const places = [...text.matchAll(WORD)].filter(([name]) => Object.hasOwn(tips, name))
      .map((match) => [match.index, match.index + match[0].length, () => word(match[0], match[0])]);
    if (wanted.length && !holder.closest(NO_TEXT)) {
      for (const one of [...wanted]) {
        const match = one.pattern.exec(text), start = match?.index, end = start + match?.[0].length;
        if (!match || places.some(([from, to]) => start < to && from < end)) continue;
        places.push([start, end, () => term(match[0], one.own)]);
        wanted.splice(wanted.indexOf(one), 1);
      }
    }
    return places.sort(([a], [b]) => a - b);
  }

  function mark() {
    const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT), texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const node of texts) {
      const holder = node.parentElement, text = node.data;
      if (!text.trim() || holder.closest(`${CODE}, ${CONTROLS}`)) continue;
      const parts = [];
      let done = 0;
      for (const [start, end, element] of found(text, holder)) {
        parts.push(text.slice(done, start), element());
        done = end;
      }
      if (parts.length) node.replaceWith(...[...parts, text.slice(done)].filter((part) => part !== ""));
    }
    const begun = new Set();
    for (const element of page.querySelectorAll("span.tip")) {
      if (element.closest("a, summary")) continue;              // which are stops themselves
      const block = blockOf(element);
      element.tabIndex = begun.has(block) ? -1 : 0;
      begun.add(block);
    }
    page.append(said, card);
  }

  // Dots of charts, which say what they are: a chart is one stop, too
  function markDots() {
    for (const chart of page.querySelectorAll("svg.chart:has(.dot)")) {
      chart.setAttribute("role", "group");                      // what is an image has nothing inside to go to
      for (const [i, dot] of [...chart.querySelectorAll(".dot")].entries()) {
        const [name, ...more] = dot.getAttribute("aria-label").split(" · ");
        of.set(dot, {...tips[name], name, text: more.join(" · ")});
        dot.classList.add("tip");
        dot.tabIndex = i ? -1 : 0;
      }
    }
  }

  const blockOf = (element) => element.closest("svg.chart, table") ?? element.closest(BLOCK) ?? page;
  const together = (element) => [...blockOf(element).querySelectorAll(".tip[tabindex]")];

  const middle = (element) => {
    const {left, top, width, height} = element.getBoundingClientRect();
    return {element, x: left + width / 2, y: top + height / 2};
  };
  // The dot of a chart that is nearest to a pointer or finger, if it is near
  function nearest(chart, x, y) {
    const dots = [...chart.querySelectorAll(".dot")].map(middle);
    const far = (dot) => Math.hypot(dot.x - x, dot.y - y);
    return dots.filter((dot) => far(dot) < NEAR).sort((a, b) => far(a) - far(b))[0]?.element ?? null;
  }
  // Where an arrow leads from a dot: along its row, or to the nearest of the next row
  function beyond(dot, key) {
    const here = middle(dot), all = together(dot).map(middle), row = ({y}) => Math.abs(y - here.y) < ROW;
    const along = key === "ArrowRight" || key === "ArrowLeft", ahead = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
    const after = ({x, element}) => ahead * (x - here.x || (dot.compareDocumentPosition(element) & 4 ? ahead : -ahead));
    const left = all.filter((one) => one.element !== dot && row(one) === along
      && (along ? after(one) : ahead * (one.y - here.y)) > 0);
    const far = (one) => along ? after(one) : 10 * Math.abs(one.y - here.y) + Math.abs(one.x - here.x);
    return left.sort((a, b) => far(a) - far(b))[0]?.element;
  }

  // The card

  const card = make("div", {className: "tip-card", id: "tip-card", hidden: true});
  card.setAttribute("role", "tooltip");
  let open = null, timer = 0, byKeys = false;

  function face(sheet, [place, caption], name) {
    const along = (position, count) => `${count > 1 ? 100 * position / (count - 1) : 0}%`;
    const picture = make("span", {className: "tip-face"});
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", caption ? `a drawn face ${caption}` : `a drawn face that excites ${name}`);
    picture.style.background = `url("${sheet.src}") ${along(place % sheet.columns, sheet.columns)} ${
      along(Math.floor(place / sheet.columns), sheet.rows)} / ${100 * sheet.columns}% ${100 * sheet.rows}%`;
    return make("span", {}, picture, caption && make("span", {className: "tip-caption", textContent: caption}));
  }

  function show(element, keys = false) {
    clearTimeout(timer);
    if (open !== element) {
      const {name, text, faces, sheet, link} = of.get(element);
      card.replaceChildren(make("b", {textContent: name}), make("span", {className: "tip-text", textContent: text}));
      const pictures = faces?.map((own) => face(sheets[sheet], own, name)) ?? [];
      if (pictures.length) card.append(make("span", {className: "tip-faces"}, ...pictures));
      const more = (...inside) => card.append(make("span", {className: "tip-more"}, ...inside));
      if (link) more("Explained in ", make("a", {href: link[0], textContent: link[1], tabIndex: -1}));
      else if (keys && together(element).length > 1) more(`${element.matches(".dot") ? "← ↑ ↓ →" : "← →"} the others here`);
      const [, filter, unit] = /^(?:conv3:(\d+)|(AU\d+))$/.exec(name) ?? [];
      if (document.documentElement.dataset.follows?.includes(filter ? "filter" : unit ? "unit" : "no")) {   // choice.js
        const href = filter ? `#filter=${filter}` : `#unit=${unit}`;
        more(make("a", {href, textContent: "Follow it on this page", tabIndex: -1}));
      }
    }
    open = element;
    byKeys = keys;
    card.hidden = false;
    put();
  }

  function hide() {
    open = null;
    card.hidden = true;
  }

  function dismiss() {
    clearTimeout(timer);                                        // nor does one open that was about to
    hide();
  }

  // Above the word where there is room, else below; always within the window
  function put() {
    if (!open) return;
    const [at] = open.getClientRects(), wide = document.documentElement.clientWidth, high = window.innerHeight;
    const away = !at || at.bottom < 0 || at.top > high;         // or still on its way, where a key has led to it
    if (away && !byKeys) return hide();
    card.style.visibility = away ? "hidden" : "";
    if (away) return;
    const {width, height} = card.getBoundingClientRect();
    const within = (value, most) => Math.max(EDGE, Math.min(value, most - EDGE));
    const above = at.top - EDGE - height;
    card.style.left = `${within(at.left + at.width / 2 - width / 2, wide - width)}px`;
    card.style.top = `${above >= EDGE ? above : within(at.bottom + EDGE, high - height)}px`;
  }

  // Pointer, finger and keys

  const tipAt = ({target, clientX, clientY}) => {
    if (!(target instanceof Element)) return null;
    const element = target.closest(".tip"), chart = target.closest("svg.chart");
    return of.has(element) ? element : chart && nearest(chart, clientX, clientY);
  };
  const later = (task, time) => { clearTimeout(timer); timer = setTimeout(task, time); };
  let finger = false, before = null;                            // of the last press: a finger's? What was open then?

  function point(event) {
    if (event.pointerType === "touch") return;
    const element = tipAt(event), {target} = event;
    if (element) later(() => show(element), open ? 0 : SLOW);
    else if (open && card.contains(target)) clearTimeout(timer);            // it may be read, and its link followed
    else if (!(open && byKeys)) later(hide, LINGER);
  }
  document.addEventListener("pointerover", point);
  document.addEventListener("pointermove", (event) => { if (event.target.closest?.("svg.chart")) point(event); });
  document.addEventListener("pointerdown", ({pointerType}) => {
    finger = pointerType === "touch";
    before = open;
  });
  document.addEventListener("click", (event) => {
    const element = tipAt(event);
    if (!element) return card.contains(event.target) || dismiss();
    if (!finger) return;
    const link = element.closest("a");
    if (link && link !== element) return;                       // a link that has the word in it is a link
    if (link && before === element) return;                     // the second tap follows it
    event.preventDefault();
    if (before === element) dismiss(); else show(element);
  });
  document.addEventListener("focusin", ({target}) => {
    const element = of.has(target) ? target : null;
    if (element?.matches(":focus-visible")) show(element, true);
  });
  document.addEventListener("focusout", () => { if (byKeys) hide(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return dismiss();
    const step = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: 0, ArrowUp: 0}[event.key], element = document.activeElement;
    if (step === undefined || !of.has(element) || element.tabIndex !== 0) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const next = element.matches(".dot") ? beyond(element, event.key)
      : step && together(element)[together(element).indexOf(element) + step];
    if (!next) return;
    event.preventDefault();
    [element.tabIndex, next.tabIndex] = [-1, 0];
    next.focus({focusVisible: true});
  });
  document.addEventListener("scroll", put, {capture: true, passive: true});
  window.addEventListener("resize", put);

  mark();
  markDots();
})();
