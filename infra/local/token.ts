import { randomBytes } from "node:crypto";
import { type Answer, json } from "./answer.ts";
import { dig, parseJson } from "./listen.ts";

export interface TokenOptions {
  /** The only user that may sign in. By default any name and password is accepted. */
  user?: { name: string; password: string; domain: string };
  /** The projects that the user may access; all by default. */
  projectIds?: string[];
  /** A token that is valid for every project and never expires. */
  staticToken?: string;
  /** Defaults to 24 hours, as in the cloud. */
  tokenSeconds?: number;
  /** Length of a token in characters. Real ones are long. */
  tokenLength?: number;
}

export interface Tokens {
  /** `POST /v3/auth/tokens`. */
  issue(body: string, withCatalog: boolean): Answer;
  judge(token: string | undefined, projectId: string): "good" | "bad" | "other project";
  /** Invalidates every token, as a changed password does. */
  revoke(): void;
  /** Number of issued tokens. */
  issued(): number;
}

const DAY_SECONDS = 86_400;

export function createTokens(options: TokenOptions, now: () => number): Tokens {
  const tokens = new Map<string, { projectId: string; expiresAt: number }>();
  let issued = 0;
  return {
    issue(body, withCatalog) {
      const request = parseJson(body);
      const projectId = dig(request, "auth", "scope", "project", "id");
      if (!isPasswordRequest(request) || typeof projectId !== "string") return keystoneError(400, BAD_REQUEST, "Bad Request");
      if (!mayEnter(request, projectId, options)) return keystoneError(401, WRONG_USER, "Unauthorized");
      const token = newToken(options.tokenLength ?? 2048);
      const expiresAt = now() + (options.tokenSeconds ?? DAY_SECONDS) * 1000;
      tokens.set(token, { projectId, expiresAt });
      issued += 1;
      return json(201, issuedBody(request, projectId, now(), expiresAt, withCatalog), { "x-subject-token": token });
    },
    judge(token, projectId) {
      if (token !== undefined && token === options.staticToken) return "good";
      const known = token === undefined ? undefined : tokens.get(token);
      if (known === undefined || known.expiresAt <= now()) return "bad";
      return known.projectId === projectId ? "good" : "other project";
    },
    revoke: () => tokens.clear(),
    issued: () => issued,
  };
}

const BAD_REQUEST = "The request body is invalid: password and a project id to scope to are required.";
const WRONG_USER = "The username or password is wrong.";

function isPasswordRequest(request: unknown): boolean {
  const methods = dig(request, "auth", "identity", "methods");
  return Array.isArray(methods) && methods.length === 1 && methods[0] === "password";
}

function mayEnter(request: unknown, projectId: string, { user, projectIds }: TokenOptions): boolean {
  const sentUser = dig(request, "auth", "identity", "password", "user");
  const name = dig(sentUser, "name");
  const password = dig(sentUser, "password");
  if (typeof name !== "string" || name === "" || typeof password !== "string" || password === "") return false;
  const isUser =
    user === undefined || (name === user.name && password === user.password && dig(sentUser, "domain", "name") === user.domain);
  return isUser && (projectIds === undefined || projectIds.includes(projectId));
}

function issuedBody(request: unknown, projectId: string, issuedAt: number, expiresAt: number, withCatalog: boolean): unknown {
  const user = dig(request, "auth", "identity", "password", "user");
  const domain = { id: "d78cbac186b744899480f25bd022f468", name: dig(user, "domain", "name") };
  return {
    token: {
      expires_at: microseconds(expiresAt),
      issued_at: microseconds(issuedAt),
      methods: ["password"],
      project: { id: projectId, name: "eu-de", domain },
      roles: [{ id: "0", name: "te_admin" }],
      user: { id: "7116d09f88fa41908676fdd4b039e95b", name: dig(user, "name"), password_expires_at: "", domain },
      ...(withCatalog && { catalog: [{ id: "100", name: "iam", type: "identity", endpoints: [] }] }),
    },
  };
}

function microseconds(at: number): string {
  return new Date(at).toISOString().replace("Z", "000Z");
}

function newToken(length: number): string {
  const random = randomBytes(length).toString("base64").replaceAll("/", "-");
  return `MIIP${random}`.slice(0, length);
}

function keystoneError(code: number, message: string, title: string): Answer {
  return json(code, { error: { code, message, title } });
}
