import { isObject } from "../../../domain/json.ts";
import { cleanText } from "./text.ts";

/** Code and text of an error body. */
export interface ErrorBody {
  /** In capitals: `SFS.TURBO.0019`, `APIGW.0101`, `401`. */
  code?: string;
  text?: string;
}

const CODE_KEYS = ["errCode", "error_code", "errorCode", "code"] as const;
const TEXT_KEYS = ["errMsg", "error_msg", "errorMsg", "message", "title", "faultstring", "detail"] as const;
const CODE = /^[A-Za-z0-9._-]+$/;

/**
 * Reads the error bodies of all services:
 * `{errCode, errMsg}` SFS Turbo; `{error_code, error_msg, request_id}` the gateway; `{error: {code, message, title}}` the
 * identity service; `{code, message}` and `{errorCode, errorMsg}` other services; `{forbidden: {code, message}}` and similar
 * OpenStack. Returns an empty object for anything else.
 */
export function parseErrorBody(body: unknown): ErrorBody {
  if (!isObject(body)) return {};
  const own = partsOf(body);
  if (own.code !== undefined || own.text !== undefined) return own;
  const wrapped = Object.values(body)
    .filter(isObject)
    .map(partsOf)
    .find(({ text }) => text !== undefined);
  return wrapped ?? (isObject(body.error) ? partsOf(body.error) : withText(cleanText(body.error, 200)));
}

function partsOf(body: Record<string, unknown>): ErrorBody {
  const code = firstOf(body, CODE_KEYS, 64);
  return {
    ...(code !== undefined && CODE.test(code) && { code: code.toUpperCase() }),
    ...withText(firstOf(body, TEXT_KEYS, 200)),
  };
}

function firstOf(body: Record<string, unknown>, keys: readonly string[], max: number): string | undefined {
  return keys.map((key) => cleanText(body[key], max)).find((value) => value !== undefined);
}

function withText(text: string | undefined): ErrorBody {
  return text === undefined ? {} : { text };
}
