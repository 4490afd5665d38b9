// The images that excite a filter most, for any filter that the reader turns to.

function draw(place, {sheet, places, fields, field, notes, first}) {
  const last = places.length - 1;
  place.style.setProperty("--sheet", `url(${sheet.src})`);
  place.innerHTML = `<div class="controls"><label>conv3: <input type="number" min="0" max="${last}" data-part="number"></label>
    <input type="range" ${OWN_KEYS} min="0" max="${last}" data-part="slider" aria-label="filter of conv3"></div>
    <div class="tiles" data-part="images"></div><p data-part="note" role="status"></p>`;
  const find = (part) => place.querySelector(`[data-part=${part}]`);
  const show = (f) => {
    find("number").value = find("slider").value = f;
    find("images").innerHTML = places[f].map((image, i) => {
      const [left, top] = fields[f][i].map((share) => 100 * share);
      return tile(sheet, image, `image ${i + 1} of those that excite conv3:${f} most`, `<i class="field" style="left:${left}%;top:${
        top}%;width:${100 * field}%;height:${100 * field}%"></i>`);
    }).join("");
    find("note").textContent = `conv3:${f}: ${notes[f]}`;
  };
  const turn = ({target}) => choose({filter: chosen(target.value, last)});
  find("slider").addEventListener("input", turn);
  find("number").addEventListener("change", turn);
  show(first);
  follow(({filter}) => { if (filter !== undefined) show(chosen(filter, last)); });
}
