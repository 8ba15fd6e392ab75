import { describeGoldenOutcome } from './golden-outcomes.ts';
import { KEYED } from '../../support/managed-sessions.ts';
import { describeGoldenLists } from './golden.ts';
import { shareServer } from '../../support/shared-server.ts';

const server = shareServer(['--demo', '--model-patience', '5s'], KEYED);

describeGoldenLists(() => server.url);
describeGoldenOutcome(() => server.url);
