/** All that is wrong with the configuration, by the names of its variables. Shows no value. */
export class ConfigError extends Error {
  override name = "ConfigError";
}
