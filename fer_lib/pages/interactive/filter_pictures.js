// Pictures of a filter, one of each kind, for any filter that the reader turns to.

function draw(place, {strips, notes, first}) {
  const last = notes.length - 1;
  place.innerHTML = `${filterControls(last)}
    <div class="tiles pixels">${strips.map(({caption, sheet}) => `<figure style="--sheet:url(${sheet.src})"><figcaption>${
      safe(caption)}</figcaption><div></div></figure>`).join("")}</div><p data-part="note" role="status"></p>`;
  const find = (part) => place.querySelector(`[data-part=${part}]`);
  const show = (f) => {
    place.querySelectorAll("figure > div").forEach((cell, i) => {
      const {caption, sheet, places} = strips[i];
      cell.innerHTML = tile(sheet, places[f], `conv3:${f}, ${caption}`);
    });
    find("note").textContent = `conv3:${f}: ${notes[f]}`;
  };
  turnFilters(place, last, first, show);
}
