// A chapter as it is printed: evaluated in its built page, which gives its article as HTML that can stand beside those
// of other chapters. `name` is the page's, "data" of data.html; `printed` are the names of all that are printed.
({ name, printed }) => {
  const article = document.querySelector("article.bd-article").cloneNode(true);
  const all = (selector) => [...article.querySelectorAll(selector)];
  const site = document.querySelector("link[rel=canonical]")?.href;    // known where _config.yml says where the site is
  const anchor = (page, id) => (id ? `${page}--${id}` : page);

  // What a reader of paper cannot unfold or click: folded code, and what only a page has
  for (const one of all("details.hide, script, button, input, .headerlink, .book-pdf, template")) one.remove();
  for (const compared of all("details:is(.compared, .module)")) {       // but for what a verdict rests on, and the API
    compared.querySelector("summary").remove();
    compared.replaceWith(...compared.childNodes);
  }
  for (const folded of all("details")) {
    const note = document.createElement("p");
    note.className = "folded";
    note.textContent = `Folded, on the page: ${folded.querySelector("summary")?.textContent.trim() ?? "more"}`;
    folded.replaceWith(note);
  }
  for (const picture of all("img")) picture.loading = "eager";

  // One document, so each place has the name of its chapter before it; what tables and pictures have inside, stays
  for (const place of all("[id]")) {
    if (!place.closest("svg, table")) place.id = anchor(name, place.id);
  }
  for (const link of all("a[href]")) {
    const to = link.getAttribute("href");
    const [page, id] = to.split("#");
    const target = page ? page.replace(/\.html$/, "") : name;
    if (/^[a-z]+:/.test(to)) continue;
    if (printed.includes(target)) link.setAttribute("href", `#${anchor(target, id)}`);
    else if (site) link.href = new URL(to, site).href;
    else link.replaceWith(...link.childNodes);              // to a file beside the pages
  }

  const heading = article.querySelector("h1");
  const text = (element) => element.textContent.trim();
  const sections = [...article.querySelectorAll("h2")].map((h2) => [h2.closest("section").id, text(h2)]);
  // What the page's style and mathematics come from; without scripts of buttons
  const head = [...document.querySelectorAll("head link[rel=stylesheet], head script")].filter(
    (one) => one.tagName === "LINK" || /mathjax/i.test(one.src + one.textContent));
  return { name, title: text(heading), sections, html: article.innerHTML, site: site ?? "",
    head: head.map((one) => one.outerHTML) };
}
