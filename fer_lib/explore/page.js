// The explorer in a page without a kernel: <div data-explorer="ADDRESS OF THE ASSETS"> and a script with its data.
import {Explorer} from "./explorer.js";
import {read} from "./files.js";
import {loadNetwork} from "./network.js";

for (const place of document.querySelectorAll("[data-explorer]")) start(place);

async function start(place) {
  const base = new URL(place.dataset.explorer, document.baseURI), data = JSON.parse(place.querySelector("script").textContent);
  place.setAttribute("aria-busy", "true");
  try {
    const [head, ask] = await Promise.all([read(new URL("head.bin.gz", base)), loadNetwork(base)]);
    place.explorer = new Explorer(place, {...data, head, ask, loadPerson: (name) => read(new URL(`${name}.bin.gz`, base))});
  } catch (error) {
    place.innerHTML = `<p class="error" role="alert"></p>`;
    place.firstChild.textContent = location.protocol === "file:"
      ? "The explorer loads its data, which a page opened as a file may not. `make serve` shows it."
      : `The explorer cannot start: ${error.message}`;
  }
  place.removeAttribute("aria-busy");
}
