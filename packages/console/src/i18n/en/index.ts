import { common } from './common.ts';
import { examples } from './examples.ts';
import { login } from './login.ts';
import { server } from './server.ts';
import { shell } from './shell.ts';
import { start } from './start.ts';
import { usage } from './usage.ts';

export const en = { common, examples, login, server, shell, start, usage };
