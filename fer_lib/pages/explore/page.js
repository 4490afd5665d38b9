// The explorer in a page without a kernel: what boot.js starts, in one script with all that is imported here (assets.py).
import {Explorer} from "./explorer.js";
import {read} from "./files.js";
import {loadNetwork} from "./network.js";

// place: the element, with its data; load(name) → a file's bytes; patient: see boot.js
self.startExplorer = async (place, load, patient) => {
  const data = JSON.parse(place.querySelector("script[type='application/json']").textContent), [first] = data.people;
  const [head, person, ask] = await Promise.all(
    [read("head.bin.gz", load), read(`${first}.bin.gz`, load), loadNetwork(load, patient)]);
  const loadPerson = async (name) => name === first ? person : read(`${name}.bin.gz`, load);
  return new Explorer(place, {...data, head, ask, loadPerson});
};
