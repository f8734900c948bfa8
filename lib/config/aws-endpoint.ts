import type { SettingReader } from "./setting-reader.ts";

/** Reads the endpoint of an AWS service from the variables of AWS's own clients. Undefined: that of the region. */
export function readAwsEndpoint(read: SettingReader, service: "ssm" | "lambda" | "eventbridge"): string | undefined {
  return read.text(`AWS_ENDPOINT_URL_${service.toUpperCase()}`, read.text("AWS_ENDPOINT_URL", "")) || undefined;
}
