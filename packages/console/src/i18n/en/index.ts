import { agents } from './agents.ts';
import { approval } from './approval.ts';
import { approvals } from './approvals.ts';
import { common } from './common.ts';
import { conversation } from './conversation.ts';
import { environments } from './environments.ts';
import { examples } from './examples.ts';
import { failures } from './failures.ts';
import { files } from './files.ts';
import { fleet } from './fleet.ts';
import { login } from './login.ts';
import { server } from './server.ts';
import { session } from './session.ts';
import { shell } from './shell.ts';
import { start } from './start.ts';
import { usage } from './usage.ts';

export const en = {
  agents,
  approval,
  approvals,
  common,
  conversation,
  environments,
  examples,
  failures,
  files,
  fleet,
  login,
  server,
  session,
  shell,
  start,
  usage,
};
