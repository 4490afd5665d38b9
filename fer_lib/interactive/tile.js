// Words as HTML shows them.
export const safe = (words) => words.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

// One picture of a sheet (figures.sprites), an element that is read out as `label`; `more`: HTML inside it. The sheet
// itself is the variable --sheet of an element above.
export const tile = ({size, columns}, place, label, more = "") => `<span class="tile" role="img" aria-label="${safe(label)}"
  style="width:${size}px;height:${size}px;background:var(--sheet) ${-size * (place % columns)}px ${
  -size * Math.floor(place / columns)}px">${more}</span>`;
