// The images that excite a filter most, for any filter that the reader turns to.

function render({model, el}) {
  const {sheet, places, fields, field, notes} = model.get("shown"), last = places.length - 1;
  el.classList.add("interactive");
  el.style.setProperty("--sheet", `url(${sheet.src})`);
  el.innerHTML = `<div class="row"><label>conv3: <input type="number" min="0" max="${last}" data-part="number"></label>
    <input type="range" min="0" max="${last}" data-part="slider" aria-label="filter of conv3"></div>
    <div class="tiles" data-part="images"></div><p data-part="note" role="status"></p>`;
  const find = (part) => el.querySelector(`[data-part=${part}]`);
  const show = () => {
    const f = model.get("filter");
    find("number").value = find("slider").value = f;
    find("images").innerHTML = places[f].map((place, i) => {
      const [left, top] = fields[f][i].map((share) => 100 * share);
      return tile(sheet, place, `image ${i + 1} of those that excite conv3:${f} most`, `<i class="field" style="left:${left}%;top:${
        top}%;width:${100 * field}%;height:${100 * field}%"></i>`);
    }).join("");
    find("note").textContent = `conv3:${f}: ${notes[f]}`;
  };
  const choose = ({target}) => {
    model.set("filter", Math.min(Math.max(Math.round(+target.value) || 0, 0), last));
    model.save_changes();
    show();
  };
  find("slider").addEventListener("input", choose);
  find("number").addEventListener("change", choose);
  model.on("change:filter", show);
  show();
}

export default {render};
