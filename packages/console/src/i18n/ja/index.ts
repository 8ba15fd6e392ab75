import type { Translation } from '../translation.ts';
import type { en } from '../en/index.ts';
import { approval } from './approval.ts';
import { common } from './common.ts';
import { conversation } from './conversation.ts';
import { login } from './login.ts';
import { session } from './session.ts';
import { shell } from './shell.ts';

export const ja: Translation<typeof en> = {
  approval,
  common,
  conversation,
  login,
  session,
  shell,
};
