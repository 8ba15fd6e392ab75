import { approval } from './approval.ts';
import { common } from './common.ts';
import { conversation } from './conversation.ts';
import { login } from './login.ts';
import { session } from './session.ts';
import { shell } from './shell.ts';

export const en = {
  approval,
  common,
  conversation,
  login,
  session,
  shell,
};
