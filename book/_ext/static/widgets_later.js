// On pages with widgets. Their scripts are 3.7 MB: they come when the reader comes near the first widget, or prints.
(() => {
  const folder = document.documentElement.dataset.content_root + "_static/widgets/";
  const load = (name, then) => {
    const script = document.createElement("script");
    script.src = folder + name;
    script.dataset.jupyterWidgetsCdn = "about:blank/";          // no CDN
    script.onload = then;
    document.head.append(script);
  };
  let begun = false;
  const begin = () => {
    if (!begun) load("require.js", () => load("embed-amd.js"));
    begun = true;
  };
  addEventListener("beforeprint", begin);
  addEventListener("DOMContentLoaded", () => {
    const near = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      near.disconnect();
      begin();
    }, {rootMargin: "800px 0px"});
    for (const view of document.querySelectorAll("script[type='application/vnd.jupyter.widget-view+json']"))
      near.observe(view.parentElement);
  });
})();
