// What somebody does with node-routeros and routeros-client, as published. usage: session.cjs ADDRESS PORT TLS_PORT
// Prints one JSON object: what each step gave.
const { RouterOSAPI } = require("node-routeros");
const { RouterOSClient } = require("routeros-client");

const [host, port, tlsPort] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const options = { host, port, user: "admin", password: "", timeout: 10 };
const results = {};

async function errorOf(promise) {
  try {
    await promise;
  } catch (error) {
    return error.message;
  }
  return null;
}

async function writing() {
  const api = new RouterOSAPI(options);
  await api.connect();
  const added = await api.write("/ip/address/add", ["=address=192.168.84.10/24", "=interface=ether2"]);
  results.added = added[0].ret;
  results.printed = (await api.write("/ip/address/print", ["?address=192.168.84.10/24"]))[0].address;
  results.removed = await api.write("/ip/address/remove", ["=.id=" + results.added]);
  results.interfaces = (await api.write(["/interface/print", "=.proplist=.id,name", "?type=ether"])).map((row) => row.name);
  results.trap = await errorOf(api.write("/ip/address/remove", ["=.id=*FFFF"]));
  results.unknown = await errorOf(api.write("/ip/nonsense/print"));
  results.together = (await Promise.all(Array.from({ length: 50 }, () => api.write("/system/identity/print")))).length;
  results.ping = (await api.write("/ping", ["=address=10.0.0.1", "=count=2"])).length;
  await api.close();
}

async function streaming() {
  const api = new RouterOSAPI(options);
  await api.connect();
  const seen = [];
  const stream = api.stream(["/ip/pool/listen"], (error, packet) => {
    if (!error) seen.push(packet);
  });
  const sections = [];
  const repeated = api.stream(["/system/identity/print", "=interval=1"], (error, packet) => {
    if (!error) sections.push(packet);
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const pool = (await api.write("/ip/pool/add", ["=name=streamed", "=ranges=10.4.4.4"]))[0].ret;
  await api.write("/ip/pool/remove", ["=.id=" + pool]);
  await new Promise((resolve) => setTimeout(resolve, 2200));
  await stream.stop();
  await repeated.stop();
  results.listened = seen.flat().map((packet) => packet.name ?? packet[".dead"]);
  results.sections = sections.flat().length;
  results.afterwards = (await api.write("/system/identity/print"))[0].name;
  await api.close();
}

async function loggingIn() {
  const wrong = new RouterOSAPI({ ...options, password: "wrong" });
  results.wrong = await errorOf(wrong.connect());
  const api = new RouterOSAPI(options);
  await api.connect();
  const password = "averybigpassword" + "withespecialcharacters@#$_!".repeat(8);
  const id = (await api.write("/user/add", ["=name=testuser", "=group=read", "=password=" + password]))[0].ret;
  const other = new RouterOSAPI({ ...options, user: "testuser", password });
  await other.connect();
  results.forbidden = await errorOf(other.write("/system/identity/set", ["=name=x"]));
  await other.close();
  await api.write("/user/remove", ["=.id=" + id]);
  await api.close();
  await api.connect(); // the same object again
  results.again = (await api.write("/system/identity/print"))[0].name;
  await api.close();
  const tls = new RouterOSAPI({ ...options, port: tlsPort, tls: { rejectUnauthorized: false, ciphers: "ADH:@SECLEVEL=0", maxVersion: "TLSv1.2" } });
  await tls.connect();
  results.tls = (await tls.write("/system/identity/print"))[0].name;
  await tls.close();
}

async function client() {
  const api = new RouterOSClient(options);
  const connected = await api.connect();
  results.identity = (await connected.menu("/system identity").getOnly()).name;
  const filter = connected.menu("/ip firewall filter");
  const rule = await filter.add({ chain: "forward", action: "accept", protocol: "tcp", dstPort: 80 });
  await filter.where("id", rule.id ?? rule.ret).update({ srcAddress: "192.168.88.5", comment: "by client" });
  const found = await connected.menu("/ip firewall filter").where({ comment: "by client" }).getOnly();
  results.rule = { chain: found.chain, port: String(found.dstPort), source: found.srcAddress };
  const models = await connected.menu("/ip firewall filter").where({ comment: "by client" }).getModel();
  await models[0].disable();
  results.disabled = (await connected.menu("/ip firewall filter").where({ comment: "by client" }).getOnly()).disabled;
  await models[0].remove();
  results.left = (await connected.menu("/ip firewall filter").get()).filter((row) => row.comment === "by client").length;
  await api.close();
}

(async () => {
  for (const step of [writing, streaming, loggingIn, client]) {
    try {
      await step();
    } catch (error) {
      results[step.name + "Failed"] = `${error.message}\n${error.stack}`;
    }
  }
  console.log(JSON.stringify(results));
  process.exit(0);
})();
