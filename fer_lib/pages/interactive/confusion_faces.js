// A confusion matrix whose cells show their faces.
// grey levels; below the last one white is easier to read
const LIGHT = 255, DARK = 60, BLACK_UNTIL = 117;
// In either theme a small share is nearly the ground; JupyterLab's pages have the light ones.
const inBoth = (light, dark) => `light-dark(${light},${dark})`;
const ground = (grey) => `rgb(${grey},${grey},${grey})`;
const letters = (grey) => (grey < BLACK_UNTIL ? "#fff" : "#000");

function draw(place, {classes, sheet, cells, captions, first}) {
  const name = (row, column) => `true ${classes[row]}, named ${classes[column]}`;
  place.style.setProperty("--sheet", `url(${sheet.src})`);
  place.innerHTML = `<div class="wide"><table><thead><tr><th scope="col">true \\ named</th>${classes.map((one) =>
    `<th scope="col">${safe(one)}</th>`).join("")}</tr></thead><tbody>${cells.map((row, i) => {
    const total = row.reduce((sum, own) => sum + own.length, 0);
    return `<tr><th scope="row">${safe(classes[i])} (${total})</th>${row.map((own, j) => {
      const share = own.length / (total || 1), grey = Math.round(LIGHT - (LIGHT - DARK) * share);
      const other = LIGHT + DARK - grey;
      return `<td>${own.length ? `<button type="button" ${OWN_KEYS} data-row="${i}" data-column="${j}" aria-label="${
        safe(name(i, j))}: ${own.length} of ${total} images" style="background:${inBoth(ground(grey), ground(other))};color:${
        inBoth(letters(grey), letters(other))}">${(100 * share).toFixed(0)}</button>` : ""}</td>`;
    }).join("")}</tr>`;
  }).join("")}</tbody></table></div><p data-part="told" role="status"></p><div class="tiles" data-part="images"></div>`;
  const find = (part) => place.querySelector(`[data-part=${part}]`);
  const show = (row, column) => {
    const own = cells[row][column];
    for (const button of place.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", +button.dataset.row === row && +button.dataset.column === column);
    }
    find("told").textContent = `${name(row, column)}: ${own.length} image${own.length === 1 ? "" : "s"}`;
    find("images").innerHTML = own.map((image) => `<figure>${tile(sheet, image, captions[image])}
      <figcaption aria-hidden="true">${safe(captions[image])}</figcaption></figure>`).join("");
  };
  place.addEventListener("click", ({target}) => {
    const button = target.closest("button");
    if (button) show(+button.dataset.row, +button.dataset.column);
  });
  show(...first);
}
