import { once } from 'node:events';
import { startDemoModel } from '#src/demo-model/server.ts';
import { systemClock } from '#src/lib/clock.ts';

// The demo model in a process of its own, so that its work is not counted as the server's.

await using model = await startDemoModel({ clock: systemClock });
process.stdout.write(`listening on ${model.url}\n`);
await once(process, 'SIGTERM');
