import { common } from './common.ts';
import { conversation } from './conversation.ts';
import { login } from './login.ts';
import { shell } from './shell.ts';

export const en = { common, conversation, login, shell };
