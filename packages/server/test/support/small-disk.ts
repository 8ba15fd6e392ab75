import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A disk of a test's own: a file, formatted and mounted. */
export interface SmallDisk extends AsyncDisposable {
  path: string;
  /** Takes all room that is left. */
  fill(): Promise<void>;
  /** Gives it back. */
  free(): Promise<void>;
  /** As the kernel does when the disk fails: read-only, under files that are open for writing. */
  failReadOnly(): Promise<void>;
  /** What an operator does then: unmount, check, mount again. */
  repair(): Promise<void>;
}

/** Makes one. Where that is not possible (it takes root and loop devices) `reason` says why. */
export async function mountSmallDisk(megabytes: number): Promise<{ disk: SmallDisk } | { reason: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'bullpen-disk-'));
  const image = join(directory, 'image');
  const path = join(directory, 'disk');
  const mount = (file: string): Promise<unknown> =>
    run('mount', ['-o', 'loop,errors=remount-ro', file, path]);
  try {
    await (await open(image, 'w')).close();
    await truncate(image, megabytes * 2 ** 20);
    await run('mkfs.ext4', ['-q', '-m', '0', image]);
    await mkdir(path);
    await mount(image);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    return { reason: error instanceof Error ? error.message : String(error) };
  }
  return {
    disk: {
      path,
      async fill() {
        await using file = await open(join(path, 'ballast'), 'a');
        for (const size of [2 ** 20, 2 ** 12, 1]) await writeUntilFull(file, Buffer.alloc(size));
      },
      free: () => rm(join(path, 'ballast'), { force: true }),
      async failReadOnly() {
        const { stdout } = await run('findmnt', ['-n', '-o', 'SOURCE', path]);
        const device = stdout.trim().replace('/dev/', '');
        await using trigger = await open(`/sys/fs/ext4/${device}/trigger_fs_error`, 'w');
        await trigger.write('1');
      },
      async repair() {
        await run('umount', ['-l', path]);
        // A sandbox somewhere on the machine may still hold the broken one in its mount namespace.
        const copy = `${image}-repaired`;
        await run('cp', ['--sparse=always', image, copy]);
        // 1: it has corrected something.
        await run('fsck.ext4', ['-fy', copy]).catch((error: { code?: number }) => {
          if (error.code !== 1) throw error;
        });
        await mount(copy);
      },
      async [Symbol.asyncDispose]() {
        await run('umount', ['-l', path]).catch(() => undefined);
        await rm(directory, { recursive: true, force: true });
      },
    },
  };
}

async function writeUntilFull(file: Awaited<ReturnType<typeof open>>, chunk: Buffer): Promise<void> {
  try {
    for (;;) {
      if ((await file.write(chunk)).bytesWritten < chunk.length) return;
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}
