import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const FLAGS = [
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A container often has no room for it.
  '--disable-dev-shm-usage',
];

/** A real Chromium: the one of BULLPEN_CHROMIUM, the machine's, else the one from npm. */
export async function startBrowser(): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  const found = findOnMachine();
  const args = [...FLAGS, ...(isRoot ? ['--no-sandbox'] : [])];
  if (found !== undefined) return chromium.launch({ executablePath: found, args });
  const { default: packed } = await import('@sparticuz/chromium');
  return chromium.launch({ executablePath: await packed.executablePath(), args: [...packed.args, ...args] });
}

function findOnMachine(): string | undefined {
  const chosen = process.env['BULLPEN_CHROMIUM'];
  if (chosen !== undefined) return chosen;
  const directories = (process.env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  return NAMES.flatMap((name) => directories.map((directory) => join(directory, name))).find((path) =>
    existsSync(path),
  );
}
