import type { Translation } from '../translation.ts';
import type { en } from '../en/index.ts';
import { common } from './common.ts';
import { examples } from './examples.ts';
import { login } from './login.ts';
import { server } from './server.ts';
import { shell } from './shell.ts';
import { start } from './start.ts';
import { usage } from './usage.ts';

export const ja: Translation<typeof en> = { common, examples, login, server, shell, start, usage };
