import type { Sandbox } from '../sandbox/sandbox.ts';
import type { AgentSpec } from './agent.ts';

/** Who is to look only has a shell only where the sandbox keeps that from changing anything. */
export function toHeldSpec(spec: AgentSpec, { hidesFiles }: Pick<Sandbox, 'hidesFiles'>): AgentSpec {
  if (spec.role === undefined || !spec.access || hidesFiles) return spec;
  const { Bash: _shell, ...builtIn } = spec.access.builtIn;
  return { ...spec, access: { ...spec.access, builtIn } };
}
