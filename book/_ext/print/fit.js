// Nothing is cut off at the page's edge: what is wider than the text is made smaller. Evaluated in the document that is
// printed, in a window as wide as its text; gives what is still wider, in words.
() => {
  const column = document.body.getBoundingClientRect();
  const wide = (one) => Math.max(one.scrollWidth, one.getBoundingClientRect().width);
  for (const one of document.querySelectorAll("table, figure, pre, .cell_output .output, mjx-container[display]")) {
    const room = Math.min(column.width, one.parentElement.getBoundingClientRect().width);
    if (wide(one) > room + 1) one.style.zoom = room / wide(one);
  }
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > column.right + 2)
    .filter((one) => !one.closest("mjx-assistive-mml, svg"))
    .map((one) => `${one.closest("article")?.id}: ${one.tagName} ${one.textContent.trim().slice(0, 40)}`);
}
