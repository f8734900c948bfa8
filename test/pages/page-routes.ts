/** The routes for people: pages and their forms, which are no part of the API that docs/openapi.json describes. */
export const PAGE_ROUTES = [
  "GET /",
  "POST /jobs/{jobId}/action",
  "GET /register",
  "POST /register",
  "GET /operations",
  "POST /operations/channels/{name}/test",
  "GET /sign-in",
  "POST /sign-in",
  "POST /sign-out",
];
