import { common } from './common.ts';
import { examples } from './examples.ts';
import { fleet } from './fleet.ts';
import { login } from './login.ts';
import { shell } from './shell.ts';

export const en = { common, examples, fleet, login, shell };
