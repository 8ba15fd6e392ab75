import { realpath } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { isInside } from '../../lib/files.ts';
import { findCwdFault } from '../../workspace/cwd.ts';
import type { AppContext } from '../context.ts';
import { ApiError, ValidationError } from '../errors.ts';

// What a request may ask of this server in particular: checks that a schema cannot make.

type CheckContext = Pick<AppContext, 'config' | 'whyNotBypass'>;

/** The directory itself, links followed. Throws ApiError unless it exists inside an allowed root. */
export async function checkCwd(
  cwd: string | undefined,
  { config }: CheckContext,
): Promise<string | undefined> {
  if (cwd === undefined) return undefined;
  if (!isAbsolute(cwd)) throw new ApiError('cwd_relative', { cwd });
  const fault = await findCwdFault(cwd, config);
  if (fault) throw new ApiError(fault === 'does not exist' ? 'cwd_missing' : 'cwd_outside', { cwd });
  return realpath(cwd);
}

/** Throws ApiError when the operator does not allow the mode, or this machine cannot run it safely. */
export function checkPermissionMode(mode: string | undefined, { config, whyNotBypass }: CheckContext): void {
  if (mode === undefined) return;
  if (!config.allowedPermissionModes.includes(mode)) {
    throw new ApiError('permission_mode_not_allowed', {
      mode,
      allowed: config.allowedPermissionModes.join(', '),
    });
  }
  if (mode === 'bypassPermissions' && whyNotBypass !== undefined) {
    throw new ApiError('bypass_impossible', { reason: whyNotBypass });
  }
}

/** Throws ApiError when settings of a directory are asked for that the operator does not trust. */
export function checkSettingSources(
  sources: readonly string[] | undefined,
  directory: string | undefined,
  { config }: CheckContext,
): void {
  if (!sources || sources.length === 0) return;
  if (directory === undefined || !config.trustedRoots.some((root) => isInside(root, directory))) {
    throw new ApiError('settings_not_trusted');
  }
}

/** Throws ValidationError naming every variable that is the server's to set, or that is no name at all. */
export function checkEnv(env: Record<string, string> | undefined, { config }: CheckContext): void {
  const details = Object.keys(env ?? {}).flatMap((name) => {
    const fault = findNameFault(name, config.allowedEnv);
    // The name is echoed, never the value: it may be a secret.
    return fault ? [{ type: 'value_error', loc: ['body', 'env', name], msg: fault, input: name }] : [];
  });
  if (details.length > 0) throw new ValidationError(details);
}

const RESERVED =
  /^(?:ANTHROPIC_.*|CLAUDE_.*|BULLPEN_.*|HOME|PATH|TMPDIR|.*_PROXY|NODE_.*|BUN_.*|LD_.*|DYLD_.*|BASH_ENV|ENV|SSL_CERT_.*)$/i;

function findNameFault(name: string, allowed: readonly string[]): string | undefined {
  if (name === '' || /[=\0]/.test(name)) return 'This is not a name for an environment variable';
  if (allowed.includes(name) || !RESERVED.test(name)) return undefined;
  return `${name} is reserved: it decides how the agent runs, so only the operator can allow it (BULLPEN_ALLOWED_ENV)`;
}
