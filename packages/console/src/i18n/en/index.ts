import { common } from './common.ts';
import { examples } from './examples.ts';
import { login } from './login.ts';
import { shell } from './shell.ts';
import { start } from './start.ts';

export const en = { common, examples, login, shell, start };
