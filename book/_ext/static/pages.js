// Loaded first on every page of the book. What widgets need is in _static/widgets, not in a CDN.
(() => {
  const widgets = document.documentElement.dataset.content_root + "_static/widgets/";

  // Read by require.js, which pages with widgets have: anywidget.js is found there. The paths are of parts of
  // embed-amd.js, which look for the font of their icons beside themselves.
  const paths = { "@jupyter-widgets": ".", "@jupyter-widgets/html-manager/dist": "." };
  window.require = { baseUrl: widgets, paths };

  // ipywidgets typesets descriptions through MathJax 2, and throws where the page has MathJax 3.
  window.addEventListener("load", () => {
    if (window.MathJax?.startup) {
      const typeset = (element) => MathJax.startup.promise.then(() => MathJax.typesetPromise([element]));
      MathJax.Hub = { Queue: ([, , element]) => typeset(element) };
    }
  });
})();
