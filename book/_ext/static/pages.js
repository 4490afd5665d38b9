// Loaded first on every page of the book. What widgets need is in _static/widgets, not in a CDN.
(() => {
  const widgets = document.documentElement.dataset.content_root + "_static/widgets/";

  // Read by require.js, which pages with widgets have: anywidget.js is found there. The paths are of parts of
  // embed-amd.js, which look for the font of their icons beside themselves.
  const paths = { "@jupyter-widgets": ".", "@jupyter-widgets/html-manager/dist": "." };
  window.require = { baseUrl: widgets, paths };

  window.addEventListener("load", () => {
    // ipywidgets typesets descriptions through MathJax 2, and throws where the page has MathJax 3.
    if (window.MathJax?.startup) {
      const typeset = (element) => MathJax.startup.promise.then(() => MathJax.typesetPromise([element]));
      MathJax.Hub = { Queue: ([, , element]) => typeset(element) };
    }
    useMargin();
    for (const code of document.querySelectorAll("article div.highlight pre")) breakInwards(code);
  });

  // Each line of code as an element, so that the rest of a broken line stands further in than its beginning (pages.css:
  // .line). No element goes over the end of a line.
  function breakInwards(code) {
    code.innerHTML = code.innerHTML.replace(/^((?:<[^>]*>)*)( *)(.+)$/gm, (line, before, spaces, rest) => {
      const indent = spaces && `<span class="in">${spaces}</span>`;
      return `<span class="line" style="--in:${spaces.length}ch">${indent}${before}${rest}</span>`;
    });
  }

  // Tables and charts that are wider than their column go on into the margin (pages.css: .wide); while one is beside the
  // page's contents, these fold, as they do beside the theme's own full-width figures. The theme would unfold them when it
  // sees none of its own, so ours has the last word, about both.
  function useMargin() {
    const contents = document.querySelector(".bd-sidebar-secondary"), beside = new Set();
    const observer = new IntersectionObserver((entries) => {
      for (const {target, isIntersecting} of entries) beside[isIntersecting ? "add" : "delete"](target);
      setTimeout(() => contents?.classList.toggle("hide", beside.size > 0));
    }, { rootMargin: "0px 0px -33% 0px" });
    for (const own of document.querySelectorAll("article :is(.full-width, .tag_full-width)")) observer.observe(own);
    const tables = "article :is(.cell_output .output, .pst-scrollable-table-container):has(table)";
    const widen = (part) => {
      for (const own of part.querySelectorAll(tables)) {
        if (own.querySelector(".interactive, .explorer") || own.scrollWidth <= own.clientWidth + 1) continue;
        own.classList.add("wide");
        observer.observe(own);
      }
      for (const chart of part.querySelectorAll("article svg.chart.wide")) {
        if (contents && chart.getBoundingClientRect().right > contents.getBoundingClientRect().left) observer.observe(chart);
      }
    };
    // What still scrolls, as on a telephone, shows that it goes on, and can be scrolled by keys; not for an edge's width
    const say = (part) => {
      for (const own of part.querySelectorAll(`${tables}, article .interactive .wide`)) {
        const more = own.scrollWidth - own.clientWidth;
        own.classList.toggle("goes-on", more > 4);
        if (more <= 4) continue;
        own.tabIndex = 0;
        own.onscroll = () => own.classList.toggle("at-end", own.scrollLeft >= own.scrollWidth - own.clientWidth - 1);
      }
    };
    const fit = (part) => { widen(part); say(part); };
    fit(document);
    addEventListener("resize", () => say(document));
    document.addEventListener("toggle", ({target}) => target.open && fit(document), true);      // what was folded
  }

  // On paper a verdict's comparisons are open
  addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("details.compared")) folded.open = true;
  });
})();
