// A face on which one action unit at a time is moved, and what filters answer: pictures and answers are all kept here.
const BEGIN = .6;                                   // how far the first unit is moved at first

function draw(place, {sheet, places, frames, units, filters, shares, named, points, told}) {
  const last = frames[0].length - 1, group = `unit-${place.dataset.turn}`;
  const choice = ({name, about}, i) => `<label><input type="radio" ${OWN_KEYS} name="${group}" value="${i}"${
    i ? "" : " checked"}><b>${safe(name)}</b> <span>${safe(about)}</span></label>`;
  const row = (filter, i) => `<tr data-filter="${i}">
    <th scope="row">${safe(filter)} <span>for ${safe(units[i].name)}</span></th>
    <td class="track"><i class="bar"></i><i class="rest"></i></td><td class="share"></td></tr>`;
  place.classList.add("moved-face");
  place.style.setProperty("--sheet", `url(${sheet.src})`);
  place.innerHTML = `<div data-part="picture"></div>
    <div class="moves"><fieldset><legend>Move</legend>${units.map(choice).join("")}</fieldset>
      <label class="amount"><input type="range" ${OWN_KEYS} min="0" max="${last}" value="${Math.ceil(BEGIN * last)}"
        data-part="amount" aria-label="how far"><output data-part="percent"></output></label>
      <p class="named" role="status">The network calls it <b data-part="named"></b></p></div>
    <table><caption>Four of its 256 filters, and how strongly they answer</caption>
      <tbody>${filters.map(row).join("")}</tbody></table>
    <p class="note">${safe(told)} <span class="key"></span> at rest. A full bar: its strongest answer to any of twelve
      drawn people.</p>`;
  const find = (part) => place.querySelector(`[data-part=${part}]`);
  const show = () => {
    const unit = +place.querySelector("input[type=radio]:checked").value, step = +find("amount").value;
    const frame = frames[unit][step], percent = `${Math.round(100 * step / last)} %`;
    const shown = step ? `${units[unit].name} at ${percent}` : "at rest";
    find("picture").innerHTML = tile(sheet, places[frame], `A drawn face, ${shown}`);
    find("percent").value = percent;
    find("amount").setAttribute("aria-valuetext", shown);
    find("named").textContent = `${named[frame]} (${points[frame]} %)`;
    for (const own of place.querySelectorAll("[data-filter]")) {
      const i = +own.dataset.filter, part = (name) => own.querySelector(`.${name}`);
      own.classList.toggle("moved", i === unit);
      part("bar").style.width = `${shares[frame][i]}%`;
      part("rest").style.left = `${shares[0][i]}%`;
      part("share").textContent = `${shares[frame][i]} %`;
    }
  };
  place.addEventListener("input", show);
  show();
}
