/** Routes of the pages and their forms, which docs/openapi.json does not describe. */
export const PAGE_ROUTES = [
  "GET /",
  "POST /jobs/{jobId}/action",
  "POST /watches/action",
  "GET /register",
  "POST /register",
  "GET /operations",
  "POST /operations/channels/{name}/test",
  "GET /sign-in",
  "POST /sign-in",
  "POST /sign-out",
];
