// The explorer in JupyterLab, as an anywidget: Python has the networks, the page draws the face.
// `Explorer`, `unpacked`, `gunzipped` and what they use stand above this in the module that __init__.py puts together.

async function opened(view) {               // a gzipped file that came as a trait
  return unpacked(await gunzipped(view));
}

// a buffer or a view, which need not begin where its buffer does
const floats = (bytes) => {
  const {buffer, byteOffset, byteLength} = ArrayBuffer.isView(bytes) ? bytes : new Uint8Array(bytes);
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
};

// → what takes the view off the model, which other views go on with
async function render({model, el}) {
  // A model's views hear each other's answers. Not randomUUID, which a page by plain http from another host lacks.
  const waiting = new Map(), heard = [], view = crypto.getRandomValues(new Uint32Array(2)).join("-");
  let number = 0, own = "";
  const hear = (event, respond) => { heard.push([event, respond]); model.on(event, respond); };
  hear("msg:custom", ({id, error, about, names}, buffers) => {
    const {resolve, reject} = waiting.get(id) ?? {};
    waiting.delete(id);
    if (!resolve) return;                                       // another view's
    if (error) return reject(new Error(error));
    resolve(about ?? Object.fromEntries(names.map((name, i) => [name, floats(buffers[i])])));
  });
  const send = (message, buffers) => new Promise((resolve, reject) => {
    const id = `${view}:${++number}`;
    waiting.set(id, {resolve, reject});
    model.send({id, ...message}, undefined, buffers);
  });
  const loadNetwork = async (weights) => ({...await send({about: weights}, []),
    ask: (pixels, filter, guided, aside = false) => send({weights, filter, guided, aside}, [pixels.buffer])});
  const people = model.get("people"), files = model.get("person_files"), weights = model.get("weights");
  const loadPerson = (name) => opened(files[people.indexOf(name)]);
  const explorer = new Explorer(el, {...model.get("options"), head: await opened(model.get("head_file")), people,
    person: model.get("person"), network: weights, loaded: {person: {}, network: {}}, loadPerson, loadNetwork});
  explorer.answered = ({pixels}, {units, person, network, asked, face, loaded}) => {    // what Python reads
    if (face.person !== loaded.person[person]) return;          // somebody else is being loaded
    own = JSON.stringify(units);
    model.set("action_units", {...units});
    model.set("person", person);
    model.set("weights", network);
    model.set("filter", asked.number);
    model.set("face", new DataView(pixels.buffer.slice(0)));
    model.save_changes();
  };
  hear("change:action_units", () => {
    const units = model.get("action_units");
    if (JSON.stringify(units) !== own) explorer.setUnits(units);
  });
  hear("change:person", () => {
    if (model.get("person") !== explorer.person) explorer.choose("person", model.get("person"));
  });
  hear("change:weights", () => {
    if (model.get("weights") !== explorer.network) explorer.choose("network", model.get("weights"));
  });
  hear("change:filter", () => {
    if (model.get("filter") !== explorer.asked.number) explorer.chooseFilter(model.get("filter"));
  });
  explorer.asked.choose(model.get("filter"));
  if (Object.keys(model.get("action_units")).length) explorer.setUnits(model.get("action_units"));
  return () => { for (const [event, respond] of heard) model.off(event, respond); };
}

export default {render};
