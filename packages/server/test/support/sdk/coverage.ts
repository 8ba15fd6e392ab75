import type { Route } from '#src/http/route.ts';
import { isServed } from './find-route.ts';
import { HEADER_PARAMETERS, type SdkSurface } from './surface.ts';

/** A call of a method of the SDK, `beta.sessions.create`, with the names of the parameters that were given. */
export interface SdkCall {
  method: string;
  parameters: readonly string[];
}

/** What the server answers and a suite has left out: methods that it never called, parameters that it never gave. */
export function leftOut(
  { methods }: SdkSurface,
  routes: readonly Route[],
  calls: readonly SdkCall[],
): string[] {
  return methods
    .filter((method) => isServed(method, methods, routes))
    .flatMap(({ name, request, parameters }) => {
      const made = calls.filter(({ method }) => method === name);
      if (made.length === 0) return [name];
      const given = new Set([...HEADER_PARAMETERS, ...made.flatMap((call) => call.parameters)]);
      return request
        ? parameters.filter((parameter) => !given.has(parameter)).map((parameter) => `${name}: ${parameter}`)
        : [];
    });
}
