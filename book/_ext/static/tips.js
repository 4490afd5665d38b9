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

  const blockOf = (element) => element.closest("table") ?? element.closest(BLOCK) ?? page;
  const together = (element) => [...blockOf(element).querySelectorAll("span.tip[tabindex]")];

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
      else if (keys && together(element).length > 1) more("← → the others here");
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

  const tipAt = (target) => target instanceof Element && of.has(target.closest(".tip")) ? target.closest(".tip") : null;
  const later = (task, time) => { clearTimeout(timer); timer = setTimeout(task, time); };
  let finger = false, before = null;                            // of the last press: a finger's? What was open then?

  document.addEventListener("pointerover", ({target, pointerType}) => {
    if (pointerType === "touch") return;
    const element = tipAt(target);
    if (element) later(() => show(element), open ? 0 : SLOW);
    else if (open && card.contains(target)) clearTimeout(timer);            // it may be read, and its link followed
    else if (!(open && byKeys)) later(hide, LINGER);
  });
  document.addEventListener("pointerdown", ({pointerType}) => {
    finger = pointerType === "touch";
    before = open;
  });
  document.addEventListener("click", (event) => {
    const element = tipAt(event.target);
    if (!element) return card.contains(event.target) || dismiss();
    if (!finger) return;
    const link = element.closest("a");
    if (link && link !== element) return;                       // a link that has the word in it is a link
    if (link && before === element) return;                     // the second tap follows it
    event.preventDefault();
    if (before === element) dismiss(); else show(element);
  });
  document.addEventListener("focusin", ({target}) => {
    const element = tipAt(target);
    if (element?.matches(":focus-visible")) show(element, true);
  });
  document.addEventListener("focusout", () => { if (byKeys) hide(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return dismiss();
    const step = {ArrowRight: 1, ArrowLeft: -1}[event.key], element = document.activeElement;
    if (!step || !of.has(element) || element.tabIndex !== 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = together(element)[together(element).indexOf(element) + step];
    if (!next) return;
    event.preventDefault();
    [element.tabIndex, next.tabIndex] = [-1, 0];
    next.focus({focusVisible: true});
  });
  document.addEventListener("scroll", put, {capture: true, passive: true});
  window.addEventListener("resize", put);

  mark();
})();
