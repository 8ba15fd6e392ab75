/** Things that can be wrong with what is asked of environments; the HTTP side gives each its words and its status. */
export class EnvironmentNotFound extends Error {
  override name = 'EnvironmentNotFound';
}

export class EnvironmentArchived extends Error {
  override name = 'EnvironmentArchived';
}

/** It stands behind the sessions of `/execute/`, and is there as it is. */
export class EnvironmentBuiltIn extends Error {
  override name = 'EnvironmentBuiltIn';
}

/** Metadata would become too much. The message says how. */
export class InvalidMetadata extends Error {
  override name = 'InvalidMetadata';
}
