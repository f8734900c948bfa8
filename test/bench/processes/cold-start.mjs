// Measures the start of a function up to the answer of its first call to the table. Plain JavaScript, so that Node does not load its TypeScript
// support before the bundle.

const [bundle = "", kind] = process.argv.slice(2);
const request = {
  version: "2.0",
  rawPath: "/jobs/some-job",
  rawQueryString: "",
  headers: { host: "jobwatch.example.com", authorization: "Bearer sfsjw_nobodys-key" },
  requestContext: { http: { method: "GET", path: "/jobs/some-job" } },
};
const event = kind === "api" ? request : { segment: 0 };
const context = { awsRequestId: "invocation", functionName: "poll", getRemainingTimeInMillis: () => 58_000 };

const before = process.cpuUsage();
const startedAt = performance.now();
const { handler } = await import(bundle);
const importedAt = performance.now();
await handler(event, context);
const answeredAt = performance.now();
const { user, system } = process.cpuUsage(before);
process.send({ importMs: importedAt - startedAt, wallMs: answeredAt - startedAt, cpuMs: (user + system) / 1_000 });
