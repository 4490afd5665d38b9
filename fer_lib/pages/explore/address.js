// The page's address keeps what is shown, so that it can be shared:
//   #person=S011&network=untrained&units=AU6:90,AU12L:50&filter=42
// What is as at the beginning is left out.

const inHundredths = (units) =>
  Object.entries(units).map(([unit, share]) => `${unit}:${Math.round(100 * share)}`).join();

// → {person, network, units, filter}, of which those that the address does not have are missing; and in `unknown` what it
// has and is not offered. names: of the action units, {AU12: {sided}, …}; without them any name is taken.
export function parsed(hash, {people, networks, names}) {
  const found = {unknown: []}, given = new URLSearchParams(hash.includes("=") ? hash.replace(/^#/, "") : "");
  const among = (name, all) => {
    const value = given.get(name);
    if (all.includes(value)) found[name] = value; else if (value !== null) found.unknown.push(value);
  };
  among("person", people);
  among("network", networks.map(({name}) => name));
  for (const part of given.get("units")?.split(",") ?? []) {
    const [, whole, side, share] = /^(AU\d+)([LR]?):(\d{1,3})$/.exec(part) ?? [];
    const known = !names || (names[whole] && (!side || names[whole].sided));
    if (whole && known && share <= 100) (found.units ??= {})[whole + side] = share / 100;
    else if (part) found.unknown.push(part);
  }
  const filter = given.get("filter");
  if (/^\d{1,3}$/.test(filter) && filter < 256) found.filter = +filter;
  else if (filter !== null) found.unknown.push(filter);
  return found;
}

// "" where all is as at the beginning
export function written({person, network, units, filter}, {people, networks}) {
  const kept = Object.entries({person: person !== people[0] && person, network: network !== networks[0].name && network,
    units: inHundredths(units), filter: filter === undefined ? "" : String(filter)}).filter(([, value]) => value);
  return kept.length ? `#${kept.map((pair) => pair.join("=")).join("&")}` : "";
}

// The explorer does what the address says, and the address what the explorer shows.
export class Address {
  constructor(explorer) {
    Object.assign(this, {explorer, find: explorer.find});
    addEventListener("hashchange", () => this.follow());
    this.find("copy").hidden = false;
    this.find("copy").addEventListener("click", () => this.copy());
    explorer.rested = () => this.keep();
    this.offer();
    this.follow();
  }

  // What the page's text proposes: <button data-try="units=AU12:90">. Where it needs what is not here, it is left out.
  offer() {
    const {people, networks, head} = this.explorer;
    for (const button of document.querySelectorAll("button[data-try]")) {
      const {unknown} = parsed(button.dataset.try, {people, networks, names: head.action_units});
      button.hidden = unknown.length > 0;
      button.addEventListener("click", () => {
        location.hash = button.dataset.try;
        this.explorer.root.scrollIntoView({block: "nearest"});
      });
    }
  }

  get hash() {
    const {person, network, units, asked} = this.explorer;
    return written({person, network, units, filter: asked.open ? asked.number : undefined}, this.explorer);
  }

  follow() {
    const {explorer} = this, {people, networks, head} = explorer;
    if (!location.hash.includes("=")) return;                   // a place in the page
    const {person = people[0], network = networks[0].name, units = {}, filter, unknown} = parsed(location.hash,
      {people, networks, names: head.action_units});
    if (network !== explorer.network) explorer.choose("network", network);
    if (person !== explorer.person) explorer.choose("person", person);
    explorer.setUnits(units);
    if (filter !== undefined) explorer.chooseFilter(filter, true);
    if (unknown.length) {
      explorer.complain(`The address has what is not here: ${unknown.join(", ")}. The rest of it is shown.`);
    }
  }

  keep() {
    if (!this.hash && !location.hash.includes("=")) return;     // a place in the page stays
    try {
      history.replaceState(null, "", location.href.split("#")[0] + this.hash);
    } catch {                               // a frame without an address of its own
    }
  }

  async copy() {
    const address = location.href.split("#")[0] + this.hash, shown = this.find("address");
    try {
      await navigator.clipboard.writeText(address);
      this.find("kept").textContent = "The link is copied.";
    } catch {                               // not allowed, or not by a server without https
      this.find("kept").textContent = "To be copied:";
      Object.assign(shown, {value: address, hidden: false});
      shown.select();
    }
  }
}
