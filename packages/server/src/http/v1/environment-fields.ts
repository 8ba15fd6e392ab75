import { z } from 'zod';
import {
  DEFAULT_CLOUD,
  PACKAGE_MANAGERS,
  type CloudConfig,
  type PackageManager,
} from '../../domain/environment.ts';

// What environments are made of, as requests say it: cloud configurations of which nothing is asked that is not there.

const noPackages = z
  .array(z.string())
  .refine((names) => names.length === 0, 'Installing packages is not supported by this server yet')
  .nullish();

const packages = z.strictObject({
  type: z.literal('packages').optional(),
  ...mapManagers(() => noPackages),
});

const networking = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('unrestricted') }),
  z
    .strictObject({
      type: z.literal('limited'),
      allowed_hosts: z.unknown().optional(),
      allow_mcp_servers: z.unknown().optional(),
      allow_package_managers: z.unknown().optional(),
    })
    .refine(() => false, {
      path: ['type'],
      message: "'limited' networking is not supported by this server yet; send 'unrestricted'",
    }),
]);

const cloud = {
  networking: networking.nullish(),
  packages: packages.nullish(),
};

const cloudConfig = z
  // The name that it had before.
  .strictObject({ type: z.enum(['cloud', 'anthropic_cloud']), ...cloud })
  .transform((): CloudConfig => DEFAULT_CLOUD);

/** `code`: of the error that says so. */
function refuseSelfHosted(message: string, code?: string) {
  return z
    .strictObject({ type: z.literal('self_hosted') })
    .superRefine((_config, context) =>
      context.addIssue({ code: 'custom', path: ['type'], message, params: { error_code: code } }),
    )
    .transform((): CloudConfig => DEFAULT_CLOUD);
}

export const newConfigField = z.discriminatedUnion('type', [
  cloudConfig,
  refuseSelfHosted("'self_hosted' environments are not supported by this server yet; send 'cloud'"),
]);

export const changedConfigField = z.discriminatedUnion('type', [
  cloudConfig,
  refuseSelfHosted('An environment cannot change its type', 'invalid_config_type_change'),
]);

export const scopeField = z
  .enum(['organization', 'account'])
  .refine((scope) => scope === 'organization', "Input should be 'organization'")
  .describe('Nothing but `organization`: every key of this server sees every environment.');

function mapManagers<T>(make: () => T): Record<PackageManager, T> {
  return Object.fromEntries(PACKAGE_MANAGERS.map((name) => [name, make()])) as Record<PackageManager, T>;
}
