/** A setting is wrong: the message is one sentence for the person who starts the server, without secrets. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}
