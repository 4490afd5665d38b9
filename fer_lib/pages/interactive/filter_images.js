// The images that excite a filter most, for any filter that the reader turns to.

function draw(place, {sheet, places, fields, field, notes, first}) {
  const last = places.length - 1;
  place.style.setProperty("--sheet", `url(${sheet.src})`);
  place.innerHTML = `${filterControls(last)}
    <div class="tiles" data-part="images"></div><p data-part="note" role="status"></p>`;
  const find = (part) => place.querySelector(`[data-part=${part}]`);
  const show = (f) => {
    find("images").innerHTML = places[f].map((image, i) => {
      const [left, top] = fields[f][i].map((share) => 100 * share);
      return tile(sheet, image, `image ${i + 1} of those that excite conv3:${f} most`, `<i class="field" style="left:${left}%;top:${
        top}%;width:${100 * field}%;height:${100 * field}%"></i>`);
    }).join("");
    find("note").textContent = `conv3:${f}: ${notes[f]}`;
  };
  turnFilters(place, last, first, show);
}
