import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectSandbox } from '#src/sandbox/detect.ts';
import type { FileView, Sandbox } from '#src/sandbox/sandbox.ts';
import { findProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';

const { sandbox, reason } = await detectSandbox('auto', process.env['PATH'] ?? '');

describe.skipIf(sandbox.kind !== 'bubblewrap')(`bubblewrap (${reason ?? 'works here'})`, () => {
  let root: string;
  let view: FileView;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'bullpen-sandbox-'));
    await mkdir(join(root, 'tmp'));
    for (const name of ['project/data/own', 'project/data/other', 'tools', 'neighbour']) {
      await mkdir(join(root, name), { recursive: true });
      await writeFile(join(root, name, 'file'), name);
    }
    await writeFile(join(root, 'project', 'file'), 'project');
    view = {
      masked: [join(root, 'project/data')],
      tmp: join(root, 'tmp'),
      writable: [join(root, 'project/data/own'), join(root, 'project'), join(root, 'project/data')],
      readable: [join(root, 'tools')],
    };
  });
  afterAll(async () => await rm(root, { recursive: true, force: true }));

  it('shows of a hidden directory only what is bound over it, in whichever order it is named', async () => {
    const { stdout } = await runIn(sandbox, view, `cd ${root} && find . -type f | sort`);
    expect(stdout.trim().split('\n')).toEqual(['./project/data/own/file', './project/file', './tools/file']);
  });

  it('lets it write what is writable, for all to see, and not what is readable', async () => {
    await runIn(sandbox, view, `echo new > ${root}/project/data/own/new; echo new > ${root}/project/new`);
    expect(await readFile(join(root, 'project/data/own/new'), 'utf8')).toBe('new\n');
    expect(await readFile(join(root, 'project/new'), 'utf8')).toBe('new\n');
    await expect(runIn(sandbox, view, `echo new > ${root}/tools/new`)).rejects.toThrow();
    await expect(runIn(sandbox, view, `echo new > ${root}/project/data/new`)).rejects.toThrow();
  });

  it('gives it a /tmp of its own, which is the directory that it is told to be', async () => {
    await mkdir(join(root, 'tmp-of-another'));
    const other = { masked: [], tmp: join(root, 'tmp-of-another'), writable: [], readable: [] };
    expect((await runIn(sandbox, other, 'touch /tmp/x && ls /tmp')).stdout).toBe('x\n');
    expect((await runIn(sandbox, view, 'ls /tmp')).stdout.split('\n')).not.toContain('x');
    expect(await readdir(join(root, 'tmp-of-another'))).toEqual(['x']);
  });

  it('does not let it change settings of the kernel, nor reach devices of the machine', async () => {
    const write =
      'for file in /proc/sys/vm/swappiness /sys/kernel/mm/ksm/run; do cat $file > $file && echo wrote; done';
    const { stdout } = await runIn(sandbox, view, `(${write}) 2>/dev/null; ls /dev`);
    expect(stdout).not.toContain('wrote');
    if (process.getuid?.() === 0) expect(stdout).not.toMatch(/^(sd|vd|nvme|mem|kmsg)/m);
  });

  it('keeps the directory that it was started in', async () => {
    const { stdout } = await runIn(sandbox, view, 'pwd', join(root, 'project/data/own'));
    expect(stdout.trim()).toBe(join(root, 'project/data/own'));
  });

  it('is gone with all it started when the one that started it is killed', async () => {
    const mark = `held-${process.pid}`;
    const loop = `setsid sh -c 'while true; do sleep 1; done' ${mark} & wait`;
    const { file, args } = sandbox.wrap({ file: '/bin/sh', args: ['-c', loop] }, view);
    const parent = spawn('/bin/sh', ['-c', '"$@" & wait', 'sh', file, ...args], { stdio: 'ignore' });
    await until('it runs', async () => (await findProcesses(mark)).length > 0);
    parent.kill('SIGKILL');
    await until('it is gone', async () => (await findProcesses(mark)).length === 0, 3000);
  });

  it('keeps what is hidden hidden, also from root', async () => {
    const data = join(root, 'project/data');
    const unmask = `umount -l ${data}; umount -l /tmp; umount -l /proc`;
    const script = `(${unmask}; unshare -rm sh -c '${unmask}; ls ${data}') 2>&1; ls ${data} /proc; cat ${data}/other/file`;
    const { stdout } = await runIn(sandbox, view, `${script} || true`);
    expect(stdout).not.toContain('other');
    expect(stdout.split('\n').filter((line) => /^\d+$/.test(line)).length).toBeLessThan(10);
  });

  it('sees no process but its own', async () => {
    const { stdout } = await runIn(sandbox, view, 'ls /proc | grep -c "^[0-9]"');
    expect(Number(stdout)).toBeLessThan(10);
  });
});

describe.skipIf(sandbox.kind !== 'bubblewrap')('mounts of bubblewrap', () => {
  let root: string;
  let view: FileView;
  const at = (name: string): string => join(root, name);
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'bullpen-mounts-'));
    for (const name of ['tmp', 'data', 'given', 'wanted', 'work', 'project'])
      await mkdir(at(name), { recursive: true });
    await writeFile(at('given/a.txt'), 'given');
    await writeFile(at('project/file'), 'project');
    view = {
      masked: [at('data')],
      tmp: at('tmp'),
      writable: [at('project')],
      readable: [],
      mounts: [
        { source: at('given'), path: '/mnt/session/uploads', isWritable: false },
        { source: at('wanted'), path: '/mnt/session/outputs', isWritable: true },
        { source: at('work'), path: '/workspace', isWritable: true },
        { source: at('given/a.txt'), path: '/not-on-this-machine/deep/a.txt', isWritable: false },
        { source: at('given/a.txt'), path: '/workspace/in/b.txt', isWritable: false },
        { source: at('given/a.txt'), path: join(at('project'), 'c.txt'), isWritable: false },
      ],
      cwd: '/workspace',
    };
  });
  afterAll(async () => await rm(root, { recursive: true, force: true }));

  it('are where they are said to be, and leave no trace on the machine', async () => {
    const before = await Promise.all(['/', '/mnt'].map(async (path) => (await readdir(path)).toSorted()));
    const script = `cat /mnt/session/uploads/a.txt /not-on-this-machine/deep/a.txt in/b.txt ${at('project')}/c.txt; pwd`;
    expect((await runIn(sandbox, view, script)).stdout).toBe('givengivengivengiven/workspace\n');
    expect(await Promise.all(['/', '/mnt'].map(async (path) => (await readdir(path)).toSorted()))).toEqual(
      before,
    );
  });

  it('can be written only where that is said, and so can nothing that was made for them', async () => {
    const places = [
      '/mnt/session/uploads/new',
      '/mnt/session/uploads/a.txt',
      '/not-on-this-machine/deep/a.txt',
      '/workspace/in/b.txt',
      '/mnt/session/new',
      '/mnt/new',
      '/new',
      '/mnt/session/outputs/new',
      '/workspace/new',
      join(at('project'), 'new'),
    ];
    const script = places.map((path) => `(echo new > ${path}) 2>/dev/null && echo ${path}`).join('; ');
    const { stdout } = await runIn(sandbox, view, `${script}; true`);
    expect(stdout.trim().split('\n')).toEqual(places.slice(-3));
    expect(await readFile(at('wanted/new'), 'utf8')).toBe('new\n');
    expect(await readFile(at('work/new'), 'utf8')).toBe('new\n');
    expect(await readFile(at('given/a.txt'), 'utf8')).toBe('given');
  });

  it('show what comes into them later', async () => {
    const waiting = runIn(
      sandbox,
      view,
      'touch /mnt/session/outputs/up; until cat /mnt/session/uploads/late 2>/dev/null; do sleep 0.01; done',
    );
    await until('it runs', async () => (await readdir(at('wanted'))).includes('up'));
    await writeFile(at('given/late'), 'late');
    expect((await waiting).stdout).toBe('late');
  });

  it('leave the machine as it is to be seen otherwise', async () => {
    const script = `for path in /* /mnt/*; do test -e $path && echo $path; done; ls ${at('data')} /usr`;
    const { stdout: without } = await runIn(sandbox, { ...view, mounts: [], cwd: undefined }, script);
    const { stdout } = await runIn(sandbox, { ...view, mounts: view.mounts?.slice(0, 2), cwd: '/' }, script);
    const seen = stdout.split('\n').filter((line) => line !== '/mnt/session' && line !== '/mnt/*');
    expect(seen).toEqual(without.split('\n').filter((line) => line !== '/mnt/*'));
  });
});

async function runIn(held: Sandbox, view: FileView, script: string, cwd = '/'): Promise<{ stdout: string }> {
  const { file, args } = held.wrap({ file: '/bin/sh', args: ['-c', script] }, view);
  return await promisify(execFile)(file, args, { cwd });
}
