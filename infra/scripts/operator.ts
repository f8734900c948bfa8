import { hostname, userInfo } from "node:os";
import { callAws } from "../../lib/adapters/aws/signed-call.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };

/** Returns who runs an operators' command: the caller's ARN, or user and host for a local table or if STS does not answer. */
export async function currentOperator(): Promise<string> {
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL_DYNAMODB } = process.env;
  if (AWS_ENDPOINT_URL_DYNAMODB && !AWS_ENDPOINT_URL && !AWS_ENDPOINT_URL_STS) return localUser();
  try {
    const endpoint = AWS_ENDPOINT_URL_STS || AWS_ENDPOINT_URL;
    const body = "Action=GetCallerIdentity&Version=2011-06-15";
    const answer = await callAws({ service: "sts", endpoint, path: "/", headers: FORM, body });
    return /<Arn>(arn:[\w+=,.@:/-]{1,2048})<\/Arn>/.exec(answer)?.[1] ?? localUser();
  } catch {
    return localUser();
  }
}

/** Falls back to the uid, since a container's user may have no name. */
function localUser(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `uid ${process.getuid?.()}@${hostname()}`;
  }
}
