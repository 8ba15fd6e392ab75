import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { ConfigError } from './error.ts';
import type { Setting } from './setting.ts';

type Named = Pick<Setting<unknown>, 'name'>;

/** The directory without symbolic links, so that paths below it can be compared as texts. Throws when it is none. */
export function realDirectory(setting: Named, cwd: string, path: string): string {
  try {
    const real = realpathSync(resolve(cwd, path));
    if (statSync(real).isDirectory()) return real;
  } catch (error) {
    throw new ConfigError(
      `${setting.name} names ${path}, which does not exist; choose an existing directory.`,
      {
        cause: error,
      },
    );
  }
  throw new ConfigError(`${setting.name} names ${path}, which is not a directory; choose a directory.`);
}

export function realDirectories(setting: Named, cwd: string, paths: string[]): string[] {
  return paths.map((path) => realDirectory(setting, cwd, path));
}

/** The data dir without symbolic links. It need not exist yet, nor its parents. */
export function realDataDir(cwd: string, path: string): string {
  const absolute = resolve(cwd, path);
  const parent = dirname(absolute);
  try {
    return realpathSync(absolute);
  } catch {
    return parent === absolute ? absolute : join(realDataDir(cwd, parent), basename(absolute));
  }
}

/** `path`, when it lies in one of `roots`. */
export function assertInside(setting: Named, path: string, roots: string[]): string {
  const inside = roots.some(
    (root) => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep),
  );
  if (inside) return path;
  throw new ConfigError(
    `${setting.name} is ${path}, which is not inside an allowed root (${roots.join(', ')}).`,
  );
}
