// A face without and with one change, and what a network says of either: a person, a face and a unit to choose.

function draw(place, {sheet, places, people, starts, networks, points, classes, first}) {
  place.style.setProperty("--sheet", `url(${sheet.src})`);
  const options = (names) => names.map((name, i) => `<option value="${i}">${safe(name)}</option>`).join("");
  const select = (part, label, names = []) =>
    `<label>${label} <select ${OWN_KEYS} data-part="${part}">${options(names)}</select></label>`;
  place.innerHTML = `<div class="controls">${select("start", "face", starts.map(({name}) => name))}${select("unit", "unit")}${
    select("person", "person", people)}${select("network", "network", networks)}</div>
    <div class="tiles" data-part="pictures"></div>
    <p class="key"><b class="without">before</b> <b class="with">after</b> points of probability</p>
    <table data-part="bars"></table><p data-part="missing" hidden></p><p data-part="told" role="status"></p>`;
  const find = (part) => place.querySelector(`[data-part=${part}]`);
  const value = (part) => +find(part).value;
  const bar = (points, kind) => `<i class="bar ${kind}" style="width:${points}%"></i>`;
  const show = () => {
    const who = value("person"), {name, at, units} = starts[value("start")], {unit, change} = units[value("unit")];
    const [before, after] = [at, change].map((i) => points[value("network")][who][i]);
    const shown = name === starts[0].name ? `with ${unit}` : `without ${unit}`;
    find("pictures").innerHTML = [[at, name], [change, `${name} ${shown}`]].map(([i, words]) =>
      `<figure>${tile(sheet, places[who][i], `${people[who]}, ${words}`)}<figcaption>${safe(words)}</figcaption></figure>`).join("");
    find("bars").innerHTML = classes.map((one, i) => `<tr><th scope="row">${safe(one)}</th><td class="bars">${
      bar(before[i], "without")}${bar(after[i], "with")}</td><td>${before[i]} → ${after[i]}</td></tr>`).join("");
    const largest = (values) => classes[values.indexOf(Math.max(...values))];
    find("told").textContent = `${networks[value("network")]} calls the face ${largest(before)}, and ${shown} ${largest(after)}.`;
  };
  const offer = (wanted) => {
    const {units} = starts[value("start")];
    find("unit").innerHTML = options(units.map(({unit}) => unit));
    find("unit").value = Math.max(units.findIndex(({unit}) => unit === wanted), 0);
  };
  let wanted = first;                               // which unit; not every face has it to add or to take away
  const turn = () => {
    offer(wanted);
    const lacks = find("unit").selectedOptions[0].text !== wanted;
    find("missing").hidden = !lacks;
    find("missing").textContent = lacks ? `${wanted} cannot be changed in this face.` : "";
    show();
  };
  for (const part of ["person", "network"]) find(part).addEventListener("change", show);
  find("unit").addEventListener("change", ({target}) => choose({unit: target.selectedOptions[0].text}));
  find("start").addEventListener("change", turn);
  turn();
  follow(({unit}) => {
    if (unit !== undefined) { wanted = unit; turn(); }
  });
}
