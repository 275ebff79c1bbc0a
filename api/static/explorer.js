// Runs operations by hand: queries and mutations over HTTP, subscriptions over the WebSocket.
const ENDPOINT = "/graphql";
const START = `query Cities {
  cities {
    code
    name
    entryApp
  }
}
`;
const INTROSPECTION = `{
  __schema {
    types {
      kind
      name
      description
      fields { name description args { name type { ...Named } } type { ...Named } }
      inputFields { name description type { ...Named } }
      enumValues { name description }
      possibleTypes { name }
    }
  }
}
fragment Named on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

const at = (id) => document.getElementById(id);
const query = at("query");
const variables = at("variables");
const answer = at("answer");
let socket = null;

query.value = START;
at("run").addEventListener("click", run);
at("stop").addEventListener("click", stop);
at("search").addEventListener("input", showTypes);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
});

function authorization() {
  const token = at("token").value.trim();
  return token ? `Bearer ${token}` : undefined;
}

function show(value) {
  answer.textContent = typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

async function post(body) {
  const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
  const shown = authorization();
  if (shown) headers.authorization = shown;
  const reply = await fetch(ENDPOINT, { method: "POST", headers, body: JSON.stringify(body) });
  return reply.json();
}

async function run() {
  stop();
  let payload;
  try {
    payload = { query: query.value, variables: JSON.parse(variables.value || "{}") };
  } catch (error) {
    show(`Variables: ${error.message}`);
    return;
  }
  if (/^\s*subscription\b/.test(payload.query)) {
    subscribe(payload);
    return;
  }
  show("…");
  try {
    show(await post(payload));
  } catch (error) {
    show(String(error));
  }
}

function stop() {
  if (socket) socket.close(1000);
  socket = null;
  at("stop").disabled = true;
}

function subscribe(payload) {
  const address = new URL(ENDPOINT, location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const opened = new WebSocket(address, "graphql-transport-ws");
  socket = opened;
  at("stop").disabled = false;
  show("connecting …\n");
  const note = (text) => { answer.textContent += `${text}\n`; };
  opened.onopen = () =>
    opened.send(JSON.stringify({ type: "connection_init", payload: { authorization: authorization() } }));
  opened.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "connection_ack") {
      opened.send(JSON.stringify({ id: "1", type: "subscribe", payload }));
      note("listening …");
    } else if (message.type === "ping") {
      opened.send('{"type":"pong"}');
    } else {
      note(JSON.stringify(message.payload ?? message.type, null, 2));
    }
  };
  opened.onclose = ({ code, reason }) => {
    note(`closed ${code} ${reason}`);
    if (socket === opened) stop();
  };
}

let types = [];

function named(type) {
  if (type.kind === "NON_NULL") return `${named(type.ofType)}!`;
  if (type.kind === "LIST") return `[${named(type.ofType)}]`;
  return type.name ?? "";
}

function entries(type) {
  const fields = (type.fields ?? []).map((field) => {
    const args = field.args.map((arg) => `${arg.name}: ${named(arg.type)}`).join(", ");
    return [`${field.name}${args && `(${args})`}: ${named(field.type)}`, field.description];
  });
  const inputs = (type.inputFields ?? []).map((f) => [`${f.name}: ${named(f.type)}`, f.description]);
  const values = (type.enumValues ?? []).map((value) => [value.name, value.description]);
  const members = type.kind === "UNION" ? type.possibleTypes.map((t) => [t.name, ""]) : [];
  return [...fields, ...inputs, ...values, ...members];
}

function element(name, text, ...children) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

function showTypes() {
  const wanted = at("search").value.trim().toLowerCase();
  const shown = types.filter((type) => {
    const text = `${type.name} ${entries(type).map(([name]) => name).join(" ")}`;
    return text.toLowerCase().includes(wanted);
  });
  const parts = shown.slice(0, 60).flatMap((type) => {
    const list = element("dl");
    for (const [name, description] of entries(type)) {
      list.append(element("dt", name), element("dd", description ?? ""));
    }
    return [element("h2", `${type.kind.toLowerCase()} ${type.name}`), element("p", type.description ?? ""), list];
  });
  at("types").replaceChildren(...parts);
}

post({ query: INTROSPECTION }).then(({ data }) => {
  types = (data?.__schema.types ?? []).filter((type) => !type.name.startsWith("__"));
  showTypes();
}, (error) => show(String(error)));
