import { createServer, type RequestListener, type ServerOptions } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { selfSigned } from "../../faults/self-signed.ts";
import { jobBody } from "../cloud-body.ts";

// The job API in its own process. Every job is running. The first argument is the delay of each answer in milliseconds; with `tls` as the second
// it uses HTTPS. Counts sockets, handshakes and requests since the parent last requested the figures.

export interface CloudFigures {
  sockets: number;
  handshakes: number;
  requests: number;
}

const [delayMs = 0, scheme] = [Number(process.argv[2]), process.argv[3]];
const figures: CloudFigures = { sockets: 0, handshakes: 0, requests: 0 };

const answer: RequestListener = (request, response) => {
  figures.requests++;
  const body = jobBody(request.url?.split("/").at(-1) ?? "", 2);
  const send = () => {
    response.writeHead(200, { "content-type": "application/json", "x-request-id": "5e0c0f6dcf6d0b8d6a33" });
    response.end(body);
  };
  if (delayMs === 0) send();
  else setTimeout(send, delayMs);
};

const certificate = scheme === "tls" ? selfSigned() : undefined;
const options: ServerOptions = { keepAliveTimeout: 60_000 };
const server = certificate ? createTlsServer({ ...options, ...certificate }, answer) : createServer(options, answer);
server.on("connection", () => figures.sockets++);
server.on("secureConnection", () => figures.handshakes++);
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  const url = certificate ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
  process.send?.({ url, certificate: certificate?.cert ?? "" });
});
process.on("message", () => {
  process.send?.(figures);
  Object.assign(figures, { sockets: 0, handshakes: 0, requests: 0 });
});
process.on("disconnect", () => process.exit());
