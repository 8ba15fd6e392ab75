import { SDK_PACKAGES, type SdkVersion } from './packages.ts';

export interface SdkRequest {
  method: string;
  /** As OpenAPI writes it: `/v1/sessions/{session_id}`. */
  path: string;
}

/** `this._client.get(path `/v1/files/${fileID}`, …)` */
const CALL = /this\._client\s*\.(get|post|put|patch|delete|getAPIList)\(\s*(?:path\s*)?[`']([^`'?]*)/;

/** What a method of the SDK asks for, read from its code; undefined for one that is made of other methods. */
export function readRequest(version: SdkVersion, name: string): SdkRequest | undefined {
  const [, call, path] = CALL.exec(String(valueAt(version, name))) ?? [];
  if (call === undefined || path === undefined) return undefined;
  return {
    method: call === 'getAPIList' ? 'GET' : call.toUpperCase(),
    path: path.replaceAll(/\$\{(\w+)\}/g, (_, variable: string) => `{${snakeCase(variable)}}`),
  };
}

/** `beta.sessions.create` of a client. */
function valueAt(version: SdkVersion, name: string): unknown {
  const client: unknown = new SDK_PACKAGES[version].Client({ apiKey: 'none' });
  return name
    .split('.')
    .reduce((owner, key) => (owner instanceof Object ? Reflect.get(owner, key) : undefined), client);
}

function snakeCase(name: string): string {
  return name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
}
