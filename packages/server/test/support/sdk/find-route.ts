import type { Route } from '#src/http/route.ts';
import type { SdkRequest } from './requests.ts';
import type { SdkMethod } from './surface.ts';

/** The route that answers what a method of the SDK asks for. */
export function findRoute(routes: readonly Route[], request: SdkRequest): Route | undefined {
  const path = withoutNames(request.path);
  return routes.find((route) => route.method === request.method && withoutNames(route.path) === path);
}

/** Whether the server answers a method of the SDK; a helper, whether it answers any of the methods beside it. */
export function isServed(
  { name, request }: SdkMethod,
  methods: readonly SdkMethod[],
  routes: readonly Route[],
): boolean {
  if (request) return findRoute(routes, request) !== undefined;
  const resource = name.slice(0, name.lastIndexOf('.') + 1);
  return methods.some(
    (other) => other.name.startsWith(resource) && other.request && findRoute(routes, other.request),
  );
}

/** The methods that may have sent a request: `files.list` and `beta.files.list` ask for the same. */
export function methodsThatAsk(methods: readonly SdkMethod[], method: string, path: string): SdkMethod[] {
  const fitting = methods.filter(({ request }) => request?.method === method && isPathOf(request, path));
  // `/work/poll` is not the work item `poll`.
  const fewest = Math.min(...fitting.map(countNames));
  return fitting.filter((candidate) => countNames(candidate) === fewest);
}

const NAMES = /\{\w+\}/g;

function withoutNames(path: string): string {
  return path.replaceAll(NAMES, '{}');
}

function isPathOf(request: SdkRequest, path: string): boolean {
  return new RegExp(`^${request.path.replaceAll(NAMES, '[^/]+')}$`).test(path);
}

function countNames({ request }: SdkMethod): number {
  return request?.path.match(NAMES)?.length ?? 0;
}
