// Responses of one filter to faces with an action unit and without it: their histograms, their divergence, and what a
// threshold on the response would tell.
const WIDTH = 640, HEIGHT = 240, EDGE = 8;

// values: places of the frames between the filter's extremes, 0–1; with_it: 1 where a frame has the unit, 0 where not, 2
// where nobody said, and those frames are left out.
// → how many frames with the unit, and without, are in each bin of equal width.
function histograms(values, with_it, bins) {
  const counts = [new Uint32Array(bins), new Uint32Array(bins)];
  values.forEach((value, i) => {
    if (with_it[i] < 2) counts[with_it[i] ? 0 : 1][Math.min(Math.floor(value * bins), bins - 1)]++;
  });
  return counts;
}

// D(first‖second) in nats; smoothing is added to every bin's count.
function divergence([p, q], smoothing) {
  const total = (counts) => counts.reduce((sum, count) => sum + count + smoothing, 0), all = [total(p), total(q)];
  return p.reduce((sum, count, b) => {
    const share = (count + smoothing) / all[0];
    return sum + share * Math.log(share / ((q[b] + smoothing) / all[1]));
  }, 0);
}

function draw(place, {units, filters, low, high, bins, smoothing, reverse, responses, has, first}) {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const steps = new Uint16Array(bytes(responses).buffer), shown = bytes(has), frames = steps.length / filters;
  place.innerHTML = `<div class="controls">
      <label>conv3: <input type="number" min="0" max="${filters - 1}" value="${first[0]}" data-part="filter"></label>
      <label>action unit <select ${OWN_KEYS} data-part="unit">${units.map((name) =>
        `<option value="${safe(name)}"${name === first[1] ? " selected" : ""}>${safe(name)}</option>`).join("")}</select></label>
      <label>bins <input type="range" ${OWN_KEYS} min="${Math.min(2, bins)}" max="${Math.max(60, bins)}"
        value="${bins}" data-part="bins"><output></output></label>
      <label>added to each <select ${OWN_KEYS} data-part="smoothing">${[...new Set([.01, .1, .5, 1, smoothing])].sort((a, b) => a - b)
        .map((value) => `<option${value === smoothing ? " selected" : ""}>${value}</option>`).join("")}</select></label>
      <label>threshold <input type="range" ${OWN_KEYS} min="0" max="1" step=".01" value=".5" data-part="threshold"><output></output></label>
    </div><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" data-part="picture"></svg>
    <div class="ends"><span data-part="low"></span><span>response</span><span data-part="high"></span></div>
    <p class="key"><b class="with">filled</b> frames with the unit <b class="without">outlined</b> frames without;
      height: the share of those frames in the bin</p><p data-part="missing" hidden></p><p data-part="told" role="status"></p>`;
  const find = (part) => place.querySelector(`[data-part=${part}]`), value = (part) => +find(part).value;
  const show = () => {
    const f = find("filter").value = chosen(find("filter").value, filters - 1);
    const unit = find("unit").value, number = value("bins"), level = value("threshold");
    const range = high[f] - low[f], at = units.indexOf(unit) * frames;
    const values = Float64Array.from(steps.subarray(f * frames, (f + 1) * frames), (step) => step / 65535);
    const with_it = shown.subarray(at, at + frames), counts = histograms(values, with_it, number);
    const totals = counts.map((own) => own.reduce((a, b) => a + b, 0)), shares = counts.map((own, i) =>
      Array.from(own, (count) => count / (totals[i] || 1))), most = Math.max(...shares.flat()) || 1;
    const x = (share) => EDGE + share * (WIDTH - 2 * EDGE), y = (share) => HEIGHT - EDGE - share / most * (HEIGHT - 2 * EDGE);
    find("picture").innerHTML = shares.map((own, i) => `<path class="${i ? "without" : "with"}" d="M${x(0)} ${y(0)}${own.map(
      (share, b) => `L${x(b / number).toFixed(1)} ${y(share).toFixed(1)}H${x((b + 1) / number).toFixed(1)}`).join("")}V${y(0)}Z"/>`
    ).reverse().join("") + `<line x1="${x(level)}" x2="${x(level)}" y1="0" y2="${HEIGHT}"/>`;
    find("picture").setAttribute("aria-label", `Histograms of the responses of conv3:${f} with ${unit} and without`);
    const found = divergence(reverse ? counts.toReversed() : counts, +find("smoothing").value), above = [0, 0];
    values.forEach((value, i) => { if (value > level && with_it[i] < 2) above[with_it[i] ? 0 : 1]++; });
    const share = (i) => `${(100 * above[i] / (totals[i] || 1)).toFixed(0)} %`, unsaid = frames - totals[0] - totals[1];
    find("low").textContent = low[f].toFixed(2);
    find("high").textContent = high[f].toFixed(2);
    find("bins").nextElementSibling.value = number;
    find("threshold").nextElementSibling.value = (low[f] + level * range).toFixed(2);
    find("threshold").setAttribute("aria-valuetext", `a response of ${(low[f] + level * range).toFixed(2)}`);
    find("told").textContent = range ? `${reverse ? "D(without‖with)" : "D(with‖without)"} = ${found.toFixed(3)} nats; ${totals[0]} frames with ${unit}, ${totals[1]} `
      + `without${unsaid ? `, ${unsaid} not coded and left out` : ""}. Above the threshold respond ${share(0)} of those with it, and ${share(1)} of those without.`
      : `conv3:${f} responds to all of these frames alike.`;
    place.dataset.divergence = found;
  };
  find("filter").addEventListener("change", ({target}) => choose({filter: chosen(target.value, filters - 1)}));
  find("unit").addEventListener("change", ({target}) => choose({unit: target.value}));
  for (const part of ["bins", "smoothing", "threshold"]) find(part).addEventListener("input", show);
  show();
  follow(({filter, unit}) => {
    const lacks = unit !== undefined && !units.includes(unit);
    if (filter !== undefined) find("filter").value = filter;
    if (unit !== undefined && !lacks) find("unit").value = unit;
    find("missing").hidden = !lacks;
    find("missing").textContent = lacks ? `${unit} is not among the units that these faces show often enough.` : "";
    show();
  });
}
