// The explorer in JupyterLab, as an anywidget: Python has the network, the page draws the face.
// `Explorer`, `unpacked` and what they use stand above this in the module that __init__.py puts together.

async function opened(view) {               // a gzipped file that came as a trait
  const stream = new Blob([view]).stream().pipeThrough(new DecompressionStream("gzip"));
  return unpacked(await new Response(stream).arrayBuffer());
}

async function render({model, el}) {
  const waiting = new Map();
  let number = 0, own = "";
  model.on("msg:custom", ({id, error, dims, ...rest}, buffers) => {
    const {resolve, reject} = waiting.get(id) ?? {};
    waiting.delete(id);
    if (!resolve) return;
    if (error) return reject(new Error(error));
    const arrays = rest.names.map((name, i) => [name, new Float32Array(buffers[i].buffer ?? buffers[i])]);
    resolve(Object.fromEntries(arrays));
  });
  const ask = (pixels, filter, guided) => new Promise((resolve, reject) => {
    waiting.set(++number, {resolve, reject});
    model.send({id: number, filter, guided}, undefined, [pixels.buffer]);
  });
  const people = model.get("people"), files = model.get("person_files");
  const loadPerson = (name) => opened(files[people.indexOf(name)]);
  const explorer = new Explorer(el, {...model.get("options"), head: await opened(model.get("head_file")), people,
    person: model.get("person"), loadPerson, ask});
  explorer.answered = ({pixels}, {units, person, asked, face, loaded}) => {     // what Python reads
    if (face.person !== loaded[person]) return;                 // somebody else is being loaded
    own = JSON.stringify(units);
    model.set("action_units", {...units});
    model.set("person", person);
    model.set("filter", asked.number);
    model.set("face", new DataView(pixels.buffer.slice(0)));
    model.save_changes();
  };
  model.on("change:action_units", () => {
    const units = model.get("action_units");
    if (JSON.stringify(units) !== own) explorer.setUnits(units);
  });
  model.on("change:person", () => {
    if (model.get("person") !== explorer.person) explorer.choosePerson(model.get("person"));
  });
  model.on("change:filter", () => {
    if (model.get("filter") !== explorer.asked.number) explorer.chooseFilter(model.get("filter"));
  });
  explorer.asked.choose(model.get("filter"));
  if (Object.keys(model.get("action_units")).length) explorer.setUnits(model.get("action_units"));
}

export default {render};
