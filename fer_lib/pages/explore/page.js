// The explorer in a page without a kernel: what boot.js starts, in one script with all that is imported here (assets.py).
import {Address, parsed} from "./address.js";
import {Explorer} from "./explorer.js";
import {read, readJSON} from "./files.js";
import {networkLoader} from "./network.js";

// place: the element, with its data; load(name) → a file's bytes; patient: see boot.js
self.startExplorer = async (place, load, patient) => {
  const data = JSON.parse(place.querySelector("script[type='application/json']").textContent), {people, networks} = data;
  const first = place === document.querySelector("[data-explorer]");        // the address is that one's
  const asked = first ? parsed(location.hash, {people, networks}) : {};
  const {person = people[0], network = networks[0].name} = asked;
  const open = networkLoader(load, patient);
  const loadPerson = (name) => read(`${name}.bin.gz`, load);
  const loadNetwork = async (name) => {
    const [about, ask] = await Promise.all([readJSON(`${name}.json.gz`, load), open(name)]);
    return {...about, ask};
  };
  const [head, theirs, its] = await Promise.all([read("head.bin.gz", load), loadPerson(person), loadNetwork(network)]);
  const loaded = {person: {[person]: theirs}, network: {[network]: its}};
  const explorer = new Explorer(place, {...data, head, person, network, loaded, loadPerson, loadNetwork});
  if (first) new Address(explorer);
  return explorer;
};
