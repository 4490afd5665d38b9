// Pictures of a filter, one of each kind, for any filter that the reader turns to.

function draw(place, {strips, notes, first}) {
  const last = notes.length - 1;
  place.innerHTML = `<div class="controls"><label>conv3: <input type="number" min="0" max="${last}" data-part="number"></label>
    <input type="range" ${OWN_KEYS} min="0" max="${last}" data-part="slider" aria-label="filter of conv3"></div>
    <div class="tiles pixels">${strips.map(({caption, sheet}) => `<figure style="--sheet:url(${sheet.src})"><figcaption>${
      safe(caption)}</figcaption><div></div></figure>`).join("")}</div><p data-part="note" role="status"></p>`;
  const find = (part) => place.querySelector(`[data-part=${part}]`);
  const show = (f) => {
    find("number").value = find("slider").value = f;
    place.querySelectorAll("figure > div").forEach((cell, i) => {
      const {caption, sheet, places} = strips[i];
      cell.innerHTML = tile(sheet, places[f], `conv3:${f}, ${caption}`);
    });
    find("note").textContent = `conv3:${f}: ${notes[f]}`;
  };
  const turn = ({target}) => choose({filter: chosen(target.value, last)});
  find("slider").addEventListener("input", turn);
  find("number").addEventListener("change", turn);
  show(first);
  follow(({filter}) => { if (filter !== undefined) show(chosen(filter, last)); });
}
