// SECRET=whsec_... PORT=8080 node receiver.mjs — receives signed events of sfs-jobwatch. Put TLS in front of it.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const key = Buffer.from(process.env.SECRET.replace("whsec_", ""), "base64");
const seen = new Set(); // the same event may arrive again, with the same id

const server = createServer(async (request, response) => {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures = "" } = request.headers;
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  const expected = Buffer.from(`v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`);
  const isValid = (signature) => signature.length === expected.length && timingSafeEqual(Buffer.from(signature), expected);
  const isFresh = Math.abs(Date.now() / 1000 - Number(timestamp)) < 300;
  if (!isFresh || !signatures.split(" ").some(isValid)) return response.writeHead(401).end();
  response.writeHead(204).end();
  if (seen.has(id)) return;
  seen.add(id);
  console.log(id, JSON.parse(body).data.transition?.state ?? "test");
});
server.listen(Number(process.env.PORT), () => console.log(`listening on ${server.address().port}`));
