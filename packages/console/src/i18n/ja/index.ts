import type { Translation } from '../translation.ts';
import type { en } from '../en/index.ts';
import { common } from './common.ts';
import { examples } from './examples.ts';
import { fleet } from './fleet.ts';
import { login } from './login.ts';
import { shell } from './shell.ts';

export const ja: Translation<typeof en> = { common, examples, fleet, login, shell };
