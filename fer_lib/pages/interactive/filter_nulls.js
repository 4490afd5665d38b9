// What a filter knows of its unit on other people, beside what it would know by chance.
const WIDTH = 640, HEIGHT = 150, EDGE = 8;

function draw(place, {auc, line, counts, said, low, high, p, first}) {
  const last = auc.length - 1, number = (value) => value.toFixed(2);
  place.innerHTML = `${filterControls(last)}
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" data-part="picture"></svg>
    <div class="ends"><span>${number(low)}</span><span>AUC on other people</span><span>${number(high)}</span></div>
    <p class="key"><b class="without">outlined</b> with its unit shuffled <b class="own">line</b> as it is</p>
    <p data-part="told" role="status"></p>`;
  const find = (part) => place.querySelector(`[data-part=${part}]`);
  const x = (value) => EDGE + (value - low) / (high - low || 1) * (WIDTH - 2 * EDGE);
  const show = (f) => {
    const most = Math.max(...counts[f]), bins = counts[f].length, y = (count) => HEIGHT - EDGE - count / most * (HEIGHT - 3 * EDGE);
    const steps = counts[f].map((count, b) => `L${x(low + b / bins * (high - low)).toFixed(1)} ${y(count).toFixed(1)}H${
      x(low + (b + 1) / bins * (high - low)).toFixed(1)}`).join("");
    find("picture").innerHTML = `<path class="without" d="M${x(low)} ${y(0)}${steps}V${y(0)}Z"/>
      <line class="own" x1="${x(auc[f])}" x2="${x(auc[f])}" y1="0" y2="${HEIGHT}"/>`;
    const told = `conv3:${f}: ${said[f]}. AUC ${number(auc[f])} on other people; of 100 shuffles 95 stay below ${
      number(line[f])} (p = ${p[f] < .001 ? p[f].toFixed(4) : p[f].toFixed(3)}).`;
    find("picture").setAttribute("aria-label", `AUC of conv3:${f} where its unit is shuffled, and as it is`);
    find("told").textContent = told;
  };
  turnFilters(place, last, first, show);
}
