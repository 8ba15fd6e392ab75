import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { Console, OpenOptions } from '../test/support/console.ts';
import { repack } from './png.ts';

const FOLDER = fileURLToPath(new URL('../../../docs/guide/img/', import.meta.url));
/** A repository is no place for large pictures. */
const MOST_BYTES = 150_000;

const LOOKS = {
  light: {},
  dark: { theme: 'dark' },
  phone: { width: 390, height: 780, isMobile: true },
  ja: { locale: 'ja-JP' },
} as const satisfies Record<string, OpenOptions>;
export type Look = keyof typeof LOOKS;

export interface Picture<Told = never> {
  /** `fleet` is written to `console-fleet.png`, its dark look to `console-fleet-dark.png`. */
  name: string;
  path: string | ((story: Told) => string);
  looks?: readonly Look[];
  key?: string | null;
  /** Brings the page into the state to be shown, and resolves when it is there. */
  prepare(page: Page, look: Look): Promise<void>;
  /** Then the server is killed; resolves when the page shows what it makes of that. */
  whileDown?(page: Page): Promise<void>;
}

/** Opens a page for each look of the picture, and writes what it shows. */
export async function take<Told = never>(
  console: Pick<Console, 'open' | 'restart'>,
  picture: Picture<Told>,
  story?: Told,
): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const { name, looks = ['light'], prepare, whileDown, key } = picture;
  const path = typeof picture.path === 'string' ? picture.path : story && picture.path(story);
  if (path === undefined) throw new Error(`${name} needs the story.`);
  const fileOf = (look: Look): string => `console-${name}${look === 'light' ? '' : `-${look}`}.png`;
  const open = async (look: Look): Promise<Page> => {
    const page = await console.open({ path, ...LOOKS[look], ...(key !== undefined && { key }) });
    await prepare(page, look);
    return page;
  };
  if (!whileDown) {
    for (const look of looks) {
      const page = await open(look);
      await write(page, fileOf(look));
      await page.context().close();
    }
    return;
  }
  // All of them before the server is killed: what is at work in it is changed by that.
  const pages: [Look, Page][] = [];
  for (const look of looks) pages.push([look, await open(look)]);
  await console.restart('SIGKILL', async () => {
    for (const [look, page] of pages) {
      await whileDown(page);
      await write(page, fileOf(look));
    }
  });
  for (const [, page] of pages) await page.context().close();
}

async function write(page: Page, file: string): Promise<void> {
  await settle(page);
  const image = repack(await page.screenshot({ animations: 'disabled', caret: 'hide' }));
  if (image.length > MOST_BYTES) throw new Error(`${file} has ${image.length} bytes.`);
  await writeFile(`${FOLDER}${file}`, image);
}

/** Fonts are there, nothing is loading, and what was to be drawn is drawn. */
async function settle(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
  });
  await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null);
  await page.evaluate(
    () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  );
}
