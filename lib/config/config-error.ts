/** Names every missing or wrong variable. Shows no value. */
export class ConfigError extends Error {
  override name = "ConfigError";
}
