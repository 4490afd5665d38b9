// The page of the library: what an address names is unfolded, as not every browser does, and on paper all is.
(() => {
  const modules = () => document.querySelectorAll("details.module");

  function unfold() {
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = named?.closest("details.module:not([open])");
    if (!folded) return;
    folded.open = true;
    named.scrollIntoView();
  }

  addEventListener("hashchange", unfold);
  addEventListener("click", ({target}) => {         // a second click on a link whose module was folded again
    if (target.closest?.("a[href]")?.hash === location.hash && location.hash) unfold();
  });
  addEventListener("beforeprint", () => modules().forEach((folded) => { folded.open = true; }));
  unfold();
})();
