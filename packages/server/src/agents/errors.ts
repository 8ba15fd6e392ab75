/** Things that can be wrong with what is asked of agents; the HTTP side gives each its words and its status. */
export class AgentNotFound extends Error {
  override name = 'AgentNotFound';
}

/** There is such an agent, but not in this version. */
export class AgentVersionNotFound extends Error {
  override name = 'AgentVersionNotFound';
  readonly version: number;

  constructor(version: number) {
    super(`There is no version ${version}.`);
    this.version = version;
  }
}

export class AgentArchived extends Error {
  override name = 'AgentArchived';
}

/** Somebody else was first: it has another version than the client knows. */
export class AgentChanged extends Error {
  override name = 'AgentChanged';
}

/** There are sessions of it. */
export class AgentInUse extends Error {
  override name = 'AgentInUse';
}

/** It stands behind the sessions of `/execute/`, and is there as it is. */
export class AgentBuiltIn extends Error {
  override name = 'AgentBuiltIn';
}

/** An agent cannot be without a model. */
export class AgentModelRequired extends Error {
  override name = 'AgentModelRequired';
}

/** What the parts of an agent say does not fit together. */
export class InvalidAgent extends Error {
  override name = 'InvalidAgent';
  /** Where it stands in the agent, such as `tools.0.name`. */
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}
