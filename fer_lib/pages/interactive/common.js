// An attribute of what is worked by keys. Without it JupyterLab takes arrows and Enter for itself.
export const OWN_KEYS = "data-lm-suppress-shortcuts";

// What a reader has typed or turned to, as a whole number from 0 to last.
export const chosen = (value, last) => Math.min(Math.max(Math.round(+value) || 0, 0), last);

// What a reader chooses in one part, as {filter: 42} or {unit: "AU12"}, holds for the whole page, whose other parts follow
// it; in the book, so does the address (book/_ext/static/choice.js). It is kept at the root of the page.
const kept = () => JSON.parse(document.documentElement.dataset.choice ?? "{}");
export const choose = (what) => {
  document.documentElement.dataset.choice = JSON.stringify({...kept(), ...what});
  document.dispatchEvent(new CustomEvent("choice", {detail: kept()}));
};
export const follow = (show) => {
  document.addEventListener("choice", ({detail}) => show(detail));
  show(kept());
};

// What turns a part of the page from filter to filter of conv3, as HTML; and what it does: show(f) for the filter that is
// chosen here or in another part, at first `first`.
export const filterControls = (last) => `<div class="controls"><label>conv3: <input type="number" min="0" max="${last}"
    data-part="number"></label><input type="range" ${OWN_KEYS} min="0" max="${last}" data-part="slider"
    aria-label="filter of conv3"></div>`;
export const turnFilters = (place, last, first, show) => {
  const [number, slider] = ["number", "slider"].map((part) => place.querySelector(`[data-part=${part}]`));
  const turn = ({target}) => choose({filter: chosen(target.value, last)});
  const turned = (f) => {
    number.value = slider.value = f;
    show(f);
  };
  slider.addEventListener("input", turn);
  number.addEventListener("change", turn);
  turned(first);
  follow(({filter}) => { if (filter !== undefined) turned(chosen(filter, last)); });
};

// Words, such as the name of a class, in HTML: in its text or between double or single quotes.
export const safe = (words) => String(words).replace(/[&<>"'`]/g, (letter) => `&#${letter.charCodeAt(0)};`);

// One picture of a sheet (figures.sprites), an element that is read out as `label`; `more`: HTML inside it. The sheet
// itself is the variable --sheet of an element above. Where there is no room it may shrink.
export const tile = ({size, columns, rows}, place, label, more = "") => {
  const along = (position, count) => `${count > 1 ? 100 * position / (count - 1) : 0}%`;
  return `<span class="tile" role="img" aria-label="${safe(label)}" style="width:${size}px;background:var(--sheet) ${
    along(place % columns, columns)} ${along(Math.floor(place / columns), rows)} / ${100 * columns}% ${100 * rows}%">${more}</span>`;
};
